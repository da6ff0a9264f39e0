// An operator whose columns are scaled: the unknowns in other units.
#pragma once

#include "sensing/linear_operator.h"

namespace isr {

// κ·A·diag(s). Keeps a reference to A, which must outlive it.
class ScaledColumns final : public LinearOperator {
 public:
  // s: cols() positive values; empty: all 1.
  explicit ScaledColumns(const LinearOperator& op, Eigen::VectorXf s, double factor = 1)
      : op_(op), s_(std::move(s)), factor_(factor) {}

  Index rows() const override { return op_.rows(); }
  Index cols() const override { return op_.cols(); }
  void apply(ConstColumns x, Columns y) const override;
  void adjoint(ConstColumns y, Columns x) const override;
  void residual_and_gradient(ConstColumns w, ConstColumns y, Columns r, Columns g) const override;
  Eigen::MatrixXd dense() const override;
  std::shared_ptr<SparseProduct> sparse_product() const override;
  double tight_frame_constant() const override {
    return s_.size() == 0 ? factor_ * factor_ * op_.tight_frame_constant() : 0;
  }
  Eigen::VectorXd known_squared_norms() const override;
  std::size_t memory_bytes() const override { return static_cast<std::size_t>(s_.size()) * sizeof(float); }

 private:
  const LinearOperator& op_;
  Eigen::VectorXf s_;
  double factor_;  // κ
};

}  // namespace isr
