// Gradient descent on the depth-N network for problems too large for matrices, such as pictures, with steps
// that follow the curvature.
#pragma once

#include <cstdint>
#include <limits>
#include <optional>

#include "solver/matrix_free_flow.h"

namespace isr {

struct DescentSteps {
  // C > 0: the same η = C/N² throughout, as in gradient_descent. None: chosen anew in each iteration.
  std::optional<double> constant;
  std::int64_t iterations = 10000;  // at most so many, >= 0; those whose step was too long count
};

struct MatrixFreeDescentOptions {
  Parametrization network;
  DescentSteps steps;
  double end_time = std::numeric_limits<double>::infinity();  // τ at which to end, > 0
  double limit_residual = 1e-4;  // the limit is where ‖Xw − y‖ <= limit_residual·‖y‖ in every column; > 0

  // Throws UsageError when a value is out of range.
  void validate() const;
};

// Minimises L = (1/n)‖Xw − y‖² over all columns together, w = s∘(u^N − v^N) or s∘u^N with s = scaling.scale,
// from u^N = v^N = w0:
//     u_j ← u_j − η ρ_j ∂L/∂u_j,   v_j likewise.
// With constant steps ρ = 1: the descent whose flow matrix_free_flow integrates. Where η is chosen, ρ_j is
// (s_j / mean s)^(−1/4) at N = 2, and to the −1/2 at N ≥ 3. Coefficients of pictures and their expected sizes
// s span four orders of magnitude, and the curvature their square: ρ takes some of that range away, and with
// it some of the preference of coefficients that are expected to be large. η is then the shorter
// Barzilai–Borwein step where the two differ, else the longer one (Zhou, Gao and Dai 2006, in the metric in
// which ρ is 1), within a factor of ten of the last one; at most such that no weight changes by more than
// half, for a weight that jumps over zero has left the path; and shortened until L falls, so that L never
// rises. τ is the sum of the η. Ends with Status::limit_reached; finished at the end time or when the
// iterations have run out; stalled when no step lowers L; diverged when L is no finite number, with the last
// finite w. The result's mirror_mismatch stays empty. The observer is called at the start, at the end, and
// about 25 times while the iterations grow tenfold.
MatrixFreeFlowResult matrix_free_descent(const LinearOperator& op, ConstColumns y,
                                         const MatrixFreeDescentOptions& options,
                                         const ColumnScaling& scaling = {},
                                         const FlowStepObserver& observer = {},
                                         const Cancelled& cancelled = {});

}  // namespace isr
