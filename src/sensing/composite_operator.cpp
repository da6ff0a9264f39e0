#include "sensing/composite_operator.h"

#include "base/error.h"
#include "base/scratch.h"
#include "sensing/sparse_product.h"

namespace isr {
namespace {

class CompositeOperator final : public LinearOperator {
 public:
  CompositeOperator(OperatorPtr outer, OperatorPtr inner)
      : outer_(std::move(outer)), inner_(std::move(inner)) {}

  Index rows() const override { return outer_->rows(); }
  Index cols() const override { return inner_->cols(); }

  void apply(ConstColumns x, Columns y) const override {
    ScratchMatrix between(inner_->rows(), x.cols());
    inner_->apply(x, *between);
    outer_->apply(*between, y);
  }

  void adjoint(ConstColumns y, Columns x) const override {
    ScratchMatrix between(inner_->rows(), y.cols());
    outer_->adjoint(y, *between);
    inner_->adjoint(*between, x);
  }

  // In double precision while that is little work.
  Eigen::MatrixXd dense() const override {
    constexpr double most_work = 2e8;
    const double work = static_cast<double>(rows()) * static_cast<double>(inner_->rows());
    if (work * static_cast<double>(cols()) > most_work) return LinearOperator::dense();
    return outer_->dense() * inner_->dense();
  }

  std::shared_ptr<SparseProduct> sparse_product() const override {
    auto product = inner_->sparse_product();
    if (product)
      product->dense = product->dense.size() > 0 ? outer_->dense() * product->dense : outer_->dense();
    return product;
  }

  // With W Wᵀ = w·I and Φ Φᵀ = f·I, (ΦW)(ΦW)ᵀ = f·w·I.
  double tight_frame_constant() const override {
    return outer_->tight_frame_constant() * inner_->tight_frame_constant();
  }

  std::size_t memory_bytes() const override {
    return outer_->memory_bytes() + inner_->memory_bytes() +
           static_cast<std::size_t>(inner_->rows()) * sizeof(float);
  }

 private:
  OperatorPtr outer_, inner_;
};

}  // namespace

OperatorPtr compose(OperatorPtr outer, OperatorPtr inner) {
  if (outer->cols() != inner->rows())
    throw Error("cannot compose an operator on " + std::to_string(outer->cols()) +
                " values with one that gives " + std::to_string(inner->rows()));
  return std::make_shared<CompositeOperator>(std::move(outer), std::move(inner));
}

}  // namespace isr
