// Newton systems of the gradient flow by Cholesky factorization, for a matrix kept in double precision.
#pragma once

#include <memory>

#include "sensing/linear_operator.h"
#include "solver/newton_system.h"

namespace isr {

// X in double precision, made once and shared by all columns, depths and threads. Immutable.
class PreparedMatrix {
 public:
  explicit PreparedMatrix(const LinearOperator& op) : PreparedMatrix(op.dense()) {}
  explicit PreparedMatrix(Eigen::MatrixXd x);

  const Eigen::MatrixXd& matrix() const { return x_; }   // n × p
  const Eigen::MatrixXd& gram() const { return gram_; }  // XᵀX, only for n > p; else empty

 private:
  Eigen::MatrixXd x_, gram_;
};

using PreparedMatrixPtr = std::shared_ptr<const PreparedMatrix>;

// n <= p: factors I + s·X D Xᵀ (n × n). n > p: by Woodbury, I + s·D^½ XᵀX D^½ (p × p).
std::unique_ptr<NewtonSystem> make_dense_newton(PreparedMatrixPtr matrix);

}  // namespace isr
