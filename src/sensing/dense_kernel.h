// Products of a row-major float matrix with a few columns, by vector multiply-adds.
#pragma once

#include <cstddef>

namespace isr {

inline constexpr std::size_t dense_kernel_columns = 12;  // columns that one call can take

// The operands of one call: up to dense_kernel_columns columns of w (cols floats each), y and r (rows), g
// (cols). What is computed for a column does not depend on the others.
struct DenseBlock {
  const float* matrix;  // first row of the block; rows lie `stride` floats apart
  std::size_t stride, rows, cols, columns;
  const float* w[dense_kernel_columns];
  const float* y[dense_kernel_columns];  // null: nothing is subtracted
  float* r[dense_kernel_columns];
  float* g[dense_kernel_columns];
};

void dense_products(const DenseBlock& block);  // r = X w − y
void dense_gradient(const DenseBlock& block);  // g += Xᵀ r
void dense_fused(const DenseBlock& block);     // r = X w − y and g += Xᵀ r, the matrix read once

}  // namespace isr
