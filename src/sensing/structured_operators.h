// Measurement operators that need no matrix.
#pragma once

#include <cstdint>

#include "sensing/linear_operator.h"

namespace isr {

// n randomly chosen rows of T·diag(±1), T the orthonormal Walsh–Hadamard transform ("subsampled randomized
// Hadamard transform", Tropp 2011). Orthonormal rows: A Aᵀ = I. p need not be a power of two: with m the
// largest power of two that is at most p, T transforms the first m values, then (after a second set of random
// signs) the last m values of the result. Both are orthogonal, so the rows are orthonormal at every p, as
// padding with zeros would not leave them. p log2 p operations, 5p + 4n bytes. Seed and sizes fix it: the
// named stream "hadamard" gives the signs, then the rows. Throws UsageError unless 1 <= n <= p.
OperatorPtr make_randomized_hadamard(Index n, Index p, std::uint32_t seed);

// The same with T the two-dimensional DCT of the values laid out in a square of side ⌊√p⌋ (again twice,
// overlapping, when p is no square): see SeparableDct for its cost. Stream "dct".
OperatorPtr make_randomized_dct(Index n, Index p, std::uint32_t seed);

// Measures a height × width picture block by block: the same `block_operator` (on side² values, rows first)
// for each side × side block, so that the blocks are the columns of one product. Blocks that overhang the
// right and bottom edges see zeros there. rows() = blocks · block_operator->rows(); the measurements of block
// b (in reading order) are contiguous. Throws UsageError when block_operator does not act on side² values.
OperatorPtr make_block_operator(OperatorPtr block_operator, Index height, Index width, Index side);

}  // namespace isr
