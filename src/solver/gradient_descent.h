// Gradient descent on the depth-N diagonal linear network.
#pragma once

#include <Eigen/Core>
#include <cstdint>
#include <functional>
#include <vector>

#include "sensing/linear_operator.h"
#include "solver/parametrization.h"
#include "solver/path.h"

namespace isr {

// How the step size η is chosen.
enum class StepRule {
  constant,      // η = C/N² (the paper's rule)
  operator_norm  // η from ‖X‖ and ‖y‖, so that the descent is stable: see stable_step
};

struct GradientDescentOptions {
  Parametrization network;  // depth, model, init
  StepRule step_rule = StepRule::constant;
  double step = 5e-3;               // C > 0: η = C/N²; used by StepRule::constant
  std::int64_t iterations = 10000;  // at most this many, >= 0

  // Throws UsageError, naming the option, when a value is out of range.
  void validate() const;
};

// Where gradient descent ended, for one column of the measurements.
struct DescentResult {
  Status status = Status::finished;
  std::int64_t iterations = 0;  // done
  double flow_time = 0;         // τ = η · iterations
};

// What an observer of a batch sees. References live during the call only.
struct DescentPoint {
  std::int64_t iteration;
  double flow_time;
  ConstColumns w;         // p × B
  ConstColumns residual;  // Xw − y, n × B
};

// Called with the batch; sets active[b] = false to stop column b there. Columns already stopped keep their w.
using DescentObserver = std::function<void(const DescentPoint&, std::vector<bool>& active)>;

// When the observer is called: at iteration 0, at these iterations (ascending), at every multiple of the
// interval, and at the last one.
struct DescentSchedule {
  std::vector<std::int64_t> iterations{};
  std::int64_t interval = 0;  // 0: none

  // About `per_decade` iterations a factor of ten from 1 to `last`, without repeats; `last` included.
  static DescentSchedule logarithmic(std::int64_t last, int per_decade);
  // Every `interval` iterations, >= 1.
  static DescentSchedule every(std::int64_t interval);
};

struct DescentBatch {
  double step = 0;                     // η
  Eigen::MatrixXf w;                   // p × B, where each column ended
  std::vector<DescentResult> columns;  // B
};

// Minimises L(w) = (1/n)‖Xw − y‖² for every column of y (n × B) at once, all sharing X, from u = v =
// w0^(1/N):
//     g = (2/n) Xᵀ(Xw − y);   u ← u − η N u^(N−1) ∘ g;   v ← v + η N v^(N−1) ∘ g;   w = u^N − v^N
// (nonnegative model: w = u^N; depth 1, signed: the start cancels to w = 0). Li et al. 2021, equation (4).
// All memory is taken before the loop. Divergence is found within 64 iterations and ends the column with
// Status::diverged, its last finite w kept. Throws UsageError for options out of range.
DescentBatch gradient_descent(const LinearOperator& op, ConstColumns y, const GradientDescentOptions& options,
                              const DescentSchedule& schedule = {}, const DescentObserver& observer = {},
                              const Cancelled& cancelled = {});

// A step for which gradient descent is stable: η = 1/(2 N² · curvature), curvature = (2/n)‖X‖² · s^(2−2/N)
// with s = max |w|, guessed from the measurements as s = ‖Xᵀy‖∞ / (min of the column norms)², never below w0.
double stable_step(const LinearOperator& op, ConstColumns y, const Parametrization& network);

}  // namespace isr
