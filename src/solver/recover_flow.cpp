#include <algorithm>
#include <cmath>
#include <limits>

#include "sensing/row_subset.h"
#include "solver/matrix_free_newton.h"
#include "solver/recover_column.h"

namespace isr {
namespace {

using Eigen::VectorXd;

constexpr int samples_per_step = 8;
constexpr double curve_tolerance = 3e-3;       // of the paths that only say where to stop
constexpr double fitted_noise = 0.05;          // a residual of this share of the noise: all of it is fitted
constexpr double measurement_accuracy = 1e-6;  // of measurements in single precision
constexpr double path_floor = 1e-5;            // residuals below it need the exact system

// Calls visit(τ, w) at points evenly spread over the segment, its end included.
template <class Visit>
void sample(const FlowSegment& segment, const MirrorMap& map, Visit visit) {
  VectorXd w;
  for (int i = 1; i <= samples_per_step; ++i) {
    const double x = static_cast<double>(i) / samples_per_step;
    const double time = i == samples_per_step
                            ? segment.end_time
                            : segment.begin_time + x * (segment.end_time - segment.begin_time);
    segment.w_at(map, time, w);
    visit(time, w);
  }
}

// A recovery by the flow, as it takes shape.
class FlowRecovery {
 public:
  explicit FlowRecovery(const ColumnTask& task)
      : task_(task), y_(task.y.cast<double>()), map_(task.options.network) {
    flow_.network = task.options.network;
    flow_.tolerance = task.options.tolerance;
    flow_.limit_residual = std::max(task.options.limit_residual, measurement_accuracy);
  }

  Recovery limit(const std::string& why) {
    flow_.end_time = infinity;
    flow_.follow_path = false;
    const auto system = task_.recoverer.exact_system();
    const FlowResult result = gradient_flow(*system, y_, flow_, {}, task_.cancelled);
    recovery_.residual_asked = flow_.limit_residual;
    return finish(result, why);
  }

  // Follows the path to τ; where X in single precision cannot resolve it, again with the exact system.
  Recovery until(double time, const std::string& why) {
    flow_.end_time = time;
    FlowResult result = gradient_flow(*task_.recoverer.path_system(), y_, flow_, {}, task_.cancelled);
    if (result.status == Status::stalled || result.certificate.residual < path_floor)
      result = gradient_flow(*task_.recoverer.exact_system(), y_, flow_, {}, task_.cancelled);
    return finish(result, why);
  }

  // Follows the path to the first τ with ‖Xw − y‖ <= goal·‖y‖.
  Recovery until_residual(double goal, const std::string& why) {
    const auto system = goal > path_floor ? task_.recoverer.path_system() : task_.recoverer.exact_system();
    flow_.end_time = infinity;
    if (goal > 0) flow_.limit_residual = std::min(flow_.limit_residual, goal);
    VectorXd w;
    double time = 0;
    FlowResult result = gradient_flow(
        *system, y_, flow_,
        [&](const FlowSegment& segment) {
          if (segment.end_residual > goal) return true;
          time = crossing(*system, segment, goal, w);
          return false;
        },
        task_.cancelled);
    const bool reached = result.status == Status::stopped_by_rule;
    if (reached) {
      result.w = w;
      result.flow_time = time;
      result.certificate.residual = relative_residual(*system, w);
    }
    recovery_.residual_asked = goal;
    // At τ = 0 already.
    const bool at_once = result.status == Status::limit_reached && result.steps == 0;
    return finish(result, reached || at_once ? why : why + ", not reached");
  }

