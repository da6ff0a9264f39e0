// Products with sparse matrices in double precision. On the calling thread; each sum has its fixed order.
#pragma once

#include <Eigen/SparseCore>
#include <vector>

#include "base/aligned_vector.h"

namespace isr {

// A dense matrix in the order in which products with sparse ones read it.
class StripedMatrix {
 public:
  StripedMatrix() = default;
  explicit StripedMatrix(const Eigen::MatrixXd& x);

  Eigen::Index rows() const { return rows_; }
  Eigen::Index cols() const { return cols_; }
  const double* data() const { return values_.data(); }

 private:
  Eigen::Index rows_ = 0, cols_ = 0;
  AlignedVector<double> values_;
};

// A sparse matrix whose columns are kept two by two, each pair with a value for both in every row in which
// one of them has an entry: in a product a column of the left factor is read once for both. Good where
// neighbouring columns have much the same rows.
class PairedColumns {
 public:
  // Throws std::invalid_argument where b is not compressed.
  explicit PairedColumns(const Eigen::SparseMatrix<double>& b);

  Eigen::Index rows() const { return rows_; }
  Eigen::Index cols() const { return cols_; }
  Eigen::Index pairs() const { return static_cast<Eigen::Index>(begin_.size()) - 1; }

  // The values, two an entry; 0 where a column has none. May be overwritten.
  std::vector<double>& values() { return values_; }

  // The columns of X B for `count` pairs of columns of B from `first` on: x.rows() × 2·count values.
  void multiply(const StripedMatrix& x, Eigen::Index first, Eigen::Index count, double* c) const;

 private:
  Eigen::Index rows_, cols_;
  std::vector<int> begin_, row_;  // the first entry of each pair, and their number; the row of each
  std::vector<double> values_;
};

// C = X B: x is n × m, b m × k; c becomes n × k. Throws std::invalid_argument where the shapes do not fit.
void multiply(const StripedMatrix& x, const PairedColumns& b, Eigen::MatrixXd& c);

// ‖X b_j‖² of each column of b.
Eigen::VectorXd squared_column_norms(const StripedMatrix& x, const Eigen::SparseMatrix<double>& b);

}  // namespace isr
