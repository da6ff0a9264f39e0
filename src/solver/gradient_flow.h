// The gradient flow of the depth-N network, integrated implicitly: the path of gradient descent with an
// infinitely small step, from the start to any flow time or to its limit.
#pragma once

#include <Eigen/Core>
#include <functional>
#include <limits>
#include <memory>

#include "solver/flow_path.h"
#include "solver/newton_system.h"
#include "solver/parametrization.h"
#include "solver/path.h"

namespace isr {

struct FlowOptions {
  Parametrization network;  // depth, model, init

  // The flow time τ at which to end, >= 0; infinity: the limit.
  double end_time = std::numeric_limits<double>::infinity();

  // Bound on the error that one step adds, relative to w (see FlowProblem::change). The error of w along the
  // path is of this order. In (0, 0.5].
  double tolerance = 1e-3;

  // The limit counts as reached when ‖Xw − y‖ <= limit_residual·‖y‖. > 0; not below the accuracy of X.
  double limit_residual = 1e-8;

  // True: follow the path, for observers, stopping rules or dense output. False: only the limit is wanted
  // (end_time infinite); the same point is reached by fewer, longer steps.
  bool follow_path = true;

  bool keep_path = false;    // return the path of λ (follow_path only)
  int most_steps = 20000;    // then Status::stalled
  int most_newton = 100000;  // factorizations, or conjugate-gradient solves; then Status::stalled

  // Throws UsageError when a value is out of range.
  void validate() const;
};

// What the solution proves about itself. Both numbers are recomputed from λ and w at the end, from scratch.
struct FlowCertificate {
  double residual = 0;      // ‖Xw − y‖/‖y‖ (‖Xw‖ when y = 0)
  double map_mismatch = 0;  // ‖w − w(Xᵀλ)‖/‖w‖: w lies on the flow's manifold
  double stationarity = 0;  // largest cosine of the residual and a column of X (see flow_limit.h): 0 at a
                            // least-squares fit, the limit of measurements that no w fits exactly
};

struct FlowResult {
  Status status = Status::finished;
  Eigen::VectorXd w;       // p
  Eigen::VectorXd lambda;  // n
  double flow_time = 0;    // τ reached; infinity at the limit without a path
  int steps = 0;           // accepted
  int rejected = 0;
  int newton_factorizations = 0;
  int newton_solves = 0;
  FlowCertificate certificate;
  std::shared_ptr<const FlowPath> path;  // when keep_path
};

// Called after every step; returning false ends the flow there (Status::stopped_by_rule).
using FlowObserver = std::function<bool(const FlowSegment&)>;

// Follows dλ/dτ = −(2/n)(X w(Xᵀλ) − y) from λ = 0. Method: the two-stage, second-order, L-stable SDIRK method
// with γ = 1 − 1/√2 (Alexander 1977); each stage is a strongly convex problem (ImplicitStage); the step size
// follows an embedded third-order quadrature of the stage slopes, filtered through the stage matrix.
FlowResult gradient_flow(NewtonSystem& system, const Eigen::VectorXd& y, const FlowOptions& options,
                         const FlowObserver& observer = {}, const Cancelled& cancelled = {});

}  // namespace isr
