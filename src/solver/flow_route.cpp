#include <algorithm>
#include <cmath>
#include <limits>

#include "solver/gradient_flow.h"
#include "solver/route.h"

namespace isr {
namespace {

using Eigen::VectorXd;

constexpr double infinity = std::numeric_limits<double>::infinity();

FlowOptions flow_options(const RecoverOptions& options, double end_time) {
  FlowOptions flow;
  flow.network = options.network;
  flow.end_time = end_time;
  flow.tolerance = options.tolerance;
  flow.limit_residual = std::max(options.limit_residual, 0.0);
  return flow;
}

Recovery recovery_of(FlowResult result) {
  Recovery recovery;
  recovery.status = result.status;
  recovery.iterations = result.steps;
  recovery.flow_time = result.flow_time;
  recovery.residual = result.certificate.residual;
  recovery.w = std::move(result.w);
  return recovery;
}

// ‖Xw − y‖ as a share of ‖y‖ (of 1 when y = 0).
double relative_residual(const NewtonSystem& system, const VectorXd& y, const VectorXd& w) {
  VectorXd fitted(system.rows());
  system.apply(w, fitted);
  const double norm = y.norm();
  return (fitted - y).norm() / (norm > 0 ? norm : 1);
}

// The first time in the segment at which the residual, which falls along the flow, is at most `residual`.
double time_of_residual(const NewtonSystem& system, const MirrorMap& map, const VectorXd& y,
                        const FlowSegment& segment, double residual) {
  double low = segment.begin_time, high = segment.end_time;
  VectorXd w;
  while (high - low > 1e-4 * high) {
    const double middle = (low + high) / 2;
    segment.w_at(map, middle, w);
    (relative_residual(system, y, w) <= residual ? high : low) = middle;
  }
  return high;
}

// Times at which a quantity is read within a segment: its end, and enough between to see every turn.
std::vector<double> reading_times(const FlowSegment& segment) {
  constexpr double ratio = 1.1;
  std::vector<double> times;
  if (segment.begin_time > 0)
    for (double time = segment.begin_time * ratio; time < segment.end_time / std::sqrt(ratio); time *= ratio)
      times.push_back(time);
  times.push_back(segment.end_time);
  return times;
}

class FlowRoute final : public Route {
 public:
  FlowRoute(std::unique_ptr<NewtonSystem> system, const VectorXd& y, const RecoverOptions& options,
            const Cancelled& cancelled)
      : system_(std::move(system)), y_(y), options_(options), cancelled_(cancelled), map_(options.network) {}

  Recovery to_time(double time) const override {
    FlowOptions flow = flow_options(options_, time);
    flow.follow_path = std::isfinite(time);
    return recovery_of(gradient_flow(*system_, y_, flow, {}, cancelled_));
  }

  Recovery to_residual(double residual) const override {
    const VectorXd start = [&] {
      VectorXd w;
      map_.weights(map_.start(system_->cols()), w);
      return w;
    }();
    if (relative_residual(*system_, y_, start) <= residual) return to_time(0);
    FlowOptions flow = flow_options(options_, infinity);
    flow.limit_residual = std::min(flow.limit_residual, residual);
    double time = infinity;
    VectorXd w;
    FlowResult result = gradient_flow(
        *system_, y_, flow,
        [&](const FlowSegment& segment) {
          if (segment.end_residual > residual) return true;
          time = time_of_residual(*system_, map_, y_, segment, residual);
          segment.w_at(map_, time, w);
          return false;
        },
        cancelled_);
    Recovery recovery = recovery_of(std::move(result));
    if (std::isfinite(time)) {
      recovery.flow_time = time;
      recovery.residual = relative_residual(*system_, y_, w);
      recovery.w = std::move(w);
      recovery.status = Status::stopped_by_rule;
    }
    recovery.residual_asked = residual;
    return recovery;
  }

  Recovery to_least_error(const ErrorOfW& error) const override {
    FlowOptions flow = flow_options(options_, infinity);
    double least = infinity, time = 0;
    std::int64_t step = 0;
    VectorXd w, best;
    Recovery recovery = recovery_of(gradient_flow(
        *system_, y_, flow,
        [&](const FlowSegment& segment) {
          for (const double t : reading_times(segment)) {
            segment.w_at(map_, t, w);
            if (const double e = error(w); e < least) least = e, time = t, best = w, step = segment.step;
          }
          return true;
        },
        cancelled_));
    if (best.size() == 0) return recovery;
    recovery.w = std::move(best);
    recovery.iterations = step;
    recovery.flow_time = time;
    recovery.residual = relative_residual(*system_, y_, recovery.w);
    if (recovery.status != Status::cancelled) recovery.status = Status::stopped_by_rule;
    return recovery;
  }

  HeldOutCurve held_out(const ErrorOfW& error, double residual) const override {
    // What is held out is predicted no better by more digits than these.
    constexpr double path_tolerance = 1e-2, path_residual = 1e-5;
    FlowOptions flow = flow_options(options_, infinity);
    flow.tolerance = std::max(flow.tolerance, path_tolerance);
    flow.limit_residual = std::max({flow.limit_residual, path_residual, residual});
    HeldOutCurve curve;
    VectorXd w;
    gradient_flow(
        *system_, y_, flow,
        [&](const FlowSegment& segment) {
          for (const double time : reading_times(segment)) {
            segment.w_at(map_, time, w);
            curve.append(time, error(w));
          }
          return !curve.is_past_best();
        },
        cancelled_);
    return curve;
  }

 private:
  std::unique_ptr<NewtonSystem> system_;
  const VectorXd& y_;
  const RecoverOptions& options_;
  const Cancelled& cancelled_;
  MirrorMap map_;
};

}  // namespace

std::unique_ptr<Route> make_flow_route(std::unique_ptr<NewtonSystem> system, const VectorXd& y,
                                       const RecoverOptions& options, const Cancelled& cancelled) {
  return std::make_unique<FlowRoute>(std::move(system), y, options, cancelled);
}

}  // namespace isr
