#include "cli/recovery.h"

#include <algorithm>
#include <cmath>
#include <iostream>
#include <map>

#include "cli/memory_limit.h"
#include "cli/terminal.h"

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

Eigen::MatrixXf stacked_channels(const std::vector<LabelledImage>& images,
                                 const std::vector<std::size_t>& members) {
  const Image& first = images[members[0]].image;
  const Index channels = first.channels();
  Eigen::MatrixXf pixels(first.pixels.rows(), channels * static_cast<Index>(members.size()));
  for (std::size_t k = 0; k < members.size(); ++k)
    pixels.middleCols(static_cast<Index>(k) * channels, channels) = images[members[k]].image.pixels;
  return pixels;
}

// The row of one image, from its channels: the longest of their iterations and times, the residual of all.
ResultRow row_of(const Problem& problem, const SolvedMethod& method, Index first_column) {
  const MeasurementModel& model = problem.model;
  ResultRow row;
  row.method = method.method;
  row.depth = method.depth;
  row.w0 = method.w0;
  row.n = problem.operators.system->rows();
  row.p = problem.operators.system->cols();
  row.ensemble = model.ensemble;
  row.basis = model.basis;
  row.seed = model.seed;
  double residual = 0, measured = 0;
  for (Index c = first_column; c < first_column + model.channels; ++c) {
    const SolvedColumn& column = method.columns[static_cast<std::size_t>(c)];
    row.step = column.step;
    if (column.iterations) row.iterations = std::max(row.iterations.value_or(0), *column.iterations);
    if (column.flow_time) row.flow_time = std::max(row.flow_time.value_or(0), *column.flow_time);
    row.stop_reason = column.stop_reason;
    row.seconds += column.seconds;
    const double norm = problem.measurements.col(c).norm();
    residual += std::pow(column.relative_residual * norm, 2);
    measured += norm * norm;
  }
  row.relative_residual = measured > 0 ? std::sqrt(residual / measured) : 0;
  return row;
}

std::string how_made(const Problem& problem) {
  const MeasurementModel& model = problem.model;
  std::string note = std::to_string(model.measurements) + " measurements of " +
                     std::to_string(model.pixels()) + " pixels (" + model.ensemble + ", seed " +
                     std::to_string(model.seed) + ")";
  if (model.basis != "pixel") note += ", basis " + model.basis;
  if (problem.noise > 0) note += ", noise σ = " + shown(problem.noise);
  return note;
}

void recover_group(RecoveryReport& report, const std::vector<std::size_t>& members,
                   const RecoveryOptions& options, bool show_progress) {
  const Image& shape = report.subjects[members[0]].image;
  std::vector<const Image*> images;
  for (const std::size_t i : members) images.push_back(&report.subjects[i].image);
  const MeasurementModel model = options.measurement.model_for(images);
  check_memory(model, images.size(), parse_memory(options.measurement.max_memory));
  const Eigen::MatrixXf truth = stacked_channels(report.subjects, members);
  const Problem problem = simulate(model, truth, options.measurement.noise);
  const std::vector<SolvedMethod> methods = solve_problem(problem, options.solver, truth, show_progress);
  if (report.methods.empty()) {
    for (const auto& method : methods) report.methods.push_back(method.reported);
    report.recovered.assign(report.subjects.size(), std::vector<Image>(methods.size()));
    report.rows.resize(report.subjects.size() * methods.size());
    report.note = how_made(problem);
  }
  const Index channels = problem.model.channels;
  for (std::size_t k = 0; k < members.size(); ++k)
    for (std::size_t m = 0; m < methods.size(); ++m) {
      const std::size_t i = members[k];
      const Index first = static_cast<Index>(k) * channels;
      Eigen::MatrixXf w(problem.operators.system->cols(), channels);
      for (Index c = 0; c < channels; ++c)
        w.col(c) = methods[m].columns[static_cast<std::size_t>(first + c)].w;
      report.recovered[i][m] = Image(shape.height, shape.width, problem.operators.pixels(w));
      ResultRow row = row_of(problem, methods[m], first);
      row.source = report.subjects[i].source;
      row.label = report.subjects[i].label;
      set_quality(row, report.recovered[i][m], report.subjects[i].image, w);
      report.rows[i * methods.size() + m] = std::move(row);
    }
}

}  // namespace

void MeasurementOptions::add_to(CommandLine& command_line) {
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
  const std::string bases_help = "where the picture is sparse: " + basis_names() +
                                 ", or auto: pixel for mostly black pictures, else cdf97";
  add("basis", po::value(&basis)->default_value(basis)->value_name("NAME"), bases_help.c_str());
  add("max-memory", po::value(&max_memory)->default_value(max_memory)->value_name("SIZE"),
      "refuse work that needs more, such as 4G; auto: most of what is free");
  add("block", po::value(&block)->default_value(block)->value_name("SIDE"),
      "measure blocks of this side by one small operator; 0: the whole picture at once");
  add("noise", po::value(&noise)->default_value(noise)->value_name("SIGMA"),
      "standard deviation of the noise on each measurement, at least 0");
  add("seed", po::value(&seed)->default_value(seed), "seed of all random numbers, 0 to 4294967295");
}

void MeasurementOptions::validate() const {
  if (seed < 0 || seed > 0xFFFFFFFFll) throw UsageError("--seed must lie between 0 and 4294967295");
  if (!(noise >= 0) || !std::isfinite(noise)) throw UsageError("--noise must be a number of at least 0");
  if (!(positive_probability > 0 && positive_probability < 1))
    throw UsageError("--positive-probability must lie between 0 and 1");
  if (block < 0) throw UsageError("--block must be the side of a block in pixels, or 0");
  if (basis != "auto") basis_info(basis);
  parse_memory(max_memory);
}

namespace {

constexpr Index most_auto_entries = Index{1} << 26;

std::string chosen_basis(const std::vector<const Image*>& images) {
  double lit = 0, values = 0;
  for (const Image* image : images) {
    lit += static_cast<double>((image->pixels.array() > 0).count());
    values += static_cast<double>(image->pixels.size());
  }
  const bool small = std::max(images[0]->height, images[0]->width) <= 64;
  return lit <= (small ? 0.75 : 0.05) * values ? "pixel" : "cdf97";
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
  model.basis = basis == "auto" ? chosen_basis(images) : basis;
  model.block = block;
  if (block > 0) {
    const Index blocks = ((model.height + block - 1) / block) * ((model.width + block - 1) / block);
    model.measurements = (model.measurements + blocks - 1) / blocks * blocks;
  }
  const Index columns = block > 0 ? block * block : model.pixels();
  const bool large = model.measurements > most_auto_entries / columns;
  model.ensemble = ensemble != "auto" ? ensemble : block == 0 && large ? "hadamard" : "rademacher";
  return model;
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
}

void RecoveryOptions::validate() const {
  measurement.validate();
  solver.validate();
}

void run_recovery(const RecoveryOptions& options, const CommonOptions& common, const std::string& command) {
  options.validate();
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
  if (common.json) {
    std::cout << document.dump(2) << "\n";
  } else if (!common.quiet) {
    print_table(std::cout, report.rows);
    std::cout << "\n" << out.target().string() << ":";
    for (const auto& file : files) std::cout << " " << file;
    std::cout << "\n";
  }
}

}  // namespace isr
