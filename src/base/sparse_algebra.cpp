#include "base/sparse_algebra.h"

#include <algorithm>
#include <numeric>
#include <stdexcept>
#include <utility>
#include <vector>

#include "base/vector_kernel.h"

namespace isr {

using Eigen::Index;

void multiply(const Eigen::MatrixXd& x, const Eigen::SparseMatrix<double>& b, Eigen::MatrixXd& c) {
  if (x.cols() != b.rows() || !b.isCompressed() || &x == &c)
    throw std::invalid_argument("multiply: b must be compressed with a row for each column of x, c not x");
  c.resize(x.rows(), b.cols());
  multiply_sparse_kernel(x.data(), static_cast<std::size_t>(x.rows()), b.outerIndexPtr(), b.innerIndexPtr(),
                         b.valuePtr(), static_cast<std::size_t>(b.cols()), c.data());
}

Eigen::VectorXd squared_column_norms(const Eigen::MatrixXd& x, const Eigen::SparseMatrix<double>& b) {
  if (x.cols() != b.rows() || !b.isCompressed())
    throw std::invalid_argument("squared_column_norms: b must be compressed with a row for each column of x");
  constexpr Index together = 64;
  Eigen::VectorXd norms(b.cols());
  Eigen::MatrixXd columns(x.rows(), together);
  for (Index j = 0; j < b.cols(); j += together) {
    const Index count = std::min(together, b.cols() - j);
    multiply_sparse_kernel(x.data(), static_cast<std::size_t>(x.rows()), b.outerIndexPtr() + j,
                           b.innerIndexPtr(), b.valuePtr(), static_cast<std::size_t>(count), columns.data());
    norms.segment(j, count) = columns.leftCols(count).colwise().squaredNorm().transpose();
  }
  return norms;
}

WeightedProducts::WeightedProducts(const Eigen::SparseMatrix<double>& s)
    : s_(s), products_(s.rows(), s.rows()), sums_(Eigen::VectorXd::Zero(s.rows())) {
  if (!s.isCompressed()) throw std::invalid_argument("WeightedProducts: s must be compressed");
  const auto m = static_cast<std::size_t>(s.rows());
  const int *begin = s.outerIndexPtr(), *row = s.innerIndexPtr();

  first_.assign(m + 1, 0);
  for (Index k = 0; k < s.nonZeros(); ++k) ++first_[static_cast<std::size_t>(row[k]) + 1];
  std::partial_sum(first_.begin(), first_.end(), first_.begin());
  entries_.resize(static_cast<std::size_t>(s.nonZeros()));
  std::vector<int> at = first_;
  for (int j = 0; j < s.cols(); ++j)
    for (int k = begin[j]; k < begin[j + 1]; ++k)
      entries_[static_cast<std::size_t>(at[static_cast<std::size_t>(row[k])]++)] = {j, k};

  std::vector<int> last(m, -1), column;
  int place = 0;
  for (int i = 0; i < s.rows(); ++i) {
    column.clear();
    for (int e = first_[static_cast<std::size_t>(i)]; e < first_[static_cast<std::size_t>(i) + 1]; ++e) {
      const int j = entries_[static_cast<std::size_t>(e)].column;
      for (int k = begin[j]; k < begin[j + 1]; ++k)
        if (std::exchange(last[static_cast<std::size_t>(row[k])], i) != i) column.push_back(row[k]);
    }
    std::sort(column.begin(), column.end());
    diagonal_.push_back(place +
                        static_cast<int>(std::lower_bound(column.begin(), column.end(), i) - column.begin()));
    products_.startVec(i);
    for (const int k : column) products_.insertBack(k, i) = 0;
    place += static_cast<int>(column.size());
  }
  products_.finalize();
}

const Eigen::SparseMatrix<double>& WeightedProducts::update(const Eigen::VectorXd& d) {
  if (d.size() != s_.cols())
    throw std::invalid_argument("WeightedProducts: d must have a value a column of s");
  const int *begin = s_.outerIndexPtr(), *row = s_.innerIndexPtr(), *first = products_.outerIndexPtr(),
            *product_row = products_.innerIndexPtr();
  const double* value = s_.valuePtr();
  double* product = products_.valuePtr();
  next_.assign(first, first + products_.cols());
  for (std::size_t i = 0; i < diagonal_.size(); ++i) {
    for (int e = first_[i]; e < first_[i + 1]; ++e) {
      const auto [j, place] = entries_[static_cast<std::size_t>(e)];
      const double factor = value[place] * d[j];
      for (int k = place; k < begin[j + 1]; ++k) sums_[row[k]] += factor * value[k];
    }
    for (int e = diagonal_[i]; e < first[i + 1]; ++e) {
      product[e] = std::exchange(sums_[product_row[e]], 0.0);
      if (e > diagonal_[i]) product[next_[static_cast<std::size_t>(product_row[e])]++] = product[e];
    }
  }
  return products_;
}

}  // namespace isr