  // The best of the path by the truth.
  Recovery oracle() {
    flow_.end_time = infinity;
    ErrorCurve curve;
    VectorXd best;
    const auto system = task_.recoverer.path_system();
    FlowResult result = gradient_flow(
        *system, y_, flow_,
        [&](const FlowSegment& segment) {
          sample(segment, map_, [&](double time, const VectorXd& w) {
            curve.append(time, task_.truth(w.cast<float>()));
            if (curve.least_time() == time) best = w;
          });
          return !curve.has_turned(4);
        },
        task_.cancelled);
    if (result.status == Status::cancelled || curve.empty()) return finish(result, "oracle");
    const double error = curve.least(), time = curve.least_time();
    if (least_mean({curve}).at_end) {
      Recovery at_limit = limit("oracle: at the limit");
      if (task_.truth(at_limit.w) <= error) return at_limit;
    }
    result.w = best;
    result.flow_time = time;
    result.status = Status::stopped_by_rule;
    result.certificate.residual = relative_residual(*system, best);
    recovery_.residual_asked = 0;
    return finish(result, "oracle: least error to the true image");
  }

  // The point of the path where the risk estimate is least, among the steps.
  Recovery least_risk(double sigma, const std::string& why) {
    flow_.end_time = infinity;
    flow_.limit_residual = path_floor;
    const auto n = static_cast<double>(y_.size());
    const double fitted = fitted_noise * discrepancy_goal(1, sigma, n) / y_.norm();
    const auto system = task_.recoverer.path_system();
    const double perturbation = risk_perturbation * sigma;
    std::vector<VectorXd> probes;
    std::vector<std::shared_ptr<const FlowPath>> paths;
    flow_.keep_path = true;
    for (int probe = 0; probe < risk_probes; ++probe) {
      probes.push_back(risk_probe(task_.y.size(), probe).cast<double>());
      paths.push_back(gradient_flow(
                          *system, y_ + perturbation * probes.back(), flow_,
                          [&](const FlowSegment& segment) { return segment.end_residual > fitted; },
                          task_.cancelled)
                          .path);
    }
    flow_.keep_path = false;
    ErrorCurve curve;
    VectorXd best, fit, perturbed;
    double best_residual = 0;
    FlowResult result = gradient_flow(
        *system, y_, flow_,
        [&](const FlowSegment& segment) {
          const double time = segment.end_time, residual = segment.end_residual * y_.norm();
          system->apply(segment.end_w, fit);
          double degrees = 0;
          for (int probe = 0; probe < risk_probes; ++probe) {
            const auto i = static_cast<std::size_t>(probe);
            system->apply(paths[i]->w(*system, time), perturbed);
            degrees += probes[i].dot(perturbed - fit) / perturbation / risk_probes;
          }
          curve.append(time, risk_estimate(residual * residual, sigma, degrees, n));
          if (curve.least_time() == time) best = segment.end_w, best_residual = segment.end_residual;
          return segment.end_residual > fitted && !curve.has_turned();
        },
        task_.cancelled);
    if (result.status != Status::cancelled && !curve.empty()) {
      result.w = best;
      result.flow_time = curve.least_time();
      result.status = Status::stopped_by_rule;
      result.certificate.residual = best_residual;
    }
    return finish(result, why);
  }

  ErrorCurve fold_curve(const Fold& fold) {
    const RowSubset kept(task_.recoverer.op(), fold.kept), held_out(task_.recoverer.op(), fold.held_out);
    const Eigen::VectorXf kept_y = task_.y(fold.kept), held_out_y = task_.y(fold.held_out);
    const double share = static_cast<double>(kept.rows()) / static_cast<double>(task_.y.size());
    const auto system = make_matrix_free_newton(kept, share * task_.recoverer.column_norms());
    flow_.end_time = infinity;
    flow_.tolerance = std::max(flow_.tolerance, curve_tolerance);
    flow_.limit_residual = path_floor;
    ErrorCurve curve(std::pow(flow_.tolerance * kept_y.norm(), 2) / static_cast<double>(kept.rows()));
    Eigen::MatrixXf predicted(held_out.rows(), 1), w_single;
    const auto error = [&](const VectorXd& w) {
      w_single = w.cast<float>();
      held_out.apply(w_single, predicted);
      return (predicted.col(0) - held_out_y).cast<double>().squaredNorm() /
             static_cast<double>(held_out.rows());
    };
    const FlowResult result = gradient_flow(
        *system, kept_y.cast<double>(), flow_,
        [&](const FlowSegment& segment) {
          const double fitted = segment.end_residual * kept_y.norm();
          sample(segment, map_, [&](double time, const VectorXd& w) {
            curve.append(time, error(w), fitted * fitted / static_cast<double>(kept.rows()));
          });
          return !curve.has_turned();
        },
        task_.cancelled);
    if (curve.empty()) curve.append(1, error(result.w));  // the start is the limit already
    return curve;
  }

