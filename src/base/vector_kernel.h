// Products of a column-major matrix with one vector and triangular solves, in double
// precision, by vector multiply-adds. On the calling thread; each sum has its fixed order.
#pragma once

#include <cstddef>

namespace isr {

// x is n × p, without gaps; the result must not overlap with what it is made from.
void multiply_kernel(const double* x, std::size_t n, std::size_t p, const double* w, double* y);  // y = X w
void multiply_transposed_kernel(const double* x, std::size_t n, std::size_t p, const double* r,
                                double* g);  // g = Xᵀ r

// b becomes L⁻¹ b or L⁻ᵀ b; L is the lower triangle of l (n × n, without gaps), what is above it is not read.
void solve_lower_kernel(const double* l, std::size_t n, double* b);
void solve_lower_transposed_kernel(const double* l, std::size_t n, double* b);

}  // namespace isr
