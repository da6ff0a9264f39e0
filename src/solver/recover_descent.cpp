#include <algorithm>
#include <cmath>

#include "sensing/row_subset.h"
#include "solver/recover_column.h"

namespace isr {
namespace {

constexpr int curve_points_per_decade = 40, goal_points_per_decade = 200;

// A recovery by gradient descent, as it takes shape.
class DescentRecovery {
 public:
  explicit DescentRecovery(const ColumnTask& task)
      : task_(task),
        op_(task.recoverer.op()),
        descent_{task.options.network, task.options.step_rule, task.options.step, task.options.iterations} {
    // One step for all folds and the whole.
    if (descent_.step_rule == StepRule::operator_norm) {
      const double depth = descent_.network.depth;
      descent_.step = stable_step(op_, task.y, descent_.network) * depth * depth;
      descent_.step_rule = StepRule::constant;
    }
  }

  double step() const { return descent_.step / (descent_.network.depth * descent_.network.depth); }

  Recovery until(std::int64_t iterations, const std::string& why) {
    descent_.iterations = iterations;
    return run({}, {}, why, why);
  }

  Recovery until_residual(double goal, const std::string& why) {
    recovery_.residual_asked = goal;
    const double bound = goal * static_cast<double>(task_.y.norm());
    return run(
        DescentSchedule::logarithmic(descent_.iterations, goal_points_per_decade),
        [&](const DescentPoint& point, std::vector<bool>& active) {
          active[0] = !(point.residual.col(0).cast<double>().norm() <= bound);
        },
        why, why + ", not reached in all iterations");
  }

  Recovery oracle() {
    return least([&](const DescentPoint& point) { return task_.truth(point.w.col(0)); },
                 "oracle: least error to the true image");
  }

  // Where the risk estimate is least. The perturbed measurements descend beside the given ones.
  Recovery least_risk(double sigma, const std::string& why) {
    const double n = static_cast<double>(task_.y.size()), perturbation = risk_perturbation * sigma;
    columns_.resize(task_.y.size(), 1 + risk_probes);
    columns_.col(0) = task_.y;
    for (int probe = 0; probe < risk_probes; ++probe)
      columns_.col(1 + probe) =
          task_.y + static_cast<float>(perturbation) * risk_probe(task_.y.size(), probe);
    return least(
        [&](const DescentPoint& point) {
          double degrees = 0;
          for (int probe = 0; probe < risk_probes; ++probe) {
            const Eigen::VectorXf moved = point.residual.col(1 + probe) + columns_.col(1 + probe) -
                                          point.residual.col(0) - columns_.col(0);
            degrees += risk_probe(task_.y.size(), probe).dot(moved) / perturbation / risk_probes;
          }
          return risk_estimate(point.residual.col(0).cast<double>().squaredNorm(), sigma, degrees, n);
        },
        why);
  }

  ErrorCurve fold_curve(const Fold& fold) {
    const RowSubset kept(op_, fold.kept), held_out(op_, fold.held_out);
    const Eigen::MatrixXf kept_y = task_.y(fold.kept), held_out_y = task_.y(fold.held_out);
    ErrorCurve curve;
    Eigen::MatrixXf predicted(held_out.rows(), 1);
    gradient_descent(
        kept, kept_y, descent_, schedule(),
        [&](const DescentPoint& point, std::vector<bool>& active) {
          if (point.iteration == 0 && descent_.iterations > 0) return;
          held_out.apply(point.w, predicted);
          const double squares = (predicted - held_out_y).cast<double>().squaredNorm();
          curve.append(static_cast<double>(std::max<std::int64_t>(point.iteration, 1)),
                       squares / static_cast<double>(held_out.rows()),
                       point.residual.cast<double>().squaredNorm() / static_cast<double>(kept.rows()));
          active[0] = !curve.has_turned();
        },
        task_.cancelled);
    return curve;
  }

