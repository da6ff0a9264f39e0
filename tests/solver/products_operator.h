#pragma once

#include "sensing/dense_matrix.h"

namespace isr {

// An operator of which nothing but its products is known.
class Products final : public LinearOperator {
 public:
  explicit Products(const Eigen::MatrixXd& x) : matrix_(x) {}
  Index rows() const override { return matrix_.rows(); }
  Index cols() const override { return matrix_.cols(); }
  void apply(ConstColumns x, Columns y) const override { matrix_.apply(x, y); }
  void adjoint(ConstColumns y, Columns x) const override { matrix_.adjoint(y, x); }
  std::size_t memory_bytes() const override { return 0; }

 private:
  DenseMatrix matrix_;
};

}  // namespace isr
