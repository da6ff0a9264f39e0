// How many random measurements a sparse vector needs.
#pragma once

#include "sensing/linear_operator.h"

namespace isr {

// About the number of Gaussian measurements that determine a vector of `size` values, `nonzero` of them
// positive and the others 0, as the least sum among nonnegative vectors: with fewer that fails, with more it
// succeeds, almost surely as the size grows. The statistical dimension of the cone of descent (Amelunxen,
// Lotz, McCoy and Tropp 2014), the threshold of Donoho and Tanner (2005):
//     min over t ≥ 0   nonzero·(1 + t²) + (size − nonzero)·E max(g − t, 0)²,      g standard normal.
// With `signed_values`, as the vector of least ‖·‖₁ among all, its values being of either sign: then the
// zeros count twice.
double measurements_needed(Index nonzero, Index size, bool signed_values = false);

}  // namespace isr
