// The inner loops of the fast cosine transform, compiled for each instruction set and chosen at run time.
// Signals come sixteen at a time, in lines as in lines_kernel.h.
#pragma once

#include <cstddef>

#include "base/aligned_vector.h"

namespace isr {

// What the DCT-II of one length needs. length = leaf · 2^k; the transform is split in halves k times, and the
// leaves, of odd length or at most 8, are products with matrices.
struct DctTables {
  explicit DctTables(std::size_t signal_length);

  std::size_t length, leaf;
  AlignedVector<float> dct2, dct4;  // C_II and C_IV of order leaf, times √2^−k; row k begins at k · leaf
  // For each length n = 2·leaf, 4·leaf, …, length/2 of a DCT-IV, n/2 rotations (each a 2 × 2 matrix, by rows)
  // that begin with number n/2 − leaf.
  AlignedVector<float> rotations;
};

// The orthonormal DCT-II of sixteen signals, and its transpose (the inverse). `in` is overwritten.
void dct_lines(const DctTables& tables, float* in, float* out);
void transposed_dct_lines(const DctTables& tables, float* in, float* out);

}  // namespace isr
