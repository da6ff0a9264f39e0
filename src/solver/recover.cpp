#include "solver/recover.h"

#include <cmath>
#include <limits>
#include <sstream>

#include "base/error.h"
#include "base/parallel.h"
#include "sensing/row_subset.h"
#include "solver/gradient_flow.h"
#include "solver/route.h"

namespace isr {

const char* to_string(SolverKind kind) {
  return kind == SolverKind::gradient_flow ? "flow" : "gd";
}

SolverKind parse_solver(const std::string& name) {
  if (name == "flow") return SolverKind::gradient_flow;
  if (name == "gd") return SolverKind::gradient_descent;
  throw UsageError("--solver " + name + " is unknown; it is gd (gradient descent) or flow (gradient flow)");
}

void RecoverOptions::validate() const {
  descent().validate();
  FlowOptions{network, 0, tolerance, limit_residual}.validate();
}

namespace {

constexpr double limit = std::numeric_limits<double>::infinity();

Recovery with_reason(Recovery recovery, std::string reason) {
  recovery.stop_reason = std::move(reason);
  if (recovery.status == Status::diverged)
    recovery.stop_reason = "diverged; use a smaller --step or --solver flow";
  if (recovery.status == Status::stalled)
    recovery.stop_reason += " (stalled: rounding allows no further progress)";
  if (recovery.status == Status::inconsistent)
    recovery.stop_reason = "limit; no w of the model fits the measurements";
  return recovery;
}

// Gradient descent takes the same step on a part of the measurements as on all.
RecoverOptions with_fixed_step(const LinearOperator& op, const Eigen::VectorXd& y,
                               const RecoverOptions& options) {
  RecoverOptions fixed = options;
  if (options.solver == SolverKind::gradient_flow || options.step_rule == StepRule::constant) return fixed;
  fixed.step = descent_step(op, y, options) * options.network.depth * options.network.depth;
  fixed.step_rule = StepRule::constant;
  return fixed;
}

// ‖Xw − y‖², to single precision.
double squared_error(const LinearOperator& op, const Eigen::VectorXd& w, const Eigen::VectorXd& y) {
  Eigen::MatrixXf fitted(op.rows(), 1);
  op.apply(w.cast<float>(), fitted);
  return (fitted.col(0).cast<double>() - y).squaredNorm();
}

// A route to read a path along, rather than to its end.
std::unique_ptr<Route> make_path_route(const NewtonFactory& newton, const LinearOperator& op,
                                       const Eigen::VectorXd& y, const RecoverOptions& options,
                                       const Cancelled& cancelled) {
  return options.solver == SolverKind::gradient_flow
             ? make_flow_route(newton.make_for_paths(), y, options, cancelled)
             : make_descent_route(op, y, options, cancelled);
}

}  // namespace

Recovery Recoverer::solve(const Eigen::VectorXd& y, const RecoverOptions& given, const ErrorOfW& error,
                          const Cancelled& cancelled) const {
  given.validate();
  if (!y.allFinite()) throw Error("the measurements hold a value that is not a finite number");
  if (given.stop.rule == StopRule::oracle && !error)
    throw UsageError("--stop oracle needs the true image, which is not known here");
  const RecoverOptions options = with_fixed_step(op_, y, given);
  const bool flow = options.solver == SolverKind::gradient_flow;
  const std::unique_ptr<Route> route = flow ? make_flow_route(newton().make(), y, options, cancelled)
                                            : make_descent_route(op_, y, options, cancelled);
  const char* const end = flow ? "limit" : "iterations";
  switch (options.stop.rule) {
    case StopRule::automatic:
    case StopRule::hold_out:
      if (y.size() < 2) return with_reason(route->to_time(limit), end);  // nothing can be kept back
      return solve_by_hold_out(*route, y, options, cancelled);
    case StopRule::residual:
      return with_reason(route->to_residual(options.stop.residual), "residual");
    case StopRule::discrepancy:
      return solve_by_discrepancy(*route, y, options, cancelled);
    case StopRule::time:
      return with_reason(route->to_time(options.stop.flow_time), "time");
    case StopRule::oracle:
      return with_reason(route->to_least_error(error), "oracle (sees the truth)");
    case StopRule::iterations:
      if (flow) {
        const double time = descent_step(op_, y, options) * static_cast<double>(options.iterations);
        return with_reason(route->to_time(time), "time of the iterations");
      }
      break;
    case StopRule::limit:
      break;
  }
  return with_reason(route->to_time(limit), end);
}

Recovery Recoverer::solve_by_hold_out(const Route& route, const Eigen::VectorXd& y,
                                      const RecoverOptions& options, const Cancelled& cancelled) const {
  const HoldOutChoice choice = hold_out(y, options, cancelled);
  const std::string how = options.stop.used < options.stop.folds
                              ? "hold-out"
                              : std::to_string(options.stop.folds) + "-fold hold-out";
  if (choice.at_end) return with_reason(route.to_time(limit), "end of the path, by " + how);
  return with_reason(route.to_time(choice.flow_time), how);
}

Recovery Recoverer::solve_by_discrepancy(const Route& route, const Eigen::VectorXd& y,
                                         const RecoverOptions& options, const Cancelled& cancelled) const {
  const bool estimated = std::isnan(options.stop.sigma);
  const double sigma =
      estimated ? std::sqrt(hold_out(y, options, cancelled).mean_square) : options.stop.sigma;
  // ‖Xw − y‖/‖y‖ at t = 1.
  const double unit = discrepancy_residual(1, sigma, y.size()) / (y.norm() > 0 ? y.norm() : 1);
  std::ostringstream reason;
  reason << "discrepancy, σ = " << sigma << (estimated ? " (estimated)" : "");
  if (!std::isnan(options.stop.factor))
    return with_reason(route.to_residual(options.stop.factor * unit), reason.str());
  const HoldOutChoice choice = least_risk(y, sigma, options, cancelled);
  Recovery recovery = route.to_time(choice.at_end ? limit : choice.flow_time);
  reason.precision(3);
  reason << ", t = " << recovery.residual / unit << " (coupled bootstrap)";
  return with_reason(std::move(recovery), reason.str());
}

const NewtonFactory& Recoverer::newton() const {
  const std::lock_guard lock(mutex_);
  if (!newton_) newton_ = std::make_unique<NewtonFactory>(op_);
  return *newton_;
}

const std::vector<Recoverer::Part>& Recoverer::parts(const Stop& stop, std::uint32_t seed) const {
  const NewtonFactory& all = newton();
  const std::lock_guard lock(mutex_);
  const std::string key = to_string(stop) + "/" + std::to_string(seed);
  if (parts_key_.empty()) {
    std::vector<Fold> folds = make_folds(op_.rows(), stop.folds, seed);
    folds.resize(std::min(folds.size(), static_cast<std::size_t>(stop.used)));
    for (Fold& fold : folds) {
      NewtonFactory kept = all.rows(fold.kept);
      parts_.push_back({std::move(fold), std::move(kept)});
    }
    parts_key_ = key;
  }
  if (parts_key_ != key) throw Error("one Recoverer serves one way of holding out; make another for another");
  return parts_;
}

HoldOutChoice Recoverer::hold_out(const Eigen::VectorXd& y, const RecoverOptions& options,
                                  const Cancelled& cancelled) const {
  const std::vector<Part>& split = parts(options.stop, options.seed);
  std::vector<HeldOutCurve> curves(split.size());
  Index held_out = 0;
  for (const Part& part : split) held_out += static_cast<Index>(part.fold.held_out.size());
  parallel_for(split.size(), [&](std::size_t k) {
    const Part& part = split[k];
    const Eigen::VectorXd kept = y(part.fold.kept), held = y(part.fold.held_out);
    const RowSubset rows(op_, part.fold.kept), held_out_rows(op_, part.fold.held_out);
    const auto error = [&](const Eigen::VectorXd& w) { return squared_error(held_out_rows, w, held); };
    curves[k] = make_path_route(part.newton, rows, kept, options, cancelled)->held_out(error);
  });
  return choose_time(curves, held_out);
}

HoldOutChoice Recoverer::least_risk(const Eigen::VectorXd& y, double sigma, const RecoverOptions& options,
                                    const Cancelled& cancelled) const {
  const NewtonFactory& all = newton();
  std::vector<HeldOutCurve> curves(CoupledBootstrap::draws);
  parallel_for(curves.size(), [&](std::size_t k) {
    const CoupledBootstrap halves(y, sigma, options.seed, static_cast<int>(k));
    const auto error = [&](const Eigen::VectorXd& w) { return squared_error(op_, w, halves.to_judge_by); };
    const double noise = discrepancy_residual(CoupledBootstrap::fitted, sigma, y.size());
    curves[k] = make_path_route(all, op_, halves.to_fit, options, cancelled)
                    ->held_out(error, noise / halves.to_fit.norm());
  });
  return choose_time(curves, y.size());
}

}  // namespace isr
