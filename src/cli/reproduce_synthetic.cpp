#include <algorithm>
#include <iostream>

#include "base/atomic_file.h"
#include "cli/figures.h"
#include "cli/terminal.h"
#include "experiments/charts.h"
#include "experiments/summary.h"
#include "report/output_directory.h"
#include "report/results.h"

namespace isr {
namespace {

namespace po = boost::program_options;

// What was given on the command line; what was not is the figure's own.
struct SyntheticOptions {
  std::string out = "isr-figures";
  bool force = false;
  Index measurements = 0, unknowns = 0;
  List<double> signal, init, step;
  List<int> depths;
  List<std::int64_t> iterations;
  double noise = 0;
  std::int64_t seed = 0;
  int replicates = 0;
  std::string solver = "gd";
  bool overlay = false;

  void add_to(CommandLine& command_line);
};

void SyntheticOptions::add_to(CommandLine& command_line) {
  auto experiment =
      command_line.group("Experiment (default: each figure's own, as in the paper)").add_options();
  experiment("measurements", po::value(&measurements)->value_name("N"), "n, at least 16");
  experiment("unknowns", po::value(&unknowns)->value_name("P"), "p");
  experiment("signal", po::value(&signal)->value_name("W,…"), "w* on its support");
  experiment("noise", po::value(&noise)->value_name("SIGMA"), "σ of the noise");
  experiment("seed", po::value(&seed)->value_name("SEED"),
             "of the matrix and the noise; of the first replicate");
  experiment("replicates", po::value(&replicates)->value_name("COUNT"),
             "of early-stopping-error and kernel; seeds 1000 apart");
  experiment("depth", po::value(&depths)->value_name("N,…"), "depths N, such as 2,3 or 2-5; a panel each");
  auto solving = command_line.group("Solver (default: each figure's own; one value, or one for each depth)")
                     .add_options();
  solving("init", po::value(&init)->value_name("W0,…"), "w0, the starting value of u^N");
  solving("step", po::value(&step)->value_name("C,…"), "step size, η = C/N²");
  solving("iterations", po::value(&iterations)->value_name("T,…"), "steps; the flow ends at τ = η·steps");
  solving("solver", po::value(&solver)->default_value(solver)->value_name("NAME"),
          "gd, or flow: the gradient flow");
  solving("overlay", po::bool_switch(&overlay), "draw the gradient flow too");
  command_line.choices("solver", {"gd", "flow"});
  auto output = command_line.group("Output").add_options();
  output("out,o", po::value(&out)->default_value(out)->value_name("DIR"),
         "folder for figures, data and summary");
  output("force", po::bool_switch(&force), "replace files of an earlier run");
}

std::vector<Figure> figures_of(const std::vector<std::string>& names) {
  constexpr Figure all[] = {
      Figure::convergence,          Figure::initialization, Figure::early_stopping_coordinates,
      Figure::early_stopping_error, Figure::incremental,    Figure::kernel};
  std::vector<Figure> figures;
  for (Figure figure : all) {
    const std::string own = to_string(figure);
    const bool wanted = std::any_of(names.begin(), names.end(), [&](const std::string& name) {
      return name == own || name == "all" || (name == "early-stopping" && own.starts_with(name));
    });
    if (wanted) figures.push_back(figure);
  }
  return figures;
}

// The value for depth number i of `count`: the only one, or its own.
template <class T>
T pick(const List<T>& list, std::size_t i, std::size_t count, const char* option) {
  if (list.values.size() == 1) return list.values[0];
  if (list.values.size() != count) {
    throw UsageError(std::string(option) + " needs one value, or one for each of the " +
                     std::to_string(count) + " depths");
  }
  return list.values[i];
}

ExperimentOptions experiment_of(Figure figure, const SyntheticOptions& given, const CommandLine& line) {
  ExperimentOptions options = paper_protocol(figure);
  if (line.given("measurements")) options.n = given.measurements;
  if (line.given("unknowns")) options.p = given.unknowns;
  if (line.given("signal")) options.signal = given.signal.values;
  if (line.given("noise")) options.noise = given.noise;
  if (line.given("seed")) {
    if (given.seed < 0 || given.seed > 0xFFFFFFFFLL) throw UsageError("--seed must be from 0 to 4294967295");
    options.seed = static_cast<std::uint32_t>(given.seed);
  }
  if (line.given("replicates") && options.replicated()) options.replicates = given.replicates;
  if (line.given("depth")) {
    options.runs.clear();
    for (int depth : given.depths.values) options.runs.push_back(protocol_run(figure, std::max(1, depth)));
  }
  const std::size_t count = options.runs.size();
  for (std::size_t i = 0; i < count; ++i) {
    DepthRun& run = options.runs[i];
    if (line.given("depth")) run.depth = given.depths.values[i];
    if (line.given("init")) run.init = pick(given.init, i, count, "--init");
    if (line.given("step")) run.step = pick(given.step, i, count, "--step") / (run.depth * run.depth);
    if (line.given("iterations")) {
      run.iterations = pick(given.iterations, i, count, "--iterations");
    } else if (run.iterations == 0) {
      throw UsageError(std::string(to_string(figure)) + " of the paper has no depth " +
                       std::to_string(run.depth) + ": give its --iterations");
    }
  }
  options.validate();
  return options;
}

PathSolver solver_of(const std::string& name) {
  if (name == "gd") return PathSolver::descent;
  if (name == "flow") return PathSolver::flow;
  throw UsageError("--solver must be gd or flow, not \"" + name + "\"");
}

void warn_of_divergence(const Suite& suite, std::ostream& out) {
  const auto warn = [&out](Figure figure, int depth) {
    out << "isr: warning: " << to_string(figure) << ", N = " << depth
        << ": gradient descent diverged; choose a smaller --step\n";
  };
  for (const auto& study : suite.coordinates) {
    for (const CoordinatePath& path : study->paths) {
      if (path.status == Status::diverged) warn(study->options.figure, path.run.depth);
    }
  }
  for (const auto& study : suite.errors) {
    for (const ErrorCurve& curve : study->curves) {
      if (curve.diverged > 0) warn(study->options.figure, curve.run.depth);
    }
  }
}

void print_claims(const SuiteSummary& summary, std::ostream& out) {
  for (const Claim& claim : summary.claims) {
    out << (claim.holds ? "  holds  " : "  FAILS  ") << claim.statement << "\n         " << claim.evidence
        << "\n";
  }
  const auto within = std::count_if(summary.comparisons.begin(), summary.comparisons.end(),
                                    [](const ComparedNumber& comparison) { return comparison.within(); });
  if (!summary.comparisons.empty()) {
    out << "  " << within << " of " << summary.comparisons.size()
        << " numbers agree with the authors' code within tolerance (summary.md)\n";
  }
}

}  // namespace

int reproduce_synthetic(const FigureRequest& request) {
  CommandLine command_line(
      "reproduce FIGURE ... [OPTION ...]",
      "Draws synthetic figures of Li, Nguyen, Hegde and Wong (NeurIPS 2021): FIGURE.png, .pdf, .svg, .csv\n"
      "and .gp (a gnuplot script to restyle), and the numbers in summary.md and summary.json.");
  SyntheticOptions given;
  given.add_to(command_line);
  if (!command_line.parse(request.options)) return 0;

  SuiteOptions options;
  options.solver = solver_of(given.solver);
  options.overlay_flow = given.overlay;
  for (Figure figure : figures_of(request.names)) {
    options.experiments.push_back(experiment_of(figure, given, command_line));
  }
  if (command_line.given("replicates") &&
      std::none_of(options.experiments.begin(), options.experiments.end(),
                   [](const ExperimentOptions& experiment) { return experiment.replicated(); }))
    throw UsageError("--replicates is an option of early-stopping-error and kernel");
  require_gnuplot();
  OutputDirectory output(given.out, given.force);  // refused now rather than after the work

  const CommonOptions& common = command_line.common();
  ProgressBar progress("reproduce", 1, !common.quiet);
  const Suite suite = run_suite(options, interrupted, [&](double share) { progress.reach(share); });
  check_interrupted();
  warn_of_divergence(suite, std::cerr);
  const std::string folder = output.file("summary.md").parent_path().string();
  draw_figures(suite, folder);
  const SuiteSummary summary = summarize(suite);
  write_file(output.file("summary.md"), summary_markdown(suite, summary));
  nlohmann::ordered_json document = {{"version", ISR_VERSION}, {"command", request.command}};
  document.update(summary_json(suite, summary));
  write_file(output.file("summary.json"), document.dump(2) + "\n");
  const bool with_mnist =
      std::any_of(request.names.begin(), request.names.end(),
                  [](const std::string& name) { return name == "mnist" || name == "all"; });
  if (with_mnist) draw_mnist_figure(output.file("mnist").string(), request.command);
  check_interrupted();
  output.commit();

  if (common.json) {
    std::cout << document.dump(2) << "\n";
  } else if (!common.quiet) {
    print_claims(summary, std::cout);
    std::cout << "\n" << output.target().string() << ": summary.md summary.json";
    for (const ExperimentOptions& experiment : options.experiments) {
      std::cout << " " << to_string(experiment.figure) << ".{png,pdf,svg,csv,gp}";
    }
    std::cout << (with_mnist ? " mnist/\n" : "\n");
  }
  return 0;
}

}  // namespace isr
