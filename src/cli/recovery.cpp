#include "cli/recovery.h"

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <iostream>
#include <limits>
#include <sstream>

#include "cli/reporting.h"
#include "cli/terminal.h"
#include "report/result_formats.h"
#include "sensing/instrument.h"

namespace isr {

namespace po = boost::program_options;
using Json = nlohmann::ordered_json;

namespace {

void recover_group(RecoveryReport& report, const PictureGroup& group, const RecoveryOptions& options,
                   bool show_progress) {
  const MeasurementOptions& measurement = options.measurement;
  const auto pictures = static_cast<Index>(group.members.size());
  check_memory(group.model, estimated_bytes(group.model, measurement.usual_noise(), pictures, options.solver),
               parse_memory(measurement.max_memory));
  Measured simulated = measurement.measured(report.subjects, group);
  simulated.problem = corrected(std::move(simulated.problem), {});
  add_solutions(report, group.members, simulated.problem,
                solve_problem(simulated.problem, options.solver, simulated.truth, show_progress));
}

// A line for all that differ in their pictures alone.
void announce_groups(const std::vector<PictureGroup>& groups, const RecoveryOptions& options) {
  std::vector<Json> plans;
  for (const auto& group : groups) {
    Json plan = options.measurement.plan(group, options.solver);
    const auto same = [&](const Json& other) {
      return std::all_of(plan.items().begin(), plan.items().end(), [&](const auto& item) {
        return item.key() == "pictures" || item.key().ends_with("_bytes") ||
               other[item.key()] == item.value();
      });
    };
    const auto found = std::find_if(plans.begin(), plans.end(), same);
    if (found == plans.end()) {
      plans.push_back(std::move(plan));
      continue;
    }
    (*found)["pictures"] = (*found)["pictures"].get<Index>() + plan["pictures"].get<Index>();
    (*found)["memory_bytes"] =
        std::max((*found)["memory_bytes"].get<std::size_t>(), plan["memory_bytes"].get<std::size_t>());
  }
  for (const Json& plan : plans) announce(plan);
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

// auto, and the names that basis_names() lists.
std::vector<std::string> basis_words() {
  std::vector<std::string> words{"auto"};
  std::istringstream names(basis_names());
  for (std::string name; names >> name;) {
    if (name.back() == ',') name.pop_back();
    if (name != "or") words.push_back(name);
  }
  return words;
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
  command_line.choices("ensemble", {"auto", "gaussian", "rademacher", "biased-sign", "hadamard", "dct"});
  command_line.choices("basis", basis_words());
  add("max-memory", po::value(&max_memory)->default_value(max_memory)->value_name("SIZE"),
      "refuse work that needs more, such as 4G; auto: most of what is free");
  add("block", po::value(&choice.block)->default_value(choice.block)->value_name("SIDE"),
      "measure blocks of this side by one small operator; 0: the whole picture at once");
  const char* const about_noise = "standard deviation of the noise on each measurement, at least 0";
  if (noises)
    add("noise", po::value(noises)->default_value(*noises)->value_name("SIGMA,…"), about_noise);
  else
    add("noise", po::value(&noise)->default_value(noise)->value_name("SIGMA"), about_noise);
  add("snr",
      po::value<std::string>()
          ->notifier([this](const std::string& text) { snr = parse_snr(text); })
          ->value_name("RATIO"),
      noises
          ? "in place of --noise: signal to noise, such as 20dB, 10·log10 of the mean square of all "
            "measurements to σ²"
          : "in place of --noise: signal to noise, such as 20dB, 10·log10 of the mean square of a picture's "
            "measurements to σ²");
  patterns.add_to(command_line, "Measurements");
  add("seed", po::value(&seed)->default_value(seed)->value_name("SEED"),
      "seed of all random numbers, 0 to 4294967295");
}

void MeasurementOptions::validate() const {
  if (seed < 0 || seed > 0xFFFFFFFFll) throw UsageError("--seed must lie between 0 and 4294967295");
  if (!(noise >= 0) || !std::isfinite(noise)) throw UsageError("--noise must be a number of at least 0");
  if (snr && noise != 0) throw UsageError("--noise and --snr exclude each other");
  measurements.resolve(1);
  patterns.validate();
  choice.validate();
  parse_memory(max_memory);
}

std::vector<PictureGroup> MeasurementOptions::groups(const std::vector<LabelledImage>& images) const {
  const PatternOptions::Chosen chosen = patterns.load(choice.block);
  for (const LabelledImage& image : images)
    chosen.check_shape(image.source, image.image.height, image.image.width);
  std::vector<PictureGroup> groups = group_pictures(images, [&](const Image& image) {
    MeasurementChoice asked = choice;
    asked.seed = static_cast<std::uint32_t>(seed);
    asked.measurements = chosen.count.value_or(measurements).resolve(Index{image.height} * image.width);
    asked.patterns = chosen.patterns;
    asked.of_block = chosen.of_block;
    return choose_model(image.height, image.width, image.channels(), image.pixels, asked);
  });
  return groups;
}

double MeasurementOptions::common_noise(const std::vector<LabelledImage>& images,
                                        const std::vector<PictureGroup>& groups) const {
  double energy = 0, count = 0;
  for (const PictureGroup& group : groups) {
    const Eigen::MatrixXd y = measure_images(images, group, 0).problem.measurements;
    energy += y.squaredNorm();
    count += static_cast<double>(y.size());
  }
  return noise_at(std::sqrt(energy / count));
}

double MeasurementOptions::noise_at(double root_mean_square) const {
  return root_mean_square * std::pow(10, -*snr / 20);
}

Measured MeasurementOptions::measured(const std::vector<LabelledImage>& images,
                                      const PictureGroup& group) const {
  if (!snr) return measure_images(images, group, noise);
  Measured result = measure_images(images, group, 0);
  Problem& problem = result.problem;
  const Index channels = group.model.channels, pictures = problem.measurements.cols() / channels;
  problem.picture_noise.resize(pictures);
  for (Index i = 0; i < pictures; ++i) {
    auto y = problem.measurements.middleCols(i * channels, channels);
    problem.picture_noise[i] = noise_at(y.norm() / std::sqrt(static_cast<double>(y.size())));
    y = add_noise(y, problem.picture_noise[i], group.model.seed);
  }
  problem.noise = pictures == 1 ? problem.picture_noise[0] : std::numeric_limits<double>::quiet_NaN();
  if (pictures == 1) problem.picture_noise.resize(0);
  return result;
}

Json MeasurementOptions::plan(const PictureGroup& group, const SolverOptions& solver) const {
  Json plan = plan_of(group.model, usual_noise(), static_cast<Index>(group.members.size()), solver);
  if (!snr) return plan;
  plan["noise"] = shown(*snr) + " dB below the measurements";
  const Stop stop = parse_stop(solver.stop);
  if (!stop.sigma && resolved(stop, usual_noise()).rule == StopRule::discrepancy)
    plan["stop"] = "discrepancy";
  return plan;
}

double parse_snr(const std::string& text) {
  char* end = nullptr;
  const double value = std::strtod(text.c_str(), &end);
  const std::string unit = end;
  constexpr double most = 300;  // beyond, σ is lost in rounding
  if (end == text.c_str() || !(std::abs(value) <= most) || (!unit.empty() && unit != "dB" && unit != " dB"))
    throw UsageError("--snr must be a ratio in decibels such as 20dB, from −300 to 300; got \"" + text +
                     "\"");
  return value;
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
  if (snr) json["snr_db"] = *snr;
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
      "print the sizes, the time (from the first steps), the memory and the plan for the pictures of each "
      "shape, and recover nothing");
}

void RecoveryOptions::validate() const {
  measurement.validate();
  solver.all();
  parse_result_formats(output.formats);
}

void print_recovery_plan(const RecoveryOptions& options, const CommonOptions& common) {
  const std::vector<LabelledImage> images = options.source.load(common.quiet);
  std::vector<Json> plans;
  for (const auto& group : options.measurement.groups(images)) {
    Json plan = options.measurement.plan(group, options.solver);
    if (plan["memory_bytes"].get<std::size_t>() <= parse_memory(options.measurement.max_memory)) {
      const Problem problem = options.measurement.measured(images, group).problem;
      plan["noise"] = problem.noise;
      if (problem.picture_noise.size() > 0)
        plan["noise"] = std::vector<double>(problem.picture_noise.begin(), problem.picture_noise.end());
      const auto seconds = expected_seconds(problem, options.solver);
      plan["time_seconds"] = seconds ? Json(*seconds) : Json();
    }
    plan["out"] = options.output.out;
    plans.push_back(std::move(plan));
  }
  print_plans(plans, common);
}

void run_recovery(const RecoveryOptions& options, const CommonOptions& common, const std::string& command) {
  options.validate();
  if (options.dry_run) return print_recovery_plan(options, common);
  OutputDirectory out(options.output.out, options.output.force);  // refused now rather than after the work
  RecoveryReport report;
  report.subjects = options.source.load(common.quiet);
  const std::vector<PictureGroup> groups = options.measurement.groups(report.subjects);
  if (!common.quiet) announce_groups(groups, options);
  for (const auto& group : groups) recover_group(report, group, options, !common.quiet);

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