 private:
  static constexpr double infinity = std::numeric_limits<double>::infinity();

  double relative_residual(const NewtonSystem& system, const VectorXd& w) const {
    VectorXd image;
    system.apply(w, image);
    const double norm = y_.norm();
    return (system.lift(image) - y_).norm() / (norm > 0 ? norm : 1);
  }

  // The first τ of the segment where the residual has the goal, by bisection.
  double crossing(const NewtonSystem& system, const FlowSegment& segment, double goal, VectorXd& w) const {
    double low = segment.begin_time, high = segment.end_time;
    for (int i = 0; i < 40 && high - low > 1e-6 * high; ++i) {
      const double middle = (low + high) / 2;
      segment.w_at(map_, middle, w);
      (relative_residual(system, w) > goal ? low : high) = middle;
    }
    segment.w_at(map_, high, w);
    return high;
  }

  Recovery finish(const FlowResult& result, const std::string& why) {
    recovery_.w = result.w.cast<float>();
    recovery_.status = result.status;
    recovery_.flow_time = result.flow_time;
    recovery_.certificate = result.certificate;
    recovery_.residual_reached = result.certificate.residual;
    recovery_.steps = result.steps;
    recovery_.newton = result.newton_factorizations;
    const bool plain = result.status == Status::finished || result.status == Status::stopped_by_rule ||
                       result.status == Status::limit_reached;
    recovery_.stop_reason = plain ? why : why + " (" + to_string(result.status) + ")";
    return std::move(recovery_);
  }

  const ColumnTask& task_;
  VectorXd y_;
  MirrorMap map_;
  FlowOptions flow_;
  Recovery recovery_;
};

// η of gradient descent: what turns iterations into flow time.
double step_size(const ColumnTask& task) {
  const RecoverOptions& options = task.options;
  return options.step_rule == StepRule::constant
             ? options.step / (options.network.depth * options.network.depth)
             : stable_step(task.recoverer.op(), task.y, options.network);
}

}  // namespace

ErrorCurve flow_fold_curve(const ColumnTask& task, const Fold& fold) {
  return FlowRecovery(task).fold_curve(fold);
}

Recovery recover_by_flow(const ColumnTask& task, const std::optional<CurveMinimum>& hold_out) {
  const StopRule& rule = task.options.stop;
  FlowRecovery flow(task);
  switch (rule.kind) {
    case StopKind::limit:
      return flow.limit("limit");
    case StopKind::time:
      return flow.until(rule.time, "flow time");
    case StopKind::iterations:
      return flow.until(step_size(task) * static_cast<double>(rule.iterations), "iterations");
    case StopKind::oracle:
      return flow.oracle();
    case StopKind::discrepancy:
      if (rule.factor == 0)
        return flow.least_risk(noise_level(task, hold_out), "discrepancy: least risk estimate");
      [[fallthrough]];
    case StopKind::residual:
      return flow.until_residual(residual_goal(task, hold_out), to_string(rule.kind));
    case StopKind::holdout:
      break;
  }
  Recovery recovery = hold_out->at_end ? flow.limit("hold-out: error falls to the limit")
                                       : flow.until(hold_out->time, "hold-out: least error");
  recovery.held_out_error = std::sqrt(hold_out->error);
  return recovery;
}

}  // namespace isr
