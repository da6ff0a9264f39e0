#include "cli/recovery.h"

#include <algorithm>
#include <cmath>
#include <iostream>

#include "cli/reporting.h"
#include "cli/terminal.h"
#include "report/result_formats.h"
#include "sensing/instrument.h"

namespace isr {

namespace po = boost::program_options;
using Json = nlohmann::ordered_json;

namespace {

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

void recover_group(RecoveryReport& report, const MeasurementOptions::Group& group,
                   const RecoveryOptions& options, bool show_progress) {
  const MeasurementOptions& measurement = options.measurement;
  const auto pictures = static_cast<Index>(group.members.size());
  check_memory(group.model, estimated_bytes(group.model, measurement.noise, pictures, options.solver),
               parse_memory(measurement.max_memory));
  Measured simulated = measure_images(report.subjects, group, measurement.noise);
  simulated.problem = corrected(std::move(simulated.problem), {});
  add_solutions(report, group.members, simulated.problem,
                solve_problem(simulated.problem, options.solver, simulated.truth, show_progress));
}

void warn_of_divergence(const std::vector<ResultRow>& rows) {
  const auto diverged = [](const ResultRow& row) { return row.status == to_string(Status::diverged); };
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
  add("ensemble",
      po::value<std::string>()
          ->notifier([this](const std::string& name) {
            if (name == "auto")
              choice.ensemble.reset();
            else
              choice.ensemble = name;
          })
          ->value_name("NAME"),
      ("gaussian, rademacher, biased-sign (matrices), hadamard, dct (structured, for large pictures), or "
       "auto: "
       "rademacher for small pictures, hadamard for large ones; default: " +
       choice.ensemble.value_or("auto"))
          .c_str());
  add("positive-probability",
      po::value(&choice.positive_probability)->default_value(choice.positive_probability)->value_name("Q"),
      "probability of +1 in biased-sign, between 0 and 1");
  add("basis",
      po::value<std::string>()
          ->notifier([this](const std::string& name) {
            if (name == "auto")
              choice.basis.reset();
            else
              choice.basis = name;
          })
          ->value_name("NAME"),
      ("where the picture is sparse: " + basis_names() +
       ", or auto: for mostly black pictures pixel, or boxes where too few are measured for pixel (up to 64 "
       "pixels a side), else cdf97; default: " +
       choice.basis.value_or("auto"))
          .c_str());
  add("max-memory", po::value(&max_memory)->default_value(max_memory)->value_name("SIZE"),
      "refuse work that needs more, such as 4G; auto: most of what is free");
  add("block", po::value(&choice.block)->default_value(choice.block)->value_name("SIDE"),
      "measure blocks of this side by one small operator; 0: the whole picture at once");
  const char* const about_noise = "standard deviation of the noise on each measurement, at least 0";
  if (noises)
    add("noise", po::value(noises)->default_value(*noises)->value_name("SIGMA,…"), about_noise);
  else
    add("noise", po::value(&noise)->default_value(noise)->value_name("SIGMA"), about_noise);
  patterns.add_to(command_line, "Measurements");
  add("seed", po::value(&seed)->default_value(seed), "seed of all random numbers, 0 to 4294967295");
}

void MeasurementOptions::validate() const {
  if (seed < 0 || seed > 0xFFFFFFFFll) throw UsageError("--seed must lie between 0 and 4294967295");
  if (!(noise >= 0) || !std::isfinite(noise)) throw UsageError("--noise must be a number of at least 0");
  measurements.resolve(1);
  patterns.validate();
  choice.validate();
  parse_memory(max_memory);
}

std::vector<MeasurementOptions::Group> MeasurementOptions::groups(
    const std::vector<LabelledImage>& images) const {
  std::vector<Group> groups;
  const PatternOptions::Chosen chosen = patterns.load(choice.block);
  for (std::size_t i = 0; i < images.size(); ++i) {
    const Image& image = images[i].image;
    MeasurementChoice asked = choice;
    asked.seed = static_cast<std::uint32_t>(seed);
    asked.measurements = chosen.count.value_or(measurements).resolve(Index{image.height} * image.width);
    asked.patterns = chosen.patterns;
    asked.of_block = chosen.of_block;
    if (chosen.sides && *chosen.sides != std::pair<Index, Index>(image.height, image.width))
      throw Error(images[i].source + " has " + std::to_string(image.height) + " × " +
                  std::to_string(image.width) + " pixels, and the mask " +
                  std::to_string(chosen.sides->first) + " × " + std::to_string(chosen.sides->second));
    const MeasurementModel model =
        choose_model(image.height, image.width, image.channels(), image.pixels, asked);
    const auto same = [&](const Group& group) {
      const MeasurementModel& other = group.model;
      return other.height == model.height && other.width == model.width && other.channels == model.channels &&
             other.basis == model.basis && other.ensemble == model.ensemble;
    };
    auto group = std::find_if(groups.begin(), groups.end(), same);
    if (group == groups.end()) group = groups.insert(groups.end(), {model, {}});
    group->members.push_back(i);
  }
  return groups;
}

Measured measure_images(const std::vector<LabelledImage>& images, const MeasurementOptions::Group& group,
                        double noise) {
  Measured result{stacked_channels(images, group.members), {}};
  result.problem = simulate(group.model, result.truth, noise);
  return result;
}

void MeasurementOptions::describe(Json& json) const {
  std::ostringstream count;
  count << measurements;
  json["measurements"] = count.str();
  json["ensemble"] = choice.ensemble.value_or("auto");
  json["positive_probability"] = choice.positive_probability;
  json["basis"] = choice.basis.value_or("auto");
  json["block"] = choice.block;
  patterns.describe(json);
  json["noise"] = noise;
  json["seed"] = seed;
}

void OutputOptions::add_to(CommandLine& command_line, bool with_formats) {
  auto add = command_line.group("Output").add_options();
  add("out,o", po::value(&out)->default_value(out)->value_name("DIR"), "folder for the results");
  add("force", po::bool_switch(&force), "write into a folder that holds files already");
  if (with_formats)
    add("out-format", po::value(&formats)->default_value(formats)->value_name("LIST"),
        "write what was recovered also as mat (MATLAB) or tiff (floating point), such as npy,mat,tiff");
}

void RecoveryOptions::add_to(CommandLine& command_line) {
  source.add_to(command_line);
  measurement.add_to(command_line);
  solver.add_to(command_line);
  output.add_to(command_line, true);
  command_line.group("Plan").add_options()(
      "dry-run", po::bool_switch(&dry_run),
      "print the sizes, the memory and the plan for the pictures of each shape, and recover nothing");
}

void RecoveryOptions::validate() const {
  measurement.validate();
  solver.all();
  parse_result_formats(output.formats);
}

void print_recovery_plan(const RecoveryOptions& options, const CommonOptions& common) {
  const std::vector<LabelledImage> images = options.source.load(common.quiet);
  std::vector<Json> plans;
  for (const auto& [model, members] : options.measurement.groups(images)) {
    plans.push_back(
        plan_of(model, options.measurement.noise, static_cast<Index>(members.size()), options.solver));
    plans.back()["out"] = options.output.out;
  }
  print_plans(plans, common);
}

void run_recovery(const RecoveryOptions& options, const CommonOptions& common, const std::string& command) {
  options.validate();
  if (options.dry_run) return print_recovery_plan(options, common);
  OutputDirectory out(options.output.out, options.output.force);  // refused now rather than after the work
  RecoveryReport report;
  report.subjects = options.source.load(common.quiet);
  for (const auto& group : options.measurement.groups(report.subjects))
    recover_group(report, group, options, !common.quiet);

  Json described;
  options.source.describe(described);
  options.measurement.describe(described);
  options.solver.describe(described);
  const Json document = results_document(command, described, report.rows);
  std::vector<std::string> files = write_recovery_report(out, report, document);
  const ResultFormats formats = parse_result_formats(options.output.formats);
  for (const auto& file : write_result_formats(out, report, formats, true)) files.push_back(file);
  check_interrupted();
  out.commit();
  if (!common.quiet) warn_of_divergence(report.rows);
  print_outcome(report, document, out.target().string(), files, common);
}

}  // namespace isr
