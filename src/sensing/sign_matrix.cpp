#include "sensing/sign_matrix.h"

#include <algorithm>
#include <cassert>
#include <cstring>

#include "base/parallel.h"

namespace isr {
namespace {

// Below this many entries a product is faster than starting a thread.
constexpr std::size_t parallel_entries = std::size_t{1} << 25;

void multiply(const PackedSigns& matrix, const float* x, float* out) {
  static thread_local AlignedVector<float> padded;
  padded.resize(std::max(padded.size(), matrix.row_blocks * matrix.lanes));
  float* const scratch = padded.data();
  if (matrix.rows * matrix.cols < parallel_entries) {
    multiply_signs(matrix, x, scratch, 0, matrix.row_blocks);
  } else {
    constexpr std::size_t chunk = 64;
    parallel_for((matrix.row_blocks + chunk - 1) / chunk, [&](std::size_t c) {
      multiply_signs(matrix, x, scratch, c * chunk, std::min((c + 1) * chunk, matrix.row_blocks));
    });
  }
  std::memcpy(out, scratch, matrix.rows * sizeof(float));
}

}  // namespace

SignMatrix::SignMatrix(const SignBits& bits)
    : forward_(pack_signs(bits)), backward_(pack_signs(bits.transposed())) {}

void SignMatrix::apply(ConstColumns x, Columns y) const {
  assert(x.rows() == cols() && y.rows() == rows() && x.cols() == y.cols());
  for (Index b = 0; b < x.cols(); ++b) multiply(forward_, x.col(b).data(), y.col(b).data());
}

void SignMatrix::adjoint(ConstColumns y, Columns x) const {
  assert(x.rows() == cols() && y.rows() == rows() && x.cols() == y.cols());
  for (Index b = 0; b < y.cols(); ++b) multiply(backward_, y.col(b).data(), x.col(b).data());
}

Eigen::MatrixXd SignMatrix::dense() const {
  Eigen::MatrixXd matrix(rows(), cols());
  const Index block_cols = static_cast<Index>(columns_in_word(forward_.lanes));
  const Index stride = static_cast<Index>(forward_.row_blocks * forward_.lanes);
  for (Index j = 0; j < cols(); ++j)
    for (Index i = 0; i < rows(); ++i) {
      const auto word = forward_.indices[static_cast<std::size_t>(j / block_cols * stride + i)];
      matrix(i, j) = (word >> (j % block_cols) & 1) ? 1.0 : -1.0;
    }
  return matrix;
}

std::size_t SignMatrix::memory_bytes() const {
  return (forward_.indices.size() + backward_.indices.size()) * sizeof(std::uint32_t);
}

}  // namespace isr
