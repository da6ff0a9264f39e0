#include "sensing/row_subset.h"

#include "base/scratch.h"

namespace isr {

void RowSubset::apply(ConstColumns x, Columns y) const {
  ScratchMatrix all(op_.rows(), x.cols());
  op_.apply(x, *all);
  y = (*all)(rows_, Eigen::all);
}

void RowSubset::adjoint(ConstColumns y, Columns x) const {
  ScratchMatrix all(op_.rows(), y.cols());
  all->setZero();
  (*all)(rows_, Eigen::all) = y;
  op_.adjoint(*all, x);
}

}  // namespace isr
