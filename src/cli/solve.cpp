#include <algorithm>
#include <cmath>
#include <iostream>
#include <numeric>

#include "base/atomic_file.h"
#include "base/npy.h"
#include "cli/commands.h"
#include "cli/given.h"
#include "cli/instrument.h"
#include "cli/recovery.h"
#include "cli/reporting.h"
#include "cli/terminal.h"
#include "report/result_formats.h"
#include "sensing/problem_folder.h"
#include "solver/choose_basis.h"

namespace isr {
namespace {

namespace po = boost::program_options;

struct SolveOptions {
  std::string folder;
  GivenOptions given;  // in place of a folder
  InstrumentOptions instrument;
  std::string basis;                // empty: the folder's, or chosen
  double noise = -1;                // < 0: the folder's, or unknown
  std::string max_memory = "auto";  // see parse_memory
  bool dry_run = false;
  SolverOptions solver;
  OutputOptions output{"isr-solve", false};

  void add_to(CommandLine& command_line) {
    auto add = command_line.group("Input").add_options();
    add("folder", po::value(&folder)->value_name("DIR"), "folder written by isr measure");
    given.add_to(command_line);
    add("basis", po::value(&basis)->value_name("NAME"),
        "where the pictures are sparse: pixel, haar, db4, …; default: as the folder says, or which of pixel, "
        "cdf97 and boxes predicts measurements that are kept back best");
    add("noise", po::value(&noise)->value_name("SIGMA"),
        "standard deviation of the noise on each measurement, where known; default: as the folder says");
    add("max-memory", po::value(&max_memory)->default_value(max_memory)->value_name("SIZE"),
        "refuse work that needs more, such as 4G; auto: most of what is free");
    add("dry-run", po::bool_switch(&dry_run),
        "print the sizes, the time (from the first steps), the memory and the plan, and solve nothing");
    command_line.positional("folder", 1);
    instrument.add_to(command_line);
    solver.add_to(command_line);
    output.add_to(command_line, true);
  }

