#include "sensing/sign_matrix.h"

#include <algorithm>
#include <cassert>
#include <cstring>

#include "base/parallel.h"
#include "base/scratch.h"
#include "sensing/lines_kernel.h"
#include "sensing/sign_table_kernel.h"

namespace isr {
namespace {

// Below this many entries a product is faster than starting a thread.
constexpr std::size_t parallel_entries = std::size_t{1} << 25;

// body(first, last) for ranges of row blocks, which make up all.
template <class Body>
void for_row_blocks(const PackedSigns& matrix, const Body& body) {
  if (matrix.rows * matrix.cols < parallel_entries) return body(0, matrix.row_blocks);
  constexpr std::size_t chunk = 64;
  parallel_for((matrix.row_blocks + chunk - 1) / chunk,
               [&](std::size_t c) { body(c * chunk, std::min((c + 1) * chunk, matrix.row_blocks)); });
}

void multiply_one(const PackedSigns& matrix, const float* x, float* out) {
  ScratchMatrix y(static_cast<Index>(matrix.row_blocks * matrix.lanes), 1);
  for_row_blocks(matrix, [&](std::size_t first, std::size_t last) {
    multiply_signs(matrix, x, y->data(), first, last);
  });
  std::memcpy(out, y->data(), matrix.rows * sizeof(float));
}

// With at most as many vectors as a table's entries have lanes.
void multiply_together(const PackedSigns& matrix, ConstColumns in, Columns out) {
  const std::size_t lanes = table_lanes(), count = static_cast<std::size_t>(in.cols());
  ScratchMatrix x(static_cast<Index>(lanes), in.rows());
  ScratchMatrix y(static_cast<Index>(lanes), static_cast<Index>(matrix.row_blocks * matrix.lanes));
  if (count < lanes) x->setZero();
  transpose_rows(in.data(), static_cast<std::size_t>(in.outerStride()), count, matrix.cols, x->data(), lanes);
  for_row_blocks(matrix, [&](std::size_t first, std::size_t last) {
    multiply_tables(matrix, x->data(), y->data(), first, last);
  });
  transpose_rows(y->data(), lanes, matrix.rows, count, out.data(),
                 static_cast<std::size_t>(out.outerStride()));
}

void multiply(const PackedSigns& matrix, Together together, ConstColumns in, Columns out) {
  Index done = 0;
  while (together.most > 1 && in.cols() - done >= together.least) {
    const Index count = std::min(together.most, in.cols() - done);
    multiply_together(matrix, in.middleCols(done, count), out.middleCols(done, count));
    done += count;
  }
  for (; done < in.cols(); ++done) multiply_one(matrix, in.col(done).data(), out.col(done).data());
}

// body(i, j) for each entry that is +1.
template <class Body>
void for_positive(const PackedSigns& matrix, const Body& body) {
  const std::size_t block_cols = columns_in_word(matrix.lanes), stride = matrix.row_blocks * matrix.lanes;
  for (std::size_t j = 0; j < matrix.cols; ++j)
    for (std::size_t i = 0; i < matrix.rows; ++i)
      if (matrix.indices[j / block_cols * stride + i] >> (j % block_cols) & 1) body(i, j);
}

}  // namespace

SignMatrix::SignMatrix(const SignBits& bits)
    : forward_(pack_signs(bits)), backward_(pack_signs(bits.transposed())) {}

Together SignMatrix::vectors_together() const {
  const auto lanes = static_cast<Index>(table_lanes());
  return lanes == 0 ? Together{} : Together{lanes / 2, lanes};
}

void SignMatrix::apply(ConstColumns x, Columns y) const {
  assert(x.rows() == cols() && y.rows() == rows() && x.cols() == y.cols());
  multiply(forward_, vectors_together(), x, y);
}

void SignMatrix::adjoint(ConstColumns y, Columns x) const {
  assert(x.rows() == cols() && y.rows() == rows() && x.cols() == y.cols());
  multiply(backward_, vectors_together(), y, x);
}

Eigen::MatrixXd SignMatrix::dense() const {
  Eigen::MatrixXd matrix = Eigen::MatrixXd::Constant(rows(), cols(), -1);
  for_positive(forward_, [&](std::size_t i, std::size_t j) {
    matrix(static_cast<Index>(i), static_cast<Index>(j)) = 1;
  });
  return matrix;
}

std::size_t SignMatrix::memory_bytes() const {
  return (forward_.indices.size() + backward_.indices.size()) * sizeof(std::uint32_t);
}

}  // namespace isr
