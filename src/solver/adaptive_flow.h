// Recovery of pictures: the matrix-free flow, or gradient descent, in rounds, each of which starts from what
// the last one found.
#pragma once

#include <optional>

#include "sensing/basis.h"
#include "solver/matrix_free_descent.h"
#include "solver/matrix_free_flow.h"

namespace isr {

struct AdaptiveFlowOptions {
  MatrixFreeFlowOptions
      flow;  // of the last round; init w0 is relative to the size expected of each coefficient

  // Further rounds, in which the network's weights start, and grow, in proportion to the size that the basis
  // expects of each coefficient after the round before (Basis::expected_sizes_near). 0: one flow from
  // Basis::expected_sizes alone. Rounds end early in bases without such structure. Depth 1, the control, is
  // plain least squares: it has neither sizes nor rounds.
  int rounds = 3;

  // Cycle spinning (Coifman and Donoho 1995): after the last round, one more on each of shifts − 1 other
  // grids of the basis; the result is the mean of the pictures. For wavelets, whose grid would show
  // otherwise. The flow alone. >= 1.
  int shifts = 1;
  Eigen::Index width = 0;  // of the picture, where shifts > 1

  // The limit's residual in all rounds but the last, where a rough answer is enough. > 0.
  double rough_residual = 5e-3;

  // Gradient descent in place of the implicit flow, by these steps, to flow.end_time or flow.limit_residual.
  // Two fifths of the iterations at most go to the rounds before the last, which seek sizes: at depth 2,
  // where descent is fastest (depth 1 stays itself).
  std::optional<DescentSteps> descent;
};

// Recovers coefficients x with y ≈ Φ W x: W = `synthesis`, or the identity where it is null. y: n × B, the
// columns one picture's channels, which share the expected sizes. The result's w are the coefficients x;
// `products`, and `steps` of gradient descent, count all rounds. `observer` sees the last round, on the
// basis' own grid.
MatrixFreeFlowResult adaptive_flow(const LinearOperator& sensing, const Basis* synthesis,
                                   const LinearOperator& system, ConstColumns y,
                                   const AdaptiveFlowOptions& options, const FlowStepObserver& observer = {},
                                   const Cancelled& cancelled = {});

}  // namespace isr
