#include "base/sparse_algebra.h"

#include <algorithm>
#include <limits>
#include <stdexcept>

#include "base/sparse_kernel.h"

namespace isr {

using Eigen::Index;

StripedMatrix::StripedMatrix(const Eigen::MatrixXd& x) : rows_(x.rows()), cols_(x.cols()) {
  constexpr auto height = static_cast<Index>(stripe_rows);
  const Index stripes = (rows_ + height - 1) / height;
  values_.assign(static_cast<std::size_t>(stripes * height * cols_), 0);
  for (Index s = 0; s < stripes; ++s) {
    const Index first = s * height, count = std::min(height, rows_ - first);
    Eigen::Map<Eigen::MatrixXd>(values_.data() + first * cols_, height, cols_).topRows(count) =
        x.middleRows(first, count);
  }
}

PairedColumns::PairedColumns(const Eigen::SparseMatrix<double>& b) : rows_(b.rows()), cols_(b.cols()) {
  if (!b.isCompressed()) throw std::invalid_argument("PairedColumns: b must be compressed");
  const int *begin = b.outerIndexPtr(), *row = b.innerIndexPtr();
  const auto row_at = [&](int k, int end) { return k < end ? row[k] : std::numeric_limits<int>::max(); };
  begin_.push_back(0);
  for (Index j = 0; j < cols_; j += 2) {
    const int end = begin[j + 1], other_end = j + 1 < cols_ ? begin[j + 2] : end;
    for (int k = begin[j], other = end; k < end || other < other_end;) {
      const int here = row_at(k, end), there = row_at(other, other_end);
      row_.push_back(std::min(here, there));
      values_.push_back(here <= there ? b.valuePtr()[k++] : 0);
      values_.push_back(there <= here ? b.valuePtr()[other++] : 0);
    }
    begin_.push_back(static_cast<int>(row_.size()));
  }
}

void PairedColumns::multiply(const StripedMatrix& x, Index first, Index count, double* c) const {
  const SparsePairs pairs{static_cast<std::size_t>(rows_), begin_.data() + first, row_.data(), values_.data(),
                          static_cast<std::size_t>(count)};
  multiply_pairs_kernel(x.data(), static_cast<std::size_t>(x.rows()), pairs, c);
}

void multiply(const StripedMatrix& x, const PairedColumns& b, Eigen::MatrixXd& c) {
  if (x.cols() != b.rows()) throw std::invalid_argument("multiply: b must have a row for each column of x");
  c.resize(x.rows(), 2 * b.pairs());
  b.multiply(x, 0, b.pairs(), c.data());
  if (c.cols() > b.cols()) c.conservativeResize(Eigen::NoChange, b.cols());
}

Eigen::VectorXd squared_column_norms(const StripedMatrix& x, const Eigen::SparseMatrix<double>& b) {
  if (x.cols() != b.rows())
    throw std::invalid_argument("squared_column_norms: b must have a row for each column of x");
  constexpr Index together = 32;  // pairs
  const PairedColumns pairs(b);
  Eigen::VectorXd norms(2 * pairs.pairs());
  Eigen::MatrixXd columns(x.rows(), 2 * together);
  for (Index j = 0; j < pairs.pairs(); j += together) {
    const Index count = std::min(together, pairs.pairs() - j);
    pairs.multiply(x, j, count, columns.data());
    norms.segment(2 * j, 2 * count) = columns.leftCols(2 * count).colwise().squaredNorm().transpose();
  }
  return norms.head(b.cols());
}

}  // namespace isr
