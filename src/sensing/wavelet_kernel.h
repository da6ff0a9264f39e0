// The inner loops of the wavelet transforms, compiled for each instruction set and chosen at run time.
// Signals come sixteen at a time, in lines.
#pragma once

#include <cstddef>

#include "sensing/lines_kernel.h"

namespace isr {

// One level of a decimated filter bank on sixteen signals of 2·half samples.
// low_i = Σ_k h_k x_{2i+k}, high_i = Σ_k g_k x_{2i+k}, i < half; x holds 2·half + taps − 2 lines.
void wavelet_analyze(const float* x, std::size_t half, const float* h, const float* g, std::size_t taps,
                     float* low, float* high);

// Its transpose: x_{2j+e} = Σ_t h_{2t+e} low_{j−t} + g_{2t+e} high_{j−t}, j < half, e = 0, 1. `low` and
// `high` point at sample 0 and are readable taps/2 − 1 lines before it.
void wavelet_synthesize(const float* low, const float* high, std::size_t half, const float* h, const float* g,
                        std::size_t taps, float* x);

// out[i] = Σ_k c[k] · in[k][i], i < count: a filter along rows of pixels, term k of which starts at in[k].
// `accumulate` adds to out instead of overwriting it.
void weighted_sum(const float* const* in, const float* c, std::size_t terms, std::size_t count,
                  bool accumulate, float* out);

}  // namespace isr
