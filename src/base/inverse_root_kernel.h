// Inverse roots of many numbers.
#pragma once

#include <cstddef>

namespace isr {

// out[j] = q[j]^(−1/root), for root >= 1: within two ulps where 1e-290 <= q[j] <= 1e290; about so beyond, and
// negative or not finite where q[j] <= 0 or NaN. out may be q. On the calling thread.
void inverse_root_kernel(const double* q, std::size_t count, int root, double* out);

}  // namespace isr
