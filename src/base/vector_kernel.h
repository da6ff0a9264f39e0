// Products of a column-major matrix with one vector or a sparse matrix and triangular solves, in double
// precision, by vector multiply-adds. On the calling thread; each sum has its fixed order.
#pragma once

#include <cstddef>

namespace isr {

// x is n × p, without gaps; the result must not overlap with what it is made from.
void multiply_kernel(const double* x, std::size_t n, std::size_t p, const double* w, double* y);  // y = X w
void multiply_transposed_kernel(const double* x, std::size_t n, std::size_t p, const double* r,
                                double* g);  // g = Xᵀ r

// c_j = Σ_k b_kj x_k for `count` columns of a sparse b: those of column j are entries begin[j] … begin[j + 1]
// − 1 of `row` and `value`. c is n × count.
void multiply_sparse_kernel(const double* x, std::size_t n, const int* begin, const int* row,
                            const double* value, std::size_t count, double* c);

// b becomes L⁻¹ b or L⁻ᵀ b; L is the lower triangle of l (n × n, without gaps), what is above it is not read.
void solve_lower_kernel(const double* l, std::size_t n, double* b);
void solve_lower_transposed_kernel(const double* l, std::size_t n, double* b);

}  // namespace isr
