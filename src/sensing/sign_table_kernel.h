// Products of a ±1 matrix, kept as bits, with as many vectors at once as a register has lanes.
//
// Columns are taken in groups of six, with SSE of eight. The signed sums of a group's inputs make a table
// whose entries are registers, one lane for each vector; a row's bits then select its entry: a load and an
// add in place of six multiply-adds, whatever the bits are. Sums are added in the order of sign_kernel.h, so
// that a vector's product is the same, to the bit, alone and in any company.
#pragma once

#include <cstddef>

#include "sensing/sign_kernel.h"

namespace isr {

// Vectors that a product takes at once; 0 where there are no vector registers, and with AVX-512: in its order
// of sums tables of four columns take as many instructions as its permutes for one vector, and tables of
// eight are larger than the nearest cache.
std::size_t table_lanes();

// out[row][lane] = Σ_j ±x[j][lane] for the rows of row blocks [first, last); x: cols × table_lanes() floats,
// out likewise with room for row_blocks·lanes rows.
void multiply_tables(const PackedSigns& matrix, const float* x, float* out, std::size_t first,
                     std::size_t last);

}  // namespace isr
