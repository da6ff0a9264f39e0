#include "cli/solving.h"

#include <chrono>

#include "base/parallel.h"
#include "cli/picture_solving.h"
#include "cli/terminal.h"
#include "metrics/metrics.h"
#include "sensing/basis.h"
#include "solver/baselines.h"

namespace isr {

namespace po = boost::program_options;

namespace {

SolvedColumn solve_column(const Problem& problem, Index column, const GradientDescentOptions& descent,
                          ProgressBar& progress) {
  const LinearOperator& system = *problem.operators.system;
  const auto y = problem.measurements.col(column);
  const auto start = std::chrono::steady_clock::now();
  DescentBatch batch = gradient_descent(system, y, descent, {}, {}, [&] {
    progress.advance(64);
    return interrupted();
  });
  const std::chrono::duration<double> seconds = std::chrono::steady_clock::now() - start;
  SolvedColumn solved;
  Eigen::MatrixXf fitted(system.rows(), 1);
  system.apply(batch.w, fitted);
  solved.relative_residual = relative_error(fitted.col(0), y);
  solved.w = batch.w.col(0);
  solved.iterations = batch.columns[0].iterations;
  solved.flow_time = batch.columns[0].flow_time;
  solved.step = batch.step;
  solved.stop_reason = to_string(batch.columns[0].status);
  solved.seconds = seconds.count();
  return solved;
}

SolvedColumn solved_by_baseline(const BaselineResult& result) {
  SolvedColumn solved;
  solved.w = result.w.cast<float>();
  if (result.iterations > 0) solved.iterations = result.iterations;
  solved.stop_reason = !result.converged ? "not converged" : result.note.empty() ? "converged" : result.note;
  solved.relative_residual = result.relative_residual;
  solved.seconds = result.seconds;
  return solved;
}

// Over a column of a figure.
std::string short_title(Baseline kind) {
  switch (kind) {
    case Baseline::least_squares:
      return "Least squares";
    case Baseline::ridge:
      return "Ridge";
    case Baseline::nnls:
      return "NNLS";
    case Baseline::lasso:
      return "Lasso";
    case Baseline::omp:
      return "OMP";
  }
  return "";
}

void add_baselines(std::vector<SolvedMethod>& methods, const Problem& problem, const SolverOptions& options) {
  BaselineOptions baseline_options;
  baseline_options.seed = problem.model.seed;
  Baselines baselines(*problem.operators.system, baseline_options);
  const Eigen::MatrixXd y = problem.measurements.cast<double>();
  for (const Baseline kind : parse_baselines(options.baselines)) {
    SolvedMethod method{{short_title(kind), to_string(kind)}, to_string(kind), {}, {}, {}};
    for (const auto& result : baselines.run(kind, y, interrupted))
      method.columns.push_back(solved_by_baseline(result));
    check_interrupted();
    methods.push_back(std::move(method));
  }
}

}  // namespace

void SolverOptions::add_to(CommandLine& command_line) {
  auto add = command_line.group("Solver").add_options();
  add("depth", po::value(&depths)->default_value(depths)->value_name("N,…"),
      "depths N, such as 2,3,5; each at least 1");
  add("init", po::value(&init)->default_value(init, shown(init))->value_name("W0"),
      "w0, the starting value of u^N; positive. Pictures in wavelets: relative to the size expected of each "
      "coefficient, default 0.05; in pixels or boxes 1e-07");
  add("rounds", po::value(&rounds)->default_value(rounds)->value_name("R"),
      "pictures in wavelets: further rounds, each of which starts larger where the last found more; 0 or "
      "more");
  add("signed", po::bool_switch(&signed_model),
      "the model w = u^N − v^N (default in a basis whose coefficients have signs)");
  add("nonnegative", po::bool_switch(&nonnegative_model), "the model w = u^N (default in the pixel basis)");
  add("step", po::value(&step)->default_value(step, shown(step))->value_name("C"),
      "step size of gradient descent: η = C/N²; positive");
  add("iterations", po::value(&iterations)->default_value(iterations)->value_name("T"),
      "iterations of gradient descent, at least 0");
  add("baselines", po::value(&baselines)->default_value(baselines)->value_name("LIST"),
      "known methods beside: ls, ridge, nnls, lasso, omp (comma-separated), all or none");
}

void SolverOptions::validate() const {
  if (signed_model && nonnegative_model) throw UsageError("--signed and --nonnegative exclude each other");
  parse_baselines(baselines);
  if (rounds < 0) throw UsageError("--rounds must be at least 0");
  for (const int depth : depths.values)
    GradientDescentOptions{{depth, Model::signed_model, init}, StepRule::constant, step, iterations}
        .validate();
}

Model SolverOptions::model(const std::string& basis) const {
  if (signed_model) return Model::signed_model;
  if (nonnegative_model) return Model::nonnegative;
  return basis_info(basis).nonnegative ? Model::nonnegative : Model::signed_model;
}

void SolverOptions::describe(nlohmann::ordered_json& json) const {
  json["depth"] = depths.values;
  json["init"] = init;
  json["step"] = step;
  json["iterations"] = iterations;
  json["baselines"] = baselines;
}

std::vector<SolvedMethod> solve_problem(const Problem& problem, const SolverOptions& options,
                                        bool show_progress) {
  if (is_solved_by_products(problem.model)) {
    auto solved = solve_pictures(problem, options, show_progress);
    add_baselines(solved, problem, options);
    return solved;
  }
  const auto columns = static_cast<std::size_t>(problem.measurements.cols());
  std::vector<SolvedMethod> methods;
  for (const int depth : options.depths.values) {
    const std::string number = std::to_string(depth);
    methods.push_back({{"N = " + number, "depth-" + number},
                       "gd",
                       depth,
                       options.init,
                       std::vector<SolvedColumn>(columns)});
  }
  const std::size_t jobs = columns * methods.size();
  ProgressBar progress("recovering", static_cast<double>(jobs) * static_cast<double>(options.iterations),
                       show_progress);
  const Model model = options.model(problem.model.basis);
  parallel_for(jobs, [&](std::size_t job) {
    SolvedMethod& method = methods[job % methods.size()];
    const std::size_t column = job / methods.size();
    const GradientDescentOptions descent{
        {*method.depth, model, options.init}, StepRule::constant, options.step, options.iterations};
    method.columns[column] = solve_column(problem, static_cast<Index>(column), descent, progress);
  });
  check_interrupted();
  add_baselines(methods, problem, options);
  return methods;
}

}  // namespace isr
