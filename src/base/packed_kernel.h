// The two operations of dense linear algebra that take cubic time, in double precision, by vector
// multiply-adds on operands packed into strips of rows. On the calling thread; each sum has its fixed order.
#pragma once

#include <cstddef>

namespace isr {

inline constexpr std::size_t packed_depth = 256;  // columns that are packed at a time
inline constexpr std::size_t packed_line = 8;     // doubles in a cache line; rows of a strip at most

// Doubles of workspace that the kernels need for n rows, the first on a cache line: the strips, each a line
// longer than it needs (equal distances of a power of two would compete for the same places in the cache),
// and the triangles on the diagonal of a Cholesky factor.
constexpr std::size_t packed_workspace(std::size_t n) {
  const std::size_t strips = (n + packed_line - 1) / packed_line;
  // Strips may be half as high, and then twice as many.
  return (strips + 1) * packed_line * packed_depth + 2 * strips * packed_line;
}

// The lower triangle of h = x diag(d) xᵀ; x is n × p, h n × n, both column-major and without gaps, d >= 0.
// Above the diagonal h is left with no particular content.
void weighted_syrk_kernel(const double* x, const double* d, std::size_t n, std::size_t p, double* h,
                          double* workspace);

// The lower triangle of h = a bᵀ, where that is symmetric; a, b and h as above. Needs twice the workspace.
void symmetric_product_kernel(const double* a, const double* b, std::size_t n, std::size_t p, double* h,
                              double* workspace);

// Overwrites the lower triangle of a (n × n, column-major, without gaps) with its Cholesky factor, as far as
// the pivots are positive; returns their number. Above the diagonal a is not used and left with no
// particular content.
std::size_t cholesky_kernel(double* a, std::size_t n, double* workspace);

}  // namespace isr
