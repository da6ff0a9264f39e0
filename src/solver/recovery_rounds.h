// Recovery in a dictionary by the exact flow, in rounds, each of which starts from what the last one found:
// adaptive_flow.h for problems small enough for a matrix.
#pragma once

#include "sensing/basis.h"
#include "solver/recover.h"

namespace isr {

// Solves for the coefficients x of y ≈ Φ W x, system = Φ W. In each of `rounds` further rounds the network's
// weights start, and grow, in proportion to the sizes that W expects near the solution before
// (Basis::expected_sizes_near); the last round alone stops as `options` say, those before it roughly.
class RecoveryRounds {
 public:
  // Keeps references to `system` and `synthesis` (null: the identity, which has no rounds). rounds >= 0.
  RecoveryRounds(const LinearOperator& system, const Basis* synthesis, int rounds)
      : system_(system), synthesis_(synthesis), rounds_(synthesis ? rounds : 0), first_(system) {}

  // See Recoverer::solve.
  Recovery solve(const Eigen::VectorXd& y, const RecoverOptions& options, const ErrorOfW& error = {},
                 const Cancelled& cancelled = {}) const;

 private:
  const LinearOperator& system_;
  const Basis* synthesis_;
  int rounds_;
  Recoverer first_;
};

}  // namespace isr
