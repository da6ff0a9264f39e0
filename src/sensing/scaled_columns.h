// An operator whose columns are scaled: the unknowns in other units.
#pragma once

#include "sensing/linear_operator.h"

namespace isr {

// A·diag(s). Keeps a reference to A, which must outlive it.
class ScaledColumns final : public LinearOperator {
 public:
  ScaledColumns(const LinearOperator& op, Eigen::VectorXf scale) : op_(op), scale_(std::move(scale)) {}

  Index rows() const override { return op_.rows(); }
  Index cols() const override { return op_.cols(); }
  void apply(ConstColumns x, Columns y) const override {
    const Eigen::MatrixXf scaled = x.array().colwise() * scale_.array();
    op_.apply(scaled, y);
  }
  void adjoint(ConstColumns y, Columns x) const override {
    op_.adjoint(y, x);
    x.array().colwise() *= scale_.array();
  }
  Eigen::MatrixXd dense() const override { return op_.dense() * scale_.cast<double>().asDiagonal(); }
  std::size_t memory_bytes() const override { return static_cast<std::size_t>(cols()) * sizeof(float); }

 private:
  const LinearOperator& op_;
  Eigen::VectorXf scale_;
};

}  // namespace isr
