// A basis on another grid.
#pragma once

#include "sensing/basis.h"

namespace isr {

// The atoms of `basis` moved down and to the right, round the border of a picture of this width. Keeps a
// reference to `basis`, which must outlive it.
class ShiftedBasis final : public Basis {
 public:
  ShiftedBasis(const Basis& basis, Index width, Index down, Index right)
      : basis_(basis), height_(basis.rows() / width), width_(width), down_(down), right_(right) {}

  Index rows() const override { return basis_.rows(); }
  Index cols() const override { return basis_.cols(); }
  void apply(ConstColumns x, Columns y) const override;
  void adjoint(ConstColumns y, Columns x) const override;
  void analyze(ConstColumns y, Columns x) const override;
  double tight_frame_constant() const override { return basis_.tight_frame_constant(); }
  Eigen::VectorXf squared_norms() const override { return basis_.squared_norms(); }
  Eigen::VectorXf expected_sizes() const override { return basis_.expected_sizes(); }
  Eigen::VectorXf expected_sizes_near(ConstColumns x) const override { return basis_.expected_sizes_near(x); }
  std::size_t memory_bytes() const override {
    return basis_.memory_bytes() + static_cast<std::size_t>(rows()) * sizeof(float);
  }

 private:
  void shift(ConstColumns pictures, Index down, Index right, Columns moved) const;

  const Basis& basis_;
  Index height_, width_, down_, right_;
};

}  // namespace isr