 private:
  DescentSchedule schedule() const {
    return DescentSchedule::logarithmic(descent_.iterations, curve_points_per_decade);
  }

  // The point of the schedule with the least error.
  template <class Error>
  Recovery least(Error error, const std::string& why) {
    ErrorCurve curve;
    Eigen::VectorXf best;
    if (columns_.size() == 0) columns_ = task_.y;
    DescentBatch batch = gradient_descent(
        op_, columns_, descent_, schedule(),
        [&](const DescentPoint& point, std::vector<bool>&) {
          if (point.iteration == 0) return;
          const auto time = static_cast<double>(point.iteration);
          curve.append(time, error(point));
          if (curve.least_time() == time) best = point.w.col(0);
        },
        task_.cancelled);
    if (batch.columns[0].status == Status::finished && !curve.empty()) {
      batch.w.col(0) = best;  // of the column asked for; the others only served to judge it
      batch.columns[0] = {Status::stopped_by_rule, static_cast<std::int64_t>(curve.least_time()),
                          batch.step * curve.least_time()};
    }
    return finish(batch, why);
  }

  Recovery run(const DescentSchedule& points, const DescentObserver& observer, const std::string& stopped,
               const std::string& exhausted) {
    const DescentBatch batch = gradient_descent(op_, task_.y, descent_, points, observer, task_.cancelled);
    return finish(batch, batch.columns[0].status == Status::stopped_by_rule ? stopped : exhausted);
  }

  Recovery finish(const DescentBatch& batch, const std::string& why) {
    const DescentResult& result = batch.columns[0];
    recovery_.w = batch.w.col(0);
    recovery_.status = result.status;
    recovery_.iterations = result.iterations;
    recovery_.flow_time = result.flow_time;
    const bool plain = result.status == Status::finished || result.status == Status::stopped_by_rule;
    recovery_.stop_reason = plain ? why : why + " (" + to_string(result.status) + ")";
    Eigen::MatrixXf image(op_.rows(), 1);
    op_.apply(batch.w.leftCols(1), image);
    const double norm = task_.y.cast<double>().norm();
    recovery_.residual_reached = (image.col(0) - task_.y).cast<double>().norm() / (norm > 0 ? norm : 1);
    return std::move(recovery_);
  }

  const ColumnTask& task_;
  const LinearOperator& op_;
  GradientDescentOptions descent_;
  Eigen::MatrixXf columns_;  // the measurements, and perturbed ones where a rule needs them
  Recovery recovery_;
};

}  // namespace

ErrorCurve descent_fold_curve(const ColumnTask& task, const Fold& fold) {
  return DescentRecovery(task).fold_curve(fold);
}

Recovery recover_by_descent(const ColumnTask& task, const std::optional<CurveMinimum>& hold_out) {
  const StopRule& rule = task.options.stop;
  const std::int64_t most = task.options.iterations;
  DescentRecovery descent(task);
  switch (rule.kind) {
    case StopKind::limit:
      return descent.until(most, "all iterations");
    case StopKind::iterations:
      return descent.until(rule.iterations, "iterations");
    case StopKind::time:
      return descent.until(std::llround(rule.time / descent.step()), "flow time");
    case StopKind::oracle:
      return descent.oracle();
    case StopKind::discrepancy:
      if (rule.factor == 0)
        return descent.least_risk(noise_level(task, hold_out), "discrepancy: least risk estimate");
      [[fallthrough]];
    case StopKind::residual:
      return descent.until_residual(residual_goal(task, hold_out), to_string(rule.kind));
    case StopKind::holdout:
      break;
  }
  Recovery recovery = hold_out->at_end
                          ? descent.until(most, "hold-out: error falls through all iterations")
                          : descent.until(static_cast<std::int64_t>(hold_out->time), "hold-out: least error");
  recovery.held_out_error = std::sqrt(hold_out->error);
  return recovery;
}

}  // namespace isr
