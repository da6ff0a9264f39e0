// An operator seen through the faults of an instrument.
#pragma once

#include "sensing/linear_operator.h"

namespace isr {

// P·[D·A, c·I, −c·I] with D = diag(weights) and P = I − Q·diag(damping)·Qᵀ:
//   D   weighs the measurements;
//   P   takes away, or weakens, what lies in the columns of Q, orthonormal: damping 1 makes them unknown;
//   ±c  columns for what goes wrong in single measurements, where outliers > 0. Parts of either sign, so that
//       unknowns that are never negative stand for both.
class CorrectedOperator final : public LinearOperator {
 public:
  struct Faults {
    Eigen::VectorXd weights;  // n values; empty: all 1
    Eigen::MatrixXd q;        // n × k; k = 0: P = I
    Eigen::VectorXd damping;  // k values, each in [0, 1]
    double outliers = 0;      // c >= 0; 0: no such columns
  };

  CorrectedOperator(OperatorPtr op, Faults faults);

  Index rows() const override { return op_->rows(); }
  Index cols() const override { return op_->cols() + (faults_.outliers > 0 ? 2 * op_->rows() : 0); }
  void apply(ConstColumns x, Columns y) const override;
  void adjoint(ConstColumns y, Columns x) const override;
  Eigen::MatrixXd dense() const override;
  std::shared_ptr<SparseProduct> sparse_product() const override;
  Eigen::VectorXd known_squared_norms() const override { return squared_norms_; }
  std::size_t memory_bytes() const override;

  // P·D·y: measurements as this operator has them.
  Eigen::MatrixXd corrected(Eigen::MatrixXd y) const;

 private:
  template <class Matrix>
  void project(Matrix&& y) const;

  OperatorPtr op_;
  Faults faults_;
  Eigen::VectorXd squared_norms_;
};

}  // namespace isr
