#include "sensing/row_subset.h"

namespace isr {

void RowSubset::apply(ConstColumns x, Columns y) const {
  Eigen::MatrixXf all(op_.rows(), x.cols());
  op_.apply(x, all);
  y = all(rows_, Eigen::all);
}

void RowSubset::adjoint(ConstColumns y, Columns x) const {
  Eigen::MatrixXf all = Eigen::MatrixXf::Zero(op_.rows(), y.cols());
  all(rows_, Eigen::all) = y;
  op_.adjoint(all, x);
}

}  // namespace isr
