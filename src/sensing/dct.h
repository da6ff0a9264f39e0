// The two-dimensional discrete cosine transform of an array of any size.
#pragma once

#include <Eigen/Core>

#include "sensing/linear_operator.h"

namespace isr {

// The orthonormal DCT-II matrix C of order n: C_kj = c_k cos(π (2j + 1) k / 2n), c_0 = √(1/n), else √(2/n).
Eigen::MatrixXf dct_matrix(Index n);

// X → C_rows X C_colsᵀ for row-major rows × cols arrays, by two matrix products: exact at every size, prime
// ones too, and as fast as an FFT up to some 1,000 a side, for the price of 2(rows + cols) operations a
// value.
class SeparableDct {
 public:
  SeparableDct(Index rows, Index cols);

  Index rows() const { return rows_; }
  Index cols() const { return cols_; }
  void forward(const float* x, float* out) const;   // pixels → coefficients; out may be x
  void backward(const float* x, float* out) const;  // coefficients → pixels, the inverse and the transpose
  std::size_t memory_bytes() const;

 private:
  void transform(const float* x, float* out, bool forward) const;

  Index rows_, cols_;
  Eigen::MatrixXf row_matrix_;  // C_rows
  Eigen::MatrixXf col_matrix_;  // C_cols
};

}  // namespace isr
