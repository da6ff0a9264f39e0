#include "sensing/dct.h"

#include <cblas.h>

#include <cmath>
#include <numbers>

#include "base/parallel.h"

namespace isr {
namespace {

constexpr Index band = 64;  // rows of the result that one task computes

void use_one_blas_thread() {
  static const bool done = (openblas_set_num_threads(1), true);
  (void)done;
}

// c = op(a) op(b), row-major, c: m × n, inner length k. Bands of c in parallel.
void multiply(CBLAS_TRANSPOSE transpose_a, CBLAS_TRANSPOSE transpose_b, Index m, Index n, Index k,
              const float* a, Index lda, const float* b, Index ldb, float* c) {
  const auto size = [](Index v) { return static_cast<blasint>(v); };
  parallel_for(static_cast<std::size_t>((m + band - 1) / band), [&](std::size_t task) {
    const Index first = static_cast<Index>(task) * band, count = std::min(band, m - first);
    const float* rows_of_a = transpose_a == CblasTrans ? a + first : a + first * lda;
    cblas_sgemm(CblasRowMajor, transpose_a, transpose_b, size(count), size(n), size(k), 1, rows_of_a,
                size(lda), b, size(ldb), 0, c + first * n, size(n));
  });
}

}  // namespace

Eigen::MatrixXf dct_matrix(Index n) {
  return Eigen::MatrixXf::NullaryExpr(n, n, [n](Index k, Index j) {
    const double angle =
        std::numbers::pi * static_cast<double>((2 * j + 1) * k % (4 * n)) / (2.0 * static_cast<double>(n));
    return static_cast<float>(std::sqrt((k == 0 ? 1.0 : 2.0) / static_cast<double>(n)) * std::cos(angle));
  });
}

SeparableDct::SeparableDct(Index rows, Index cols)
    : rows_(rows), cols_(cols), row_matrix_(dct_matrix(rows)), col_matrix_(dct_matrix(cols)) {
  use_one_blas_thread();
}

// The stored matrices are column-major, so to a row-major product they look transposed.
void SeparableDct::transform(const float* x, float* out, bool forward) const {
  Eigen::VectorXf half(rows_ * cols_);
  multiply(CblasNoTrans, forward ? CblasNoTrans : CblasTrans, rows_, cols_, cols_, x, cols_,
           col_matrix_.data(), cols_, half.data());
  multiply(forward ? CblasTrans : CblasNoTrans, CblasNoTrans, rows_, cols_, rows_, row_matrix_.data(), rows_,
           half.data(), cols_, out);
}

void SeparableDct::forward(const float* x, float* out) const {
  transform(x, out, true);
}

void SeparableDct::backward(const float* x, float* out) const {
  transform(x, out, false);
}

std::size_t SeparableDct::memory_bytes() const {
  return static_cast<std::size_t>(row_matrix_.size() + col_matrix_.size() + rows_ * cols_) * sizeof(float);
}

}  // namespace isr
