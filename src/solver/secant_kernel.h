// The curvatures of the parabolas above ∫θ, for many coefficients at once, compiled for each instruction set.
#pragma once

#include <cstddef>

#include "solver/parametrization.h"

namespace isr {

// out_j = factor · θ(w_j) / w_j of the signed model (ScalarMirror::secant), to about 1e-6, j < count.
void scaled_secants(const Parametrization& network, double factor, const float* w, std::size_t count,
                    float* out);

}  // namespace isr
