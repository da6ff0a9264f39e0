// The inner loops of the fast Walsh–Hadamard transform, compiled for each instruction set and chosen at run
// time.
#pragma once

#include <cstddef>

namespace isr {

// Runs the butterflies (a, b) → (a + b, a − b) at distances h, 2h, 4h, …, size/2 on x[0..size), in place.
// size and h are powers of two, 1 <= h <= size. h = 1 is the whole unnormalised transform; h = W transforms
// each column of a (size/W) × W row-major array.
void hadamard_butterflies(float* x, std::size_t size, std::size_t h);

}  // namespace isr
