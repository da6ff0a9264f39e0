#include "sensing/shifted_basis.h"

#include <algorithm>

namespace isr {

Eigen::MatrixXf ShiftedBasis::shifted(ConstColumns pictures, Index down, Index right) const {
  const auto wrapped = [](Index i, Index size) { return (i % size + size) % size; };
  const Index first = wrapped(right, width_);
  Eigen::MatrixXf moved(pictures.rows(), pictures.cols());
  for (Index b = 0; b < pictures.cols(); ++b)
    for (Index row = 0; row < height_; ++row) {
      const float* from = pictures.col(b).data() + row * width_;
      float* to = moved.col(b).data() + wrapped(row + down, height_) * width_;
      std::rotate_copy(from, from + (width_ - first), from + width_, to);
    }
  return moved;
}

void ShiftedBasis::apply(ConstColumns x, Columns y) const {
  Eigen::MatrixXf picture(rows(), x.cols());
  basis_.apply(x, picture);
  y = shifted(picture, down_, right_);
}

void ShiftedBasis::adjoint(ConstColumns y, Columns x) const {
  basis_.adjoint(shifted_back(y), x);
}

void ShiftedBasis::analyze(ConstColumns y, Columns x) const {
  basis_.analyze(shifted_back(y), x);
}

}  // namespace isr
