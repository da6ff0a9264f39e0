// The operations of dense linear algebra that take cubic time, by vector multiply-adds on operands packed
// into strips of rows. On the calling thread; each sum has its fixed order.
#pragma once

#include <cstddef>

#include "base/aligned_vector.h"

namespace isr {

inline constexpr std::size_t packed_depth = 256;  // columns that are packed at a time

// Doubles of workspace that the kernels need for n rows, the first on a cache line: the strips, each a line
// longer than it needs (equal distances of a power of two would compete for the same places in the cache),
// and the triangles on the diagonal of a Cholesky factor.
constexpr std::size_t packed_workspace(std::size_t n) {
  constexpr std::size_t line = cache_line / sizeof(double);
  const std::size_t strips = (n + line - 1) / line;
  // Strips may be half as high, and then twice as many.
  return (strips + 1) * line * packed_depth + 2 * strips * line;
}

// Some columns of x, n values each, without gaps, and a weight of either sign for each of them.
struct WeightedColumns {
  const double* x;
  const std::size_t* chosen;
  const double* weights;
  std::size_t count;
};

// The lower triangle of h = x diag(d) xᵀ; x is n × p, h n × n, both column-major and without gaps, d >= 0.
// Above the diagonal h is left with no particular content.
void weighted_syrk_kernel(const double* x, const double* d, std::size_t n, std::size_t p, double* h,
                          double* workspace);

// The lower triangle of h = a bᵀ, where that is symmetric; a, b and h as above. Needs twice the workspace.
void symmetric_product_kernel(const double* a, const double* b, std::size_t n, std::size_t p, double* h,
                              double* workspace);

// h += X_C diag(weights) X_Cᵀ, the lower triangle, of the chosen columns; h as above. Needs twice the
// workspace.
void add_columns_kernel(const WeightedColumns& columns, std::size_t n, double* h, double* workspace);

// The same in single precision: sums of up to packed_depth products are rounded to it, and their sums kept in
// double. The workspace is used as one of floats.
void add_columns_in_single_kernel(const WeightedColumns& columns, std::size_t n, double* h,
                                  double* workspace);

// Overwrites the lower triangle of a (n × n, column-major, without gaps) with its Cholesky factor, as far as
// the pivots are positive; returns their number. Above the diagonal a is not used and left with no
// particular content.
std::size_t cholesky_kernel(double* a, std::size_t n, double* workspace);

}  // namespace isr
