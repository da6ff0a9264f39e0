// Products with sparse matrices in double precision, which are kept by columns. On the calling thread; each
// sum has its fixed order.
#pragma once

#include <Eigen/SparseCore>
#include <vector>

namespace isr {

// C = X B: x is n × m, b m × k; c becomes n × k. Throws std::invalid_argument where the shapes do not fit.
void multiply(const Eigen::MatrixXd& x, const Eigen::SparseMatrix<double>& b, Eigen::MatrixXd& c);

// ‖X b_j‖² of each column of b.
Eigen::VectorXd squared_column_norms(const Eigen::MatrixXd& x, const Eigen::SparseMatrix<double>& b);

// S diag(d) Sᵀ of one S and many d: which entries are not zero is found once.
class WeightedProducts {
 public:
  // s is m × p, compressed. Keeps a reference to it.
  explicit WeightedProducts(const Eigen::SparseMatrix<double>& s);

  // The matrix for these p weights, m × m, both triangles; of the last call.
  const Eigen::SparseMatrix<double>& update(const Eigen::VectorXd& d);

 private:
  // Entry (i, j) of S, where it stands among its entries.
  struct Entry {
    int column, place;
  };

  const Eigen::SparseMatrix<double>& s_;
  std::vector<Entry> entries_;  // row by row
  std::vector<int> first_;      // of each row among them, and their number
  Eigen::SparseMatrix<double> products_;
  std::vector<int> diagonal_;  // places in the products
  std::vector<int> next_;      // place of each column's next entry above the diagonal
  Eigen::VectorXd sums_;       // a column of the products, all m values
};

}  // namespace isr
