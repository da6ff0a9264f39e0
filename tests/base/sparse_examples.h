// Sparse matrices for tests.
#pragma once

#include <Eigen/SparseCore>

#include "solver/test_problems.h"

namespace isr {

using Sparse = Eigen::SparseMatrix<double>;

// About every fifth entry; a row and a column, and sometimes all, without any.
inline Sparse sparse_matrix(Eigen::Index rows, Eigen::Index cols, std::uint32_t seed) {
  Eigen::MatrixXd matrix = normal_matrix(rows, cols, seed);
  matrix = (normal_matrix(rows, cols, seed + 1).array() > 0.85).select(matrix, 0);
  matrix.row(rows / 2).setZero();
  matrix.col(cols / 3).setZero();
  return matrix.sparseView();
}

}  // namespace isr
