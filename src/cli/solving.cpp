#include "cli/solving.h"

#include <chrono>
#include <cmath>
#include <cstdlib>

#include "base/parallel.h"
#include "baselines/baselines.h"
#include "cli/picture_solving.h"
#include "cli/terminal.h"
#include "metrics/metrics.h"
#include "sensing/basis.h"
#include "solver/recovery_rounds.h"

namespace isr {

namespace po = boost::program_options;

namespace {

SolvedColumn solve_column(const RecoveryRounds& recoverer, const Eigen::VectorXd& y,
                          const RecoverOptions& options, const ErrorOfW& error) {
  const auto start = std::chrono::steady_clock::now();
  Recovery recovery = recoverer.solve(y, options, error, interrupted);
  const std::chrono::duration<double> seconds = std::chrono::steady_clock::now() - start;
  SolvedColumn solved;
  solved.w = recovery.w.cast<float>();
  solved.iterations = recovery.iterations;
  solved.flow_time = recovery.flow_time;
  solved.step = recovery.step;
  solved.stop_reason = recovery.stop_reason;
  solved.relative_residual = recovery.residual;
  solved.residual_asked = recovery.residual_asked;
  solved.seconds = seconds.count();
  return solved;
}

// The squared error of the pixels of w.
ErrorOfW error_against(const Operators& operators, const Eigen::MatrixXf& truth, Index column) {
  if (truth.size() == 0) return {};
  return [&operators, &truth, column](const Eigen::VectorXd& w) {
    return squared_error(operators.pixels(w.cast<float>()).col(0), truth.col(column));
  };
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
  baseline_options.nonnegative = options.model(problem.model.basis) == Model::nonnegative;
  Baselines baselines(*problem.operators.system, baseline_options);
  const Eigen::MatrixXd& y = problem.measurements;
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
      "coefficient, default 0.05; in boxes, and in pixels without a matrix, 1e-10");
  add("rounds", po::value(&rounds)->default_value(rounds)->value_name("R"),
      "pictures in wavelets and boxes: further rounds, each of which starts larger where the last found "
      "more; "
      "0 or more");
  add("shifts", po::value(&shifts)->default_value(shifts)->value_name("K"),
      "pictures in wavelets: the mean over K shifts of their grid (cycle spinning); 4 give some 0.5 dB more "
      "in "
      "twice the time");
  add("signed", po::bool_switch(&signed_model),
      "the model w = u^N − v^N (default in a basis whose coefficients have signs)");
  add("nonnegative", po::bool_switch(&nonnegative_model), "the model w = u^N (default in the pixel basis)");
  add("solver", po::value(&solver)->default_value(solver),
      "flow: the gradient flow, integrated implicitly; gd: gradient descent");
  add("stop", po::value(&stop)->default_value(stop)->value_name("RULE"),
      "where to stop: auto (the limit without noise, discrepancy where σ is known, else hold-out), "
      "holdout[:FOLDS], holdout:SHARE%, "
      "residual:R, discrepancy[:SIGMA[:T]], time:TAU, iterations, limit, oracle (the best by the true "
      "image)");
  add("step", po::value(&step)->default_value(step)->value_name("C"),
      "step size of gradient descent, η = C/N², positive; auto: from the operator's norm, for pictures in "
      "wavelets or without a matrix (their default) anew in each iteration, by Barzilai and Borwein's rule");
  add("iterations", po::value(&iterations)->default_value(iterations)->value_name("T"),
      "iterations of gradient descent at most, at least 0");
  add("tolerance", po::value(&tolerance)->default_value(tolerance, shown(tolerance)),
      "relative error of the flow's path, 0 to 0.5");
  add("baselines", po::value(&baselines)->default_value(baselines)->value_name("LIST"),
      "known methods beside: ls, ridge, nnls, lasso, omp (comma-separated), all or none");
}

RecoverOptions SolverOptions::recover_options(int depth, const MeasurementModel& measured) const {
  RecoverOptions options;
  options.solver = parse_solver(solver);
  options.network = {depth, model(measured.basis), start_of(measured, *this)};
  options.stop = parse_stop(stop);
  options.seed = measured.seed;
  if (step == "auto") {
    options.step_rule = StepRule::operator_norm;
  } else {
    char* end = nullptr;
    options.step = std::strtod(step.c_str(), &end);
    if (*end != '\0' || step.empty())
      throw UsageError("--step must be a positive number or auto; got " + step);
  }
  options.iterations = iterations;
  options.tolerance = tolerance;
  return options;
}

void SolverOptions::validate() const {
  if (signed_model && nonnegative_model) throw UsageError("--signed and --nonnegative exclude each other");
  parse_baselines(baselines);
  if (rounds < 0) throw UsageError("--rounds must be at least 0");
  if (shifts < 1 || shifts > 64) throw UsageError("--shifts must lie between 1 and 64");
  for (const int depth : depths.values) recover_options(depth, {}).validate();
}

Model model_of(const std::string& basis, bool signed_model, bool nonnegative_model) {
  if (signed_model) return Model::signed_model;
  if (nonnegative_model) return Model::nonnegative;
  return basis_info(basis).nonnegative ? Model::nonnegative : Model::signed_model;
}

Model SolverOptions::model(const std::string& basis) const {
  return model_of(basis, signed_model, nonnegative_model);
}

void SolverOptions::describe(nlohmann::ordered_json& json) const {
  json["depth"] = depths.values;
  json["init"] = init;
  json["rounds"] = rounds;
  json["shifts"] = shifts;
  json["solver"] = solver;
  json["stop"] = stop;
  json["step"] = step;
  json["iterations"] = iterations;
  json["baselines"] = baselines;
}

std::vector<SolvedMethod> solve_problem(const Problem& problem, const SolverOptions& options,
                                        const Eigen::MatrixXf& truth, bool show_progress) {
  if (is_solved_as_pictures(problem.model, options, problem.noise)) {
    auto solved = solve_pictures(problem, options, show_progress);
    add_baselines(solved, problem, options);
    return solved;
  }
  const auto columns = static_cast<std::size_t>(problem.measurements.cols());
  std::vector<SolvedMethod> methods;
  for (const int depth : options.depths.values) {
    const std::string number = std::to_string(depth);
    methods.push_back({{"N = " + number, "depth-" + number},
                       options.solver,
                       depth,
                       start_of(problem.model, options),
                       std::vector<SolvedColumn>(columns)});
  }
  const RecoveryRounds recoverer(*problem.operators.system, problem.operators.synthesis.get(),
                                 rounds_of(problem.model, options));
  const std::size_t jobs = columns * methods.size();
  ProgressBar progress("recovering", static_cast<double>(jobs), show_progress);
  parallel_for(jobs, [&](std::size_t job) {
    if (interrupted()) return;
    SolvedMethod& method = methods[job % methods.size()];
    const std::size_t k = job / methods.size();
    const auto column = static_cast<Index>(k);
    RecoverOptions recover = options.recover_options(*method.depth, problem.model);
    recover.stop = resolved(recover.stop, problem.noise);
    method.columns[k] = solve_column(recoverer, problem.measurements.col(column), recover,
                                     error_against(problem.operators, truth, column));
    progress.advance(1);
  });
  check_interrupted();
  add_baselines(methods, problem, options);
  return methods;
}

}  // namespace isr
