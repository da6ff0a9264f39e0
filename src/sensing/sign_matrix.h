// A measurement matrix of ±1 entries, kept as bits.
#pragma once

#include "sensing/linear_operator.h"
#include "sensing/sign_kernel.h"

namespace isr {

// n × p entries ±1, at two bits of memory an entry (one copy by rows, one by columns; with AVX2 32/30 of
// that, which are the bits of a word that its groups of three leave). Rounding: products are sums of floats
// in a fixed order, which depends on the processor's vector width, but neither on the number of threads nor
// on how many vectors come at once.
class SignMatrix final : public LinearOperator {
 public:
  explicit SignMatrix(const SignBits& bits);

  Index rows() const override { return static_cast<Index>(forward_.rows); }
  Index cols() const override { return static_cast<Index>(forward_.cols); }
  void apply(ConstColumns x, Columns y) const override;
  void adjoint(ConstColumns y, Columns x) const override;
  Eigen::MatrixXd dense() const override;
  Eigen::VectorXd known_squared_norms() const override {
    return Eigen::VectorXd::Constant(cols(), static_cast<double>(rows()));
  }
  Together vectors_together() const override;
  std::size_t memory_bytes() const override;

 private:
  PackedSigns forward_;   // rows of the matrix
  PackedSigns backward_;  // rows of its transpose
};

}  // namespace isr
