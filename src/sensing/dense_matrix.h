// A measurement matrix given by its entries.
#pragma once

#include "sensing/linear_operator.h"

namespace isr {

// n × p single-precision entries, stored by rows. residual_and_gradient reads the matrix once for all
// columns: each block of rows gives its residuals and, while it is in cache, its share of the gradient.
class DenseMatrix final : public LinearOperator {
 public:
  using RowMajor = Eigen::Matrix<float, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;
  explicit DenseMatrix(RowMajor entries);

  // Products are those of the entries rounded to single precision; dense() gives them as they are, which are
  // kept beside where rounding changes any.
  explicit DenseMatrix(Eigen::MatrixXd entries);

  Index rows() const override { return entries_.rows(); }
  Index cols() const override { return entries_.cols(); }
  void apply(ConstColumns x, Columns y) const override;
  void adjoint(ConstColumns y, Columns x) const override;
  void residual_and_gradient(ConstColumns w, ConstColumns y, Columns r, Columns g) const override;
  Eigen::MatrixXd dense() const override {
    return exact_.size() > 0 ? exact_ : Eigen::MatrixXd(entries_.cast<double>());
  }
  Eigen::VectorXd known_squared_norms() const override;
  Together vectors_together() const override { return {2, 6}; }
  std::size_t memory_bytes() const override {
    return static_cast<std::size_t>(entries_.size()) * sizeof(float) +
           static_cast<std::size_t>(exact_.size()) * sizeof(double);
  }

 private:
  RowMajor entries_;
  Eigen::MatrixXd exact_;
};

}  // namespace isr
