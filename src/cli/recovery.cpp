#include "cli/recovery.h"

#include <algorithm>
#include <cmath>
#include <iostream>
#include <map>

#include "cli/memory_limit.h"
#include "cli/picture_solving.h"
#include "cli/plan.h"
#include "cli/reporting.h"
#include "cli/terminal.h"
#include "sensing/phase_transition.h"

namespace isr {

namespace po = boost::program_options;
using Json = nlohmann::ordered_json;

namespace {

using Shape = std::array<int, 3>;

// Images of one shape share an operator and are solved together.
std::map<Shape, std::vector<std::size_t>> by_shape(const std::vector<LabelledImage>& images) {
  std::map<Shape, std::vector<std::size_t>> groups;
  for (std::size_t i = 0; i < images.size(); ++i)
    groups[{images[i].image.height, images[i].image.width, images[i].image.channels()}].push_back(i);
  return groups;
}

// The pixels of images of one shape, a column for each channel of each.
Eigen::MatrixXf stacked_channels(const std::vector<LabelledImage>& images,
                                 const std::vector<std::size_t>& members) {
  const Image& first = images[members[0]].image;
  const Index channels = first.channels();
  Eigen::MatrixXf pixels(first.pixels.rows(), channels * static_cast<Index>(members.size()));
  for (std::size_t k = 0; k < members.size(); ++k)
    pixels.middleCols(static_cast<Index>(k) * channels, channels) = images[members[k]].image.pixels;
  return pixels;
}

std::vector<const Image*> pictures_of(const std::vector<LabelledImage>& images,
                                      const std::vector<std::size_t>& members) {
  std::vector<const Image*> pictures;
  for (const std::size_t i : members) pictures.push_back(&images[i].image);
  return pictures;
}

void recover_group(RecoveryReport& report, const std::vector<std::size_t>& members,
                   const RecoveryOptions& options, bool show_progress) {
  const Measured simulated = measure_images(report.subjects, members, options.measurement);
  add_solutions(report, members, simulated.problem,
                solve_problem(simulated.problem, options.solver, simulated.truth, show_progress));
}

void warn_of_divergence(const std::vector<ResultRow>& rows) {
  const auto diverged = [](const ResultRow& row) {
    return row.stop_reason.starts_with(to_string(Status::diverged));
  };
  const auto count = std::count_if(rows.begin(), rows.end(), diverged);
  if (count == 0) return;
  const ResultRow& first = *std::find_if(rows.begin(), rows.end(), diverged);
  std::cerr << "isr: " << count << " of " << rows.size() << " recoveries diverged (first " << first.source
            << ", N = " << first.depth.value_or(0)
            << "): the step is too large for these measurements; choose a smaller --step\n";
}

}  // namespace

void MeasurementOptions::add_to(CommandLine& command_line, List<double>* noises) {
  auto add = command_line.group("Measurements").add_options();
  add("measurements", po::value(&measurements)->default_value(measurements)->value_name("N|SHARE"),
      "number of measurements, such as 392, or their share of the pixels, such as 50%");
  add("ensemble", po::value(&ensemble)->default_value(ensemble)->value_name("NAME"),
      "gaussian, rademacher, biased-sign (matrices), hadamard, dct (structured, for large pictures), or "
      "auto: "
      "rademacher for small pictures, hadamard for large ones");
  add("positive-probability",
      po::value(&positive_probability)->default_value(positive_probability)->value_name("Q"),
      "probability of +1 in biased-sign, between 0 and 1");
  const std::string bases_help =
      "where the picture is sparse: " + basis_names() +
      ", or auto: for mostly black pictures pixel, or boxes where too few are measured for pixel (up to 64 "
      "pixels a side), else cdf97";
  add("basis", po::value(&basis)->default_value(basis)->value_name("NAME"), bases_help.c_str());
  add("max-memory", po::value(&max_memory)->default_value(max_memory)->value_name("SIZE"),
      "refuse work that needs more, such as 4G; auto: most of what is free");
  add("block", po::value(&block)->default_value(block)->value_name("SIDE"),
      "measure blocks of this side by one small operator; 0: the whole picture at once");
  const char* const about_noise = "standard deviation of the noise on each measurement, at least 0";
  if (noises)
    add("noise", po::value(noises)->default_value(*noises)->value_name("SIGMA,…"), about_noise);
  else
    add("noise", po::value(&noise)->default_value(noise)->value_name("SIGMA"), about_noise);
  add("seed", po::value(&seed)->default_value(seed), "seed of all random numbers, 0 to 4294967295");
}

void MeasurementOptions::validate() const {
  if (seed < 0 || seed > 0xFFFFFFFFll) throw UsageError("--seed must lie between 0 and 4294967295");
  if (!(noise >= 0) || !std::isfinite(noise)) throw UsageError("--noise must be a number of at least 0");
  if (!(positive_probability > 0 && positive_probability < 1))
    throw UsageError("--positive-probability must lie between 0 and 1");
  if (block < 0 || block > most_block_side)
    throw UsageError("--block must be the side of a block in pixels, at most " +
                     std::to_string(most_block_side) + ", or 0");
  if (basis != "auto") basis_info(basis);
  parse_memory(max_memory);
}

namespace {

constexpr Index most_auto_entries = Index{1} << 26;

// In boxes pictures are recovered from fewer measurements than in pixels, at a higher cost: they are chosen
// where pixels fail, or nearly.
constexpr double enough = 1.05;

double nonzero_pixels(const std::vector<const Image*>& images) {
  double nonzero = 0, columns = 0;
  for (const Image* image : images) {
    nonzero += static_cast<double>((image->pixels.array() > 0).count());
    columns += image->channels();
  }
  return nonzero / columns;
}

// For model.measurements of pictures of model's shape.
std::string chosen_basis(const std::vector<const Image*>& images, const MeasurementModel& model) {
  const double nonzero = nonzero_pixels(images);
  const auto pixels = static_cast<double>(model.pixels());
  if (std::max(model.height, model.width) > 64) return nonzero <= 0.05 * pixels ? "pixel" : "cdf97";
  if (nonzero > 0.75 * pixels) return "cdf97";
  const double needed = measurements_needed(std::llround(nonzero), model.pixels());
  return static_cast<double>(model.measurements) >= enough * needed ? "pixel" : "boxes";
}

}  // namespace

MeasurementModel MeasurementOptions::model_for(const std::vector<const Image*>& images) const {
  const Image& image = *images.at(0);
  MeasurementModel model;
  model.height = image.height;
  model.width = image.width;
  model.channels = image.channels();
  model.measurements = measurements.resolve(model.pixels());
  model.positive_probability = positive_probability;
  model.seed = static_cast<std::uint32_t>(seed);
  model.block = block;
  if (block > 0) {
    const Index blocks = ((model.height + block - 1) / block) * ((model.width + block - 1) / block);
    model.measurements = (model.measurements + blocks - 1) / blocks * blocks;
  }
  model.basis = basis == "auto" ? chosen_basis(images, model) : basis;
  const Index columns = block > 0 ? block * block : model.pixels();
  const bool large = model.measurements > most_auto_entries / columns;
  model.ensemble = ensemble != "auto" ? ensemble : block == 0 && large ? "hadamard" : "rademacher";
  return model;
}

Measured measure_images(const std::vector<LabelledImage>& images, const std::vector<std::size_t>& members,
                        const MeasurementOptions& options) {
  const MeasurementModel model = options.model_for(pictures_of(images, members));
  check_memory(model, members.size(), parse_memory(options.max_memory));
  Measured result{stacked_channels(images, members), {}};
  result.problem = simulate(model, result.truth, options.noise);
  return result;
}

void MeasurementOptions::describe(Json& json) const {
  std::ostringstream count;
  count << measurements;
  json["measurements"] = count.str();
  json["ensemble"] = ensemble;
  json["positive_probability"] = positive_probability;
  json["basis"] = basis;
  json["block"] = block;
  json["noise"] = noise;
  json["seed"] = seed;
}

void OutputOptions::add_to(CommandLine& command_line) {
  auto add = command_line.group("Output").add_options();
  add("out,o", po::value(&out)->default_value(out)->value_name("DIR"), "folder for the results");
  add("force", po::bool_switch(&force), "write into a folder that holds files already");
}

void RecoveryOptions::add_to(CommandLine& command_line) {
  source.add_to(command_line);
  measurement.add_to(command_line);
  solver.add_to(command_line);
  output.add_to(command_line);
  command_line.group("Plan").add_options()(
      "dry-run", po::bool_switch(&dry_run),
      "print the sizes, the memory and the plan for the pictures of each shape, and recover nothing");
}

void RecoveryOptions::validate() const {
  measurement.validate();
  solver.validate();
}

void print_recovery_plan(const RecoveryOptions& options, const CommonOptions& common) {
  const std::vector<LabelledImage> images = options.source.load(common.quiet);
  bool first = true;
  for (const auto& [shape, members] : by_shape(images)) {
    const std::vector<const Image*> pictures = pictures_of(images, members);
    const MeasurementModel model = options.measurement.model_for(pictures);
    Json plan = plan_of(model, static_cast<Index>(members.size()));
    plan["nonzero_pixels"] = std::llround(nonzero_pixels(pictures));
    plan["noise"] = options.measurement.noise;
    plan["model"] = to_string(options.solver.model(model.basis));
    options.solver.describe(plan);
    plan["init"] = start_of(model, options.solver);
    plan["out"] = options.output.out;
    if (!first && !common.json) std::cout << "\n";
    print_plan(plan, common);
    first = false;
  }
}

void run_recovery(const RecoveryOptions& options, const CommonOptions& common, const std::string& command) {
  options.validate();
  if (options.dry_run) return print_recovery_plan(options, common);
  OutputDirectory out(options.output.out, options.output.force);  // refused now rather than after the work
  RecoveryReport report;
  report.subjects = options.source.load(common.quiet);
  for (const auto& [shape, members] : by_shape(report.subjects))
    recover_group(report, members, options, !common.quiet);

  Json described;
  options.source.describe(described);
  options.measurement.describe(described);
  described["model"] = to_string(options.solver.model(report.rows[0].basis));
  options.solver.describe(described);
  const Json document = results_document(command, described, report.rows);
  const bool pictures = report.recovered[0][0].width > 64;
  const std::vector<std::string> files = write_recovery_report(out, report, document, pictures);
  check_interrupted();
  out.commit();
  if (!common.quiet) warn_of_divergence(report.rows);
  print_outcome(report, document, out.target().string(), files, common);
}

}  // namespace isr
