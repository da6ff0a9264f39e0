#include <algorithm>
#include <cmath>
#include <limits>

#include "solver/route.h"

namespace isr {
namespace {

using Eigen::VectorXd;

constexpr int readings_per_decade = 48;

Recovery recovery_of(const LinearOperator& op, const VectorXd& y, DescentBatch batch) {
  Recovery recovery;
  recovery.w = batch.w.col(0).cast<double>();
  recovery.status = batch.columns[0].status;
  recovery.iterations = batch.columns[0].iterations;
  recovery.flow_time = batch.columns[0].flow_time;
  recovery.step = batch.step;
  Eigen::MatrixXf fitted(op.rows(), 1);
  op.apply(batch.w, fitted);
  const double norm = y.norm();
  recovery.residual = (fitted.col(0).cast<double>() - y).norm() / (norm > 0 ? norm : 1);
  return recovery;
}

DescentBatch descend(const LinearOperator& op, const VectorXd& y, const RecoverOptions& options,
                     std::int64_t iterations, const DescentSchedule& schedule,
                     const DescentObserver& observer, const Cancelled& cancelled) {
  GradientDescentOptions descent = options.descent();
  descent.iterations = iterations;
  return gradient_descent(op, y.cast<float>(), descent, schedule, observer, cancelled);
}

class DescentRoute final : public Route {
 public:
  DescentRoute(const LinearOperator& op, const VectorXd& y, const RecoverOptions& options,
               const Cancelled& cancelled)
      : op_(op), y_(y), options_(options), cancelled_(cancelled) {}

  Recovery to_time(double time) const override {
    const double wanted = std::round(time / descent_step(op_, y_, options_));
    const auto iterations =
        static_cast<std::int64_t>(std::min(wanted, static_cast<double>(options_.iterations)));
    return recovery_of(op_, y_, descend(op_, y_, options_, iterations, {}, {}, cancelled_));
  }

  Recovery to_residual(double residual) const override {
    const double target = residual * (y_.norm() > 0 ? y_.norm() : 1);
    const auto observer = [&](const DescentPoint& point, std::vector<bool>& active) {
      if (point.residual.norm() <= target) active[0] = false;
    };
    Recovery recovery =
        recovery_of(op_, y_,
                    descend(op_, y_, options_, options_.iterations,
                            DescentSchedule::logarithmic(options_.iterations, 4 * readings_per_decade),
                            observer, cancelled_));
    recovery.residual_asked = residual;
    return recovery;
  }

  Recovery to_least_error(const ErrorOfW& error) const override {
    double least = std::numeric_limits<double>::infinity();
    DescentBatch best;
    const auto observer = [&](const DescentPoint& point, std::vector<bool>&) {
      if (const double e = error(point.w.col(0).cast<double>()); e < least) {
        least = e;
        best.w = point.w;
        best.columns = {{Status::stopped_by_rule, point.iteration, point.flow_time}};
      }
    };
    DescentBatch batch =
        descend(op_, y_, options_, options_.iterations,
                DescentSchedule::logarithmic(options_.iterations, readings_per_decade), observer, cancelled_);
    if (best.columns.empty() || batch.columns[0].status == Status::cancelled)
      return recovery_of(op_, y_, std::move(batch));
    best.step = batch.step;
    return recovery_of(op_, y_, std::move(best));
  }

  HeldOutCurve held_out(const ErrorOfW& error, double residual) const override {
    HeldOutCurve curve;
    const double fitted = residual * y_.norm();
    const auto observer = [&](const DescentPoint& point, std::vector<bool>& active) {
      curve.append(point.flow_time, error(point.w.col(0).cast<double>()));
      if (curve.is_past_best() || point.residual.norm() <= fitted) active[0] = false;
    };
    descend(op_, y_, options_, options_.iterations,
            DescentSchedule::logarithmic(options_.iterations, readings_per_decade), observer, cancelled_);
    return curve;
  }

 private:
  const LinearOperator& op_;
  const VectorXd& y_;
  const RecoverOptions& options_;
  const Cancelled& cancelled_;
};

}  // namespace

double descent_step(const LinearOperator& op, const VectorXd& y, const RecoverOptions& options) {
  const double depth = options.network.depth;
  return options.step_rule == StepRule::constant ? options.step / (depth * depth)
                                                 : stable_step(op, y.cast<float>(), options.network);
}

std::unique_ptr<Route> make_descent_route(const LinearOperator& op, const VectorXd& y,
                                          const RecoverOptions& options, const Cancelled& cancelled) {
  return std::make_unique<DescentRoute>(op, y, options, cancelled);
}

}  // namespace isr
