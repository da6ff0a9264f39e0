// Products of a ±1 matrix, kept as bits, with as many vectors at once as a register has lanes.
//
// Columns are taken in groups of seven. The 2⁷ signed sums of a group's seven inputs make a table whose
// entries are registers, one lane for each vector; the seven bits of a row then select its entry: a load and
// an add in place of seven multiply-adds, whatever the bits are.
#pragma once

#include <cstddef>
#include <cstdint>

#include "base/aligned_vector.h"
#include "sensing/sign_kernel.h"

namespace isr {

// The bits of a matrix in the order in which the kernel reads them.
struct TableSigns {
  std::size_t rows = 0, cols = 0, quads = 0;  // quads of groups of seven columns, the last ones padded
  AlignedVector<std::uint8_t> indices;        // [quad][row][group of the quad]: seven bits
};

TableSigns pack_tables(const SignBits& bits);

// Vectors that a product takes at once; 0 where there are no vector registers.
std::size_t table_lanes();

// out[row][lane] = Σ_j ±x[j][lane]; x: cols × table_lanes() floats, out: rows × table_lanes().
void multiply_tables(const TableSigns& matrix, const float* x, float* out);

}  // namespace isr
