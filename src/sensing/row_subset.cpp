#include "sensing/row_subset.h"

#include "base/scratch.h"
#include "sensing/sparse_product.h"

namespace isr {

void RowSubset::apply(ConstColumns x, Columns y) const {
  ScratchMatrix all(op_.rows(), x.cols());
  op_.apply(x, *all);
  for (Index b = 0; b < y.cols(); ++b)
    for (std::size_t i = 0; i < rows_.size(); ++i) y(static_cast<Index>(i), b) = (*all)(rows_[i], b);
}

void RowSubset::adjoint(ConstColumns y, Columns x) const {
  ScratchMatrix all(op_.rows(), y.cols());
  all->setZero();
  for (Index b = 0; b < y.cols(); ++b)
    for (std::size_t i = 0; i < rows_.size(); ++i) (*all)(rows_[i], b) = y(static_cast<Index>(i), b);
  op_.adjoint(*all, x);
}

std::shared_ptr<SparseProduct> RowSubset::sparse_product() const {
  auto product = op_.sparse_product();
  if (!product || product->dense.size() == 0) return nullptr;
  product->dense = product->dense(rows_, Eigen::all).eval();
  return product;
}

}  // namespace isr
