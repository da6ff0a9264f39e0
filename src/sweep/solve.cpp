#include "sweep/solve.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <limits>
#include <map>
#include <memory>

#include "experiments/flow_window.h"
#include "metrics/metrics.h"
#include "solver/recover.h"

namespace isr {
namespace {

using Eigen::MatrixXd;
using Eigen::MatrixXf;

double seconds_since(std::chrono::steady_clock::time_point start) {
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

// The problems of an assignment, measured by one operator, and all that their methods share.
class Batch {
 public:
  Batch(const SweepGrid& grid, const Assignment& assignment, const Cancelled& cancelled)
      : grid_(grid), cancelled_(cancelled) {
    for (const std::int64_t id : assignment) {
      const std::int64_t problem = grid.problem_of(id);
      if (places_.emplace(problem, static_cast<Index>(problems_.size())).second) problems_.push_back(problem);
    }
    const MeasurementModel& model = grid.operators()[grid.operator_of(problems_[0])];
    problem_.model = model;
    problem_.operators = make_operators(model);
    problem_.measurements.resize(model.measurements, model.channels * static_cast<Index>(problems_.size()));
    for (std::size_t i = 0; i < problems_.size(); ++i) {
      const SweepCell& cell = grid.cell_of(problems_[i]);
      truths_.push_back(grid.subject_of(problems_[i]).truth(model.measurements, model.seed));
      // One after the other: what is measured must not depend on what else is.
      columns(static_cast<Index>(i)) =
          simulate(model, problem_.operators, truths_.back(), cell.setting.noise).measurements;
    }
    RecoverWatch watch{cancelled, {}, [this](Index i, const MatrixXd& w) {
                         return squared_error(pixels(w).reshaped(), truth(i).reshaped());
                       }};
    recoverer_ = std::make_unique<Recoverer>(problem_, watch);
  }

  // Empty once cancelled.
  std::optional<SolveResult> solve(std::int64_t id) {
    const Index i = places_.at(grid_.problem_of(id));
    const SweepMethod& method = grid_.method_of(id);
    SolveResult result;
    result.id = id;
    result.n = problem_.operators.system->rows();
    result.p = problem_.operators.system->cols();
    result.k = (truth(i).array() != 0).count();
    result.ensemble = problem_.model.ensemble;
    result.basis = problem_.model.basis;
    const auto start = std::chrono::steady_clock::now();
    if (!(method.is_network() ? by_network(method, i, result) : by_known_method(method, i, result)))
      return {};
    result.seconds = seconds_since(start);
    return result;
  }

 private:
  Eigen::Block<MatrixXd> columns(Index i) {
    const Index channels = problem_.model.channels;
    return problem_.measurements.block(0, i * channels, problem_.measurements.rows(), channels);
  }

  const MatrixXf& truth(Index i) const { return truths_[static_cast<std::size_t>(i)]; }

  MatrixXf pixels(const MatrixXd& w) const { return problem_.operators.pixels(w.cast<float>()); }

  double error(const MatrixXd& w, Index i) const {
    return relative_error(pixels(w).reshaped(), truth(i).reshaped());
  }

  bool by_network(const SweepMethod& method, Index i, SolveResult& result) const {
    const SweepCell& cell = grid_.cell_of(problems_[static_cast<std::size_t>(i)]);
    RecoverOptions options = method.recover;
    options.stop = resolved(options.stop, cell.setting.noise);
    const Recovery found = recoverer_->solve(i, options);
    if (found.status == Status::cancelled) return false;
    result.model = to_string(found.network.model);
    result.w0 = found.network.init;
    result.status = to_string(found.status);
    result.stop_reason = describe(found);
    result.flow_time = found.flow_time;
    result.steps = found.steps;
    result.relative_residual = found.residual;
    judge(found.w, i, result);
    return !grid_.definition().window || watch_window(options, i, result);
  }

  bool watch_window(const RecoverOptions& options, Index i, SolveResult& result) const {
    WindowObserver observer([&](const MatrixXd& w) { return error(w, i); }, *grid_.definition().window);
    const double level = *grid_.definition().window;
    const Recovery end = recoverer_->trace(i, options, [&](const Path& path) { observer.add(path); });
    const FlowWindow& window = observer.window();
    const bool stays_good = window.begin > 0 && error(end.w, i) < level;
    result.window_begin = window.begin;
    result.window_end = stays_good ? std::numeric_limits<double>::infinity() : window.end;
    result.least_error = window.least_error;
    return !(cancelled_ && cancelled_());
  }

  bool by_known_method(const SweepMethod& method, Index i, SolveResult& result) {
    const bool l1 = method.name == "l1";
    const Baseline kind = l1 ? Baseline::lasso : parse_baselines(method.name)[0];
    MatrixXd w(problem_.operators.system->cols(), problem_.model.channels);
    result.relative_residual = 0;
    result.steps = 0;
    bool converged = true;
    std::string note;
    for (Index c = 0; c < w.cols(); ++c) {
      const Eigen::VectorXd y = columns(i).col(c);
      const double scale = l1 ? greatest_pull(y) : 1;
      const std::vector<BaselineResult> found = baselines(l1).run(kind, y / scale, cancelled_);
      if (found.empty()) return false;
      const BaselineResult& one = found[0];
      w.col(c) = one.w * scale;
      result.relative_residual = std::max(*result.relative_residual, one.relative_residual);
      *result.steps += one.iterations;
      converged = converged && one.converged;
      if (note.empty()) note = one.note;
    }
    result.status = converged ? "converged" : "not converged";
    result.stop_reason = converged && !note.empty() ? note : result.status;
    judge(w, i, result);
    return true;
  }

  // ‖Xᵀy‖∞ / n, the λ from which on the lasso's w is 0; 1 where y is 0.
  double greatest_pull(const Eigen::VectorXd& y) const {
    MatrixXf pull(problem_.operators.system->cols(), 1);
    problem_.operators.system->adjoint(y.cast<float>(), pull);
    const double greatest = pull.cwiseAbs().maxCoeff() / static_cast<double>(y.size());
    return greatest > 0 && std::isfinite(greatest) ? greatest : 1;
  }

  // ‖w‖₁ least subject to Xw = y is the lasso as λ → 0: its path is followed down to 10⁻⁷ of where it begins,
  // which leaves the solution unchanged to six digits.
  Baselines& baselines(bool l1) {
    std::unique_ptr<Baselines>& made = l1 ? l1_ : baselines_;
    if (made) return *made;
    BaselineOptions options;
    options.seed = problem_.model.seed;
    if (l1) {
      options.lambda = 1e-7;
      options.lambda_ratio = 1e-7;
    } else {
      const RecoverOptions& network = grid_.methods()[0].recover;
      options.nonnegative = plan(problem_.model, 0, network).network.model == Model::nonnegative;
    }
    made = std::make_unique<Baselines>(*problem_.operators.system, options);
    return *made;
  }

  void judge(const MatrixXd& w, Index i, SolveResult& result) const {
    const MatrixXf found = pixels(w);
    result.relative_error = relative_error(found.reshaped(), truth(i).reshaped());
    result.support = support_size(w.cast<float>().reshaped());
    const auto height = static_cast<int>(problem_.model.height),
               width = static_cast<int>(problem_.model.width);
    if (problem_.model.is_picture) result.psnr = psnr({height, width, found}, {height, width, truth(i)});
  }

  const SweepGrid& grid_;
  const Cancelled& cancelled_;
  std::map<std::int64_t, Index> places_;  // problem -> its picture
  std::vector<std::int64_t> problems_;
  std::vector<MatrixXf> truths_;
  Problem problem_;
  std::unique_ptr<Recoverer> recoverer_;
  std::unique_ptr<Baselines> baselines_, l1_;
};

}  // namespace

void solve_assignment(const SweepGrid& grid, const Assignment& assignment, const Cancelled& cancelled,
                      const std::function<void(SolveResult)>& deliver) {
  if (assignment.empty()) return;
  Batch batch(grid, assignment, cancelled);
  for (const std::int64_t id : assignment) {
    if (cancelled && cancelled()) return;
    std::optional<SolveResult> result = batch.solve(id);
    if (!result) return;
    deliver(std::move(*result));
  }
}

}  // namespace isr