  void validate() const {
    solver.all();
    parse_memory(max_memory);
    parse_result_formats(output.formats);
    if (!basis.empty()) basis_info(basis);
    if (noise != -1 && !(noise >= 0 && std::isfinite(noise)))
      throw UsageError("--noise must be a number of at least 0");
    if (!folder.empty() && given.any())
      throw UsageError("give either a folder or --matrix and --measurements (with --shape), not both");
    if (folder.empty()) given.validate();
    instrument.validate();
    if (noise >= 0 && (instrument.poisson || !instrument.sigma.empty()))
      throw UsageError(
          "--noise is one for all readings; --sigma and --poisson give each its own: leave it out");
  }
};

// The basis of the user's own pictures, and the model unless the user gave it.
void choose_basis_of(Problem& problem, Instrument instrument, SolveOptions& options, bool quiet) {
  std::optional<Model> model;
  if (options.solver.signed_model) model = Model::signed_model;
  if (options.solver.nonnegative_model) model = Model::nonnegative;
  instrument.outliers = false;  // bases are compared by what all measurements say of the picture
  const BasisChoice choice = choose_basis(corrected(problem, instrument), model, interrupted);
  problem.model.basis = choice.basis;
  problem.operators = operators_of(problem.operators.sensing, problem.model);
  options.solver.recover.model = choice.model;
  if (quiet) return;
  std::cerr << "basis " << choice.basis << ", " << to_string(choice.model)
            << " model: of measurements kept back it predicts all but "
            << shown(std::round(1000 * choice.held_out_error) / 10) << " %\n";
}

// Of ±1 patterns about half of the readings are negative; of those of 0 and 1, which mirrors show, none.
void warn_of_positive_readings(const Problem& problem, bool quiet) {
  constexpr Index enough = 16;
  const auto& patterns = problem.model.patterns;
  if (quiet || !patterns || patterns->kind != "hadamard" || patterns->readings != "signed") return;
  if (problem.measurements.rows() < enough || problem.measurements.minCoeff() < 0) return;
  std::cerr << "isr: warning: no reading is negative, as of patterns of 0 and 1 but hardly of ±1: if they "
               "were of 0 and 1, give --readings positive (and --poisson where they are counts)\n";
}

// Pattern 0 is the mean, which hardly anyone leaves out: numbers without it, but with 1, may count from 1.
void warn_of_rows_from_one(const Problem& problem, bool quiet) {
  const auto& patterns = problem.model.patterns;
  if (quiet || !patterns || patterns->kind == "pixel" || patterns->order.starts_with("random")) return;
  const auto shown = [&](Index number) {
    return std::find(patterns->rows.begin(), patterns->rows.end(), number) != patterns->rows.end();
  };
  if (shown(0) || !shown(1)) return;
  std::cerr
      << "isr: warning: row 1 is among those of --rows, but not row 0, the mean: rows count from 0; are "
         "these numbered from 1?\n";
}

Problem load(const SolveOptions& options, bool quiet) {
  if (options.folder.empty())
    return options.given.load(options.basis.empty() ? "pixel" : options.basis,
                              options.noise < 0 ? std::numeric_limits<double>::quiet_NaN() : options.noise,
                              quiet);
  Problem problem = load_problem(options.folder);
  if (!options.basis.empty()) {
    problem.model.basis = options.basis;
    problem.operators = operators_of(problem.operators.sensing, problem.model);
  }
  if (options.noise >= 0) problem.noise = options.noise;
  return problem;
}

nlohmann::ordered_json described(const SolveOptions& options, const Problem& problem) {
  nlohmann::ordered_json json;
  if (!options.folder.empty()) {
    json["folder"] = options.folder;
  } else {
    options.given.describe(json);
  }
  json["basis"] = problem.model.basis;
  json["noise"] =
      std::isnan(problem.noise) ? nlohmann::ordered_json() : nlohmann::ordered_json(problem.noise);
  options.instrument.describe(json);
  options.solver.describe(json);
  return json;
}

// As write_recovery_report, for unknowns that are no pictures: recovered.npy has shape (columns, methods, p).
std::vector<std::string> write_vectors(const OutputDirectory& out, const RecoveryReport& report,
                                       const nlohmann::ordered_json& document) {
  std::vector<float> values;
  for (const auto& methods : report.recovered)
    for (const Image& vector : methods)
      values.insert(values.end(), vector.pixels.data(), vector.pixels.data() + vector.pixels.size());
  const auto subjects = static_cast<std::int64_t>(report.subjects.size());
  const auto methods = static_cast<std::int64_t>(report.methods.size());
  write_npy(out.file("recovered.npy"),
            {subjects, methods, static_cast<std::int64_t>(values.size()) / (subjects * methods)}, values);
  write_file(out.file("results.csv"), to_csv(report.rows));
  write_file(out.file("results.json"), document.dump(2) + "\n");
  return {"recovered.npy", "results.csv", "results.json"};
}

void solve_and_report(const SolveOptions& options, const Problem& problem, const CommonOptions& common,
                      const std::string& command) {
  OutputDirectory out(options.output.out, options.output.force);
  RecoveryReport report;
  std::vector<std::size_t> all(
      static_cast<std::size_t>(problem.measurements.cols() / problem.model.channels));
  std::iota(all.begin(), all.end(), std::size_t{0});
  const std::string name = problem.model.is_picture ? "picture-" : "column-";
  for (const std::size_t i : all) report.subjects.push_back({{}, name + std::to_string(i + 1), ""});
  add_solutions(report, all, problem, solve_problem(problem, options.solver, {}, !common.quiet));
  if (problem.model.is_picture) choose_shown_range(report);
  const auto document = results_document(command, described(options, problem), report.rows);
  const bool pictures = problem.model.is_picture;
  auto files = pictures ? write_recovery_report(out, report, document) : write_vectors(out, report, document);
  const ResultFormats formats = parse_result_formats(options.output.formats);
  for (const auto& file : write_result_formats(out, report, formats, pictures)) files.push_back(file);
  check_interrupted();
  out.commit();
  print_outcome(report, document, out.target().string(), files, common);
}

}  // namespace

int solve(const Arguments& arguments) {
  CommandLine command_line(
      "solve DIR | --matrix X.npy --measurements Y.npy [--shape HxW] [OPTION ...]",
      "Recovers images from measurements alone: a folder written by isr measure, or arrays of your own\n"
      "(.npy, .npz, .mat, .csv, .tsv, .txt; of several in one file FILE:NAME).");
  SolveOptions options;
  options.add_to(command_line);
  if (!command_line.parse(arguments)) return 0;
  options.validate();
  Problem given = load(options, command_line.common().quiet);
  warn_of_positive_readings(given, command_line.common().quiet);
  warn_of_rows_from_one(given, command_line.common().quiet);
  auto [problem, instrument] = options.instrument.read(std::move(given));
  if (options.folder.empty() && problem.model.is_picture && options.basis.empty())
    choose_basis_of(problem, instrument, options, command_line.common().quiet);
  problem = corrected(std::move(problem), instrument);
  const Index pictures = problem.measurements.cols() / problem.model.channels;
  if (options.dry_run) {
    nlohmann::ordered_json plan = plan_of(problem.model, problem.noise, pictures, options.solver);
    if (plan["memory_bytes"].get<std::size_t>() <= parse_memory(options.max_memory)) {
      const auto seconds = expected_seconds(problem, options.solver);
      plan["time_seconds"] = seconds ? nlohmann::ordered_json(*seconds) : nlohmann::ordered_json();
    }
    print_plans({plan}, command_line.common());
    return 0;
  }
  check_memory(problem.model, estimated_bytes(problem.model, problem.noise, pictures, options.solver),
               parse_memory(options.max_memory));
  if (!command_line.common().quiet) announce(plan_of(problem.model, problem.noise, pictures, options.solver));
  solve_and_report(options, problem, command_line.common(), command_text("solve", arguments));
  return 0;
}

}  // namespace isr
