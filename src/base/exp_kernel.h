// Exponentials of many numbers.
#pragma once

#include <cstddef>

namespace isr {

// out[j] = exp(x[j]) within an ulp or two; as std::exp where that is not finite or x is NaN. out may be x. On
// the calling thread.
void exp_kernel(const double* x, std::size_t count, double* out);

}  // namespace isr
