#include "sensing/shifted_basis.h"

#include <algorithm>

#include "base/scratch.h"

namespace isr {

void ShiftedBasis::shift(ConstColumns pictures, Index down, Index right, Columns moved) const {
  const auto wrapped = [](Index i, Index size) { return (i % size + size) % size; };
  const Index first = wrapped(right, width_);
  for (Index b = 0; b < pictures.cols(); ++b)
    for (Index row = 0; row < height_; ++row) {
      const float* from = pictures.col(b).data() + row * width_;
      float* to = moved.col(b).data() + wrapped(row + down, height_) * width_;
      std::rotate_copy(from, from + (width_ - first), from + width_, to);
    }
}

void ShiftedBasis::apply(ConstColumns x, Columns y) const {
  ScratchMatrix picture(rows(), x.cols());
  basis_.apply(x, *picture);
  shift(*picture, down_, right_, y);
}

void ShiftedBasis::adjoint(ConstColumns y, Columns x) const {
  ScratchMatrix picture(rows(), y.cols());
  shift(y, -down_, -right_, *picture);
  basis_.adjoint(*picture, x);
}

void ShiftedBasis::analyze(ConstColumns y, Columns x) const {
  ScratchMatrix picture(rows(), y.cols());
  shift(y, -down_, -right_, *picture);
  basis_.analyze(*picture, x);
}

}  // namespace isr
