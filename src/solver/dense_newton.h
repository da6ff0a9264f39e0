// Newton systems of the gradient flow by Cholesky factorization, for a matrix kept in double precision.
#pragma once

#include <memory>

#include "sensing/linear_operator.h"
#include "solver/newton_system.h"

namespace isr {

// X in double precision, made once and shared by all columns, depths and threads. Immutable.
//
// Where the rows of X are dependent (n > p, repeated measurements), it is reduced once to X' = QᵀX of full
// row rank, Q an orthonormal basis of range(X): what lies outside of it no w can reach, and would only bring
// rounding.
class PreparedMatrix {
 public:
  explicit PreparedMatrix(const LinearOperator& op) : PreparedMatrix(op.dense()) {}
  explicit PreparedMatrix(Eigen::MatrixXd x);

  const Eigen::MatrixXd& matrix() const { return x_; }     // rank × p: X, or QᵀX
  const Eigen::MatrixXd& basis() const { return basis_; }  // Q, n × rank; empty where X has full row rank
  const Eigen::VectorXd& squared_column_norms() const { return column_norms_; }

 private:
  Eigen::MatrixXd x_, basis_;
  Eigen::VectorXd column_norms_;
};

using PreparedMatrixPtr = std::shared_ptr<const PreparedMatrix>;

// Factors I + s·X D Xᵀ (rank × rank).
std::unique_ptr<NewtonSystem> make_dense_newton(PreparedMatrixPtr matrix);

}  // namespace isr
