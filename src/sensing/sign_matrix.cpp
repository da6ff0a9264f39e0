#include "sensing/sign_matrix.h"

#include <algorithm>
#include <cassert>
#include <cstring>

#include "base/parallel.h"
#include "base/scratch.h"
#include "sensing/lines_kernel.h"

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

// With 16 lanes a product with one vector is so fast that a table pays for ten vectors or more.
Together SignMatrix::vectors_together() const {
  const auto most = static_cast<Index>(table_lanes());
  if (most == 0 || forward_.rows * forward_.cols >= parallel_entries) return {};
  return {most == 16 ? 10 : most / 2, most};
}

const SignMatrix::Tables& SignMatrix::tables() const {
  std::call_once(tables_made_, [&] {
    SignBits bits(forward_.rows, forward_.cols);
    for_positive(forward_, [&](std::size_t i, std::size_t j) { bits.set_positive(i, j); });
    tables_ = {pack_tables(bits), pack_tables(bits.transposed())};
  });
  return tables_;
}

template <bool transposed>
void SignMatrix::multiply_all(ConstColumns in, Columns out) const {
  const Together together = vectors_together();
  Index done = 0;
  while (together.most > 1 && in.cols() - done >= together.least) {
    const Index count = std::min(together.most, in.cols() - done);
    const auto lanes = static_cast<std::size_t>(together.most);
    ScratchMatrix x(together.most, in.rows()), y(together.most, out.rows());
    if (count < together.most) x->setZero();
    transpose_rows(in.col(done).data(), static_cast<std::size_t>(in.outerStride()),
                   static_cast<std::size_t>(count), static_cast<std::size_t>(in.rows()), x->data(), lanes);
    multiply_tables(transposed ? tables().backward : tables().forward, x->data(), y->data());
    transpose_rows(y->data(), lanes, static_cast<std::size_t>(out.rows()), static_cast<std::size_t>(count),
                   out.col(done).data(), static_cast<std::size_t>(out.outerStride()));
    done += count;
  }
  for (; done < in.cols(); ++done)
    multiply(transposed ? backward_ : forward_, in.col(done).data(), out.col(done).data());
}

void SignMatrix::apply(ConstColumns x, Columns y) const {
  assert(x.rows() == cols() && y.rows() == rows() && x.cols() == y.cols());
  multiply_all<false>(x, y);
}

void SignMatrix::adjoint(ConstColumns y, Columns x) const {
  assert(x.rows() == cols() && y.rows() == rows() && x.cols() == y.cols());
  multiply_all<true>(y, x);
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
