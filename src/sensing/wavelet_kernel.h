// The inner loop of the wavelet transforms by filters, compiled for each instruction set, chosen at run time.
#pragma once

#include <cstddef>

namespace isr {

// out[i] = Σ_k c[k] · in[k][i], i < count: a filter along rows of pixels, term k of which starts at in[k].
void weighted_sum(const float* const* in, const float* c, std::size_t terms, std::size_t count, float* out);

// The same, added to out.
void add_weighted_sum(const float* const* in, const float* c, std::size_t terms, std::size_t count,
                      float* out);

}  // namespace isr
