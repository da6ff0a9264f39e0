// The two-dimensional discrete cosine transform of an array of any size.
#pragma once

#include <memory>

#include "sensing/linear_operator.h"

namespace isr {

struct DctTables;

// X → C_rows X C_colsᵀ for row-major rows × cols arrays, C the orthonormal DCT-II matrix of each order:
// C_kj = c_k cos(π (2j + 1) k / 2n), c_0 = √(1/n), else √(2/n). Of order n = 2^k·m, m odd, a line of values
// takes some n (2k + m) operations: fast when m is small, exact at every size, prime ones too.
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
  std::shared_ptr<const DctTables> row_tables_, col_tables_;  // of lengths cols and rows; one when they agree
};

}  // namespace isr
