// Some rows of an operator: what is left of the measurements when others are held out.
#pragma once

#include <vector>

#include "sensing/linear_operator.h"

namespace isr {

// The operator of these rows (in this order, none twice) of `op`. Applies the whole operator and picks, so it
// costs as much as `op`. Keeps a reference to `op`, which must outlive it.
class RowSubset final : public LinearOperator {
 public:
  RowSubset(const LinearOperator& op, std::vector<Index> rows) : op_(op), rows_(std::move(rows)) {}

  Index rows() const override { return static_cast<Index>(rows_.size()); }
  Index cols() const override { return op_.cols(); }
  void apply(ConstColumns x, Columns y) const override;
  void adjoint(ConstColumns y, Columns x) const override;
  std::shared_ptr<SparseProduct> sparse_product() const override;
  double tight_frame_constant() const override { return op_.tight_frame_constant(); }
  std::size_t memory_bytes() const override { return rows_.size() * sizeof(Index); }

 private:
  const LinearOperator& op_;
  std::vector<Index> rows_;
};

}  // namespace isr
