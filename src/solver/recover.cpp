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
  const std::string how =
      options.stop.used == 1 ? "hold-out" : std::to_string(options.stop.folds) + "-fold hold-out";
  if (choice.at_end) return with_reason(route.to_time(limit), "end of the path, by " + how);
  return with_reason(route.to_time(choice.flow_time), how);
}

Recovery Recoverer::solve_by_discrepancy(const Route& route, const Eigen::VectorXd& y,
                                         const RecoverOptions& options, const Cancelled& cancelled) const {
  const bool estimated = std::isnan(options.stop.sigma);
  const double sigma =
      estimated ? std::sqrt(hold_out(y, options, cancelled).mean_square) : options.stop.sigma;
  const double norm = y.norm();
  const double residual = discrepancy_residual(options.stop.factor, sigma, y.size()) / (norm > 0 ? norm : 1);
  std::ostringstream reason;
  reason << "discrepancy, σ = " << sigma << (estimated ? " (estimated)" : "");
  return with_reason(route.to_residual(residual), reason.str());
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
    const auto error = [&](const Eigen::VectorXd& w) {
      return (newton_->products(part.fold.held_out, w) - held).squaredNorm();
    };
    const RowSubset rows(op_, part.fold.kept);
    const std::unique_ptr<Route> route =
        options.solver == SolverKind::gradient_flow
            ? make_flow_route(part.newton.make_for_paths(), kept, options, cancelled)
            : make_descent_route(rows, kept, options, cancelled);
    curves[k] = route->held_out(error);
  });
  return choose_time(curves, held_out);
}

}  // namespace isr
