#include "sensing/dense_matrix.h"

#include <algorithm>
#include <cassert>
#include <utility>

#include "base/parallel.h"
#include "sensing/dense_kernel.h"

namespace isr {
namespace {

// Below this many entries a product is faster than starting a thread.
constexpr Index parallel_entries = Index{1} << 22;

constexpr Index kernel_columns = static_cast<Index>(dense_kernel_columns);

using RowMajor = DenseMatrix::RowMajor;

// The part of the matrix with these rows and columns, with no operands yet.
DenseBlock block_of(const RowMajor& matrix, Index row, Index rows, Index col, Index cols, Index columns) {
  DenseBlock block{};
  block.matrix = matrix.data() + row * matrix.cols() + col;
  block.stride = static_cast<std::size_t>(matrix.cols());
  block.rows = static_cast<std::size_t>(rows);
  block.cols = static_cast<std::size_t>(cols);
  block.columns = static_cast<std::size_t>(columns);
  return block;
}

// Calls body(first, count) on pieces of [0, size): one piece when `entries` is small, pieces of `grain`
// otherwise.
template <class Body>
void in_pieces(Index entries, Index size, Index grain, const Body& body) {
  if (entries < parallel_entries) return body(Index{0}, size);
  const Index pieces = (size + grain - 1) / grain;
  parallel_for(static_cast<std::size_t>(pieces), [&](std::size_t piece) {
    const Index first = static_cast<Index>(piece) * grain;
    body(first, std::min(grain, size - first));
  });
}

void products(const RowMajor& matrix, ConstColumns w, const ConstColumns* y, Columns r) {
  for (Index b = 0; b < w.cols(); b += kernel_columns) {
    const Index columns = std::min(kernel_columns, w.cols() - b);
    in_pieces(matrix.size(), matrix.rows(), 64, [&](Index row, Index rows) {
      DenseBlock block = block_of(matrix, row, rows, 0, matrix.cols(), columns);
      for (Index c = 0; c < columns; ++c) {
        block.w[c] = w.col(b + c).data();
        block.y[c] = y ? y->col(b + c).data() + row : nullptr;
        block.r[c] = r.col(b + c).data() + row;
      }
      dense_products(block);
    });
  }
}

}  // namespace

DenseMatrix::DenseMatrix(RowMajor entries) : entries_(std::move(entries)) {}

DenseMatrix::DenseMatrix(Eigen::MatrixXd entries) : entries_(entries.cast<float>()) {
  if (entries_.cast<double>() != entries) exact_ = std::move(entries);
}

Eigen::VectorXd DenseMatrix::known_squared_norms() const {
  Eigen::VectorXd squares = Eigen::VectorXd::Zero(cols());
  for (Index i = 0; i < rows(); ++i) squares += entries_.row(i).cast<double>().cwiseAbs2().transpose();
  return squares;
}

void DenseMatrix::apply(ConstColumns x, Columns y) const {
  assert(x.rows() == cols() && y.rows() == rows() && x.cols() == y.cols());
  products(entries_, x, nullptr, y);
}

void DenseMatrix::adjoint(ConstColumns y, Columns x) const {
  assert(x.rows() == cols() && y.rows() == rows() && x.cols() == y.cols());
  x.setZero();
  for (Index b = 0; b < y.cols(); b += kernel_columns) {
    const Index columns = std::min(kernel_columns, y.cols() - b);
    in_pieces(entries_.size(), cols(), 512, [&](Index col, Index width) {
      DenseBlock block = block_of(entries_, 0, rows(), col, width, columns);
      for (Index c = 0; c < columns; ++c) {
        block.r[c] = const_cast<float*>(y.col(b + c).data());  // read only
        block.g[c] = x.col(b + c).data() + col;
      }
      dense_gradient(block);
    });
  }
}

void DenseMatrix::residual_and_gradient(ConstColumns w, ConstColumns y, Columns r, Columns g) const {
  if (entries_.size() >= parallel_entries) {
    products(entries_, w, &y, r);
    return adjoint(r, g);
  }
  g.setZero();
  for (Index b = 0; b < w.cols(); b += kernel_columns) {
    const Index columns = std::min(kernel_columns, w.cols() - b);
    DenseBlock block = block_of(entries_, 0, rows(), 0, cols(), columns);
    for (Index c = 0; c < columns; ++c) {
      block.w[c] = w.col(b + c).data();
      block.y[c] = y.col(b + c).data();
      block.r[c] = r.col(b + c).data();
      block.g[c] = g.col(b + c).data();
    }
    dense_fused(block);
  }
}

}  // namespace isr
