#include "solver/recover.h"

#include <chrono>
#include <cmath>

#include "base/error.h"
#include "base/parallel.h"
#include "sensing/random.h"
#include "solver/matrix_free_newton.h"
#include "solver/recover_column.h"

namespace isr {
namespace {

bool needs_hold_out(const RecoverOptions& options) {
  return options.stop.kind == StopKind::holdout ||
         (options.stop.kind == StopKind::discrepancy && options.stop.sigma == 0 && options.noise == 0);
}

// Random divisions of n measurements, each holding out the share that the rule says.
std::vector<Fold> folds_of(const RecoverOptions& options, Index n) {
  const StopRule& rule = options.stop;
  const int parts = std::max(2, static_cast<int>(std::lround(1 / rule.share)));
  std::vector<Fold> folds = make_folds(n, parts, options.seed);
  if (folds.empty()) throw UsageError("hold-out needs at least 2 measurements: choose another --stop rule");
  folds.resize(std::min(folds.size(), static_cast<std::size_t>(rule.folds)));
  return folds;
}

void validate(const RecoverOptions& options, bool has_truth) {
  options.network.validate();
  GradientDescentOptions{options.network, options.step_rule, options.step, options.iterations}.validate();
  FlowOptions flow;
  flow.network = options.network;
  flow.tolerance = options.tolerance;
  flow.limit_residual = options.limit_residual;
  flow.validate();
  if (options.stop.kind == StopKind::oracle && !has_truth)
    throw UsageError("--stop oracle needs the true image: use it with simulated measurements");
}

}  // namespace

const char* to_string(SolverKind solver) {
  return solver == SolverKind::flow ? "flow" : "gd";
}

SolverKind parse_solver(std::string_view text) {
  if (text == "flow") return SolverKind::flow;
  if (text == "gd") return SolverKind::descent;
  throw UsageError("--solver " + std::string(text) + ": expected gd or flow");
}

std::unique_ptr<NewtonSystem> Recoverer::exact_system() {
  if (op_.rows() > dense_rows || op_.rows() * op_.cols() > dense_entries) return path_system();
  const std::lock_guard lock(mutex_);
  if (!prepared_) prepared_ = std::make_shared<PreparedMatrix>(op_);
  return make_dense_newton(prepared_);
}

std::unique_ptr<NewtonSystem> Recoverer::path_system() {
  return make_matrix_free_newton(op_, column_norms());
}

const Eigen::VectorXd& Recoverer::column_norms() {
  const std::lock_guard lock(mutex_);
  if (!column_norms_) column_norms_ = squared_column_norms(op_);
  return *column_norms_;
}

std::vector<Recovery> Recoverer::run(ConstColumns y, const RecoverOptions& options, const TruthError& truth,
                                     const Cancelled& cancelled) {
  using Clock = std::chrono::steady_clock;
  validate(options, static_cast<bool>(truth));
  const bool flow = options.solver == SolverKind::flow;
  const auto columns = static_cast<std::size_t>(y.cols());
  const std::vector<Fold> folds =
      needs_hold_out(options) ? folds_of(options, op_.rows()) : std::vector<Fold>();
  std::vector<ColumnTask> tasks;
  for (Index column = 0; column < y.cols(); ++column) {
    tasks.push_back({*this, options, y.col(column), {}, cancelled});
    if (options.stop.kind == StopKind::oracle)
      tasks.back().truth = [&truth, column](const Eigen::VectorXf& w) { return truth(column, w); };
  }
  std::vector<ErrorCurve> curves(columns * folds.size());
  std::vector<double> seconds(curves.size());
  parallel_for(curves.size(), [&](std::size_t job) {
    const auto start = Clock::now();
    const ColumnTask& task = tasks[job / folds.size()];
    const Fold& fold = folds[job % folds.size()];
    curves[job] = flow ? flow_fold_curve(task, fold) : descent_fold_curve(task, fold);
    seconds[job] = std::chrono::duration<double>(Clock::now() - start).count();
  });
  std::vector<Recovery> results(columns);
  parallel_for(columns, [&](std::size_t column) {
    const auto start = Clock::now();
    std::optional<CurveMinimum> hold_out;
    double before = 0;
    if (!folds.empty()) {
      const auto first = static_cast<std::ptrdiff_t>(column * folds.size());
      const auto last = first + static_cast<std::ptrdiff_t>(folds.size());
      hold_out = least_mean({curves.begin() + first, curves.begin() + last});
      for (auto job = first; job < last; ++job) before += seconds[static_cast<std::size_t>(job)];
    }
    results[column] =
        flow ? recover_by_flow(tasks[column], hold_out) : recover_by_descent(tasks[column], hold_out);
    results[column].seconds = before + std::chrono::duration<double>(Clock::now() - start).count();
  });
  return results;
}

double residual_goal(const ColumnTask& task, const std::optional<CurveMinimum>& hold_out) {
  const StopRule& rule = task.options.stop;
  if (rule.kind == StopKind::residual) return rule.residual;
  if (rule.kind != StopKind::discrepancy || rule.factor == 0) return 0;
  const double sigma = noise_level(task, hold_out);
  const double norm = task.y.cast<double>().norm();
  return norm > 0 ? discrepancy_goal(rule.factor, sigma, static_cast<double>(task.y.size())) / norm : 0;
}

double noise_level(const ColumnTask& task, const std::optional<CurveMinimum>& hold_out) {
  if (task.options.stop.sigma > 0) return task.options.stop.sigma;
  return task.options.noise > 0 ? task.options.noise : std::sqrt(hold_out->error);
}

Eigen::VectorXf risk_probe(Index n, int number) {
  RandomStream random = RandomStream::named(static_cast<std::uint32_t>(number), "risk probe");
  return Eigen::VectorXf::NullaryExpr(n, [&] { return random.uniform() < 0.5 ? -1.0f : 1.0f; });
}

}  // namespace isr
