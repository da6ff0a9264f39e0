// Sparse matrices of columns that repeat one another, as those of a dictionary of small shapes in all places.
#pragma once

#include <Eigen/SparseCore>
#include <vector>

#include "base/sparse_algebra.h"
#include "base/sparse_kernel.h"

namespace isr {

// A sparse matrix by runs of columns: each column of a run is the one before, moved down by a row, and has a
// factor of its own; a few may be left out, as where a shape reaches the end of a line of a picture. Any
// sparse matrix is one, if of short runs; long ones make its products fast. On the calling thread; each sum
// has its fixed order.
class ColumnRuns {
 public:
  // An entry of the first column of a run, over that column's factor.
  struct Entry {
    int row;
    double value;
  };
  // Places first … first + length − 1: those of its columns and of what is left out between them.
  struct Run {
    int first, length;
    std::vector<Entry> entries;
  };

  ColumnRuns() = default;
  // Throws std::invalid_argument where s is not compressed.
  explicit ColumnRuns(const Eigen::SparseMatrix<double>& s);

  Eigen::Index rows() const { return rows_; }
  Eigen::Index cols() const { return factors_.size(); }
  Eigen::Index places() const { return places_; }  // of all runs
  const std::vector<Run>& runs() const { return runs_; }
  const Eigen::VectorXd& factors() const { return factors_; }         // of the columns
  const std::vector<int>& place_of_column() const { return place_; }  // ascending

  // S w and Sᵀ y.
  void multiply(const Eigen::VectorXd& w, Eigen::VectorXd& y) const;
  void multiply_transposed(const Eigen::VectorXd& y, Eigen::VectorXd& z) const;

 private:
  Eigen::Index rows_ = 0, places_ = 0;
  std::vector<Run> runs_;
  Eigen::VectorXd factors_;
  std::vector<int> place_;
  std::vector<Multiple> forward_, backward_;
};

// S diag(d) Sᵀ of one S and many d: which entries are not zero is found once.
class WeightedProducts {
 public:
  // Keeps a reference to s, which is m × p.
  explicit WeightedProducts(const ColumnRuns& s);

  // The matrix for these p weights, m × m, both triangles; of the last call.
  const PairedColumns& update(const Eigen::VectorXd& d);

 private:
  // Entry (i + offset, i) of the products is diagonals_[diagonal[offset] + i].
  WeightedProducts(const ColumnRuns& s, const std::vector<int>& diagonal);

  const ColumnRuns& s_;
  Eigen::VectorXd diagonals_;        // those that are not all zero, behind one 0
  std::vector<Multiple> multiples_;  // of the weights, that make them
  PairedColumns products_;
  std::vector<int> places_;  // of their values
  Eigen::VectorXd weights_;  // by place
};

}  // namespace isr
