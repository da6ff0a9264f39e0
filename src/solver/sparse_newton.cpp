#include "solver/sparse_newton.h"

#include "base/error.h"
#include "solver/cholesky_newton.h"

namespace isr {
namespace {

using Eigen::Index;
using Eigen::MatrixXd;
using Eigen::VectorXd;

// X D Xᵀ of a product X = A S.
class ProductGram {
 public:
  // Keeps references.
  explicit ProductGram(const PreparedProduct& product)
      : dense_(product.dense), striped_(product.striped), of_atoms_(*product.weighted) {}

  // The lower triangle for D = diag(weights).
  const MatrixXd& compute(const VectorXd& weights, DenseWorkspace& workspace) {
    multiply(striped_, of_atoms_.update(weights), left_);
    symmetric_product(left_, dense_, products_, workspace);
    return products_;
  }

 private:
  const MatrixXd& dense_;
  const StripedMatrix& striped_;
  WeightedProducts of_atoms_;
  MatrixXd left_, products_;
};

class SparseNewton final : public CholeskyNewton {
 public:
  explicit SparseNewton(PreparedProductPtr product)
      : CholeskyNewton(product->basis, product->squared_column_norms),
        product_(std::move(product)),
        gram_(*product_) {}

  Index rows() const override { return product_->dense.rows(); }
  Index cols() const override { return product_->sparse.cols(); }
  void apply(const VectorXd& w, VectorXd& y) const override {
    product_->sparse.multiply(w, picture_);
    multiply(product_->dense, picture_, y);
  }
  void adjoint(const VectorXd& lambda, VectorXd& z) const override {
    multiply_transposed(product_->dense, lambda, picture_);
    product_->sparse.multiply_transposed(picture_, z);
  }

 protected:
  const MatrixXd& products(const VectorXd& slope, double, DenseWorkspace& workspace) override {
    return gram_.compute(slope, workspace);
  }

 private:
  PreparedProductPtr product_;
  ProductGram gram_;
  mutable VectorXd picture_;
};

}  // namespace

PreparedProductPtr prepare_product(SparseProduct product) {
  if (product.dense.size() == 0) return nullptr;
  if (!product.dense.allFinite() || !product.sparse.coeffs().allFinite())
    throw Error("the measurement matrix has entries that are not finite");
  auto prepared = std::make_shared<PreparedProduct>();
  prepared->dense = std::move(product.dense);
  prepared->basis = reduce_to_range(prepared->dense);
  prepared->striped = StripedMatrix(prepared->dense);
  prepared->sparse = ColumnRuns(product.sparse);
  prepared->weighted.emplace(prepared->sparse);
  DenseWorkspace workspace;
  ProductGram gram(*prepared);
  if (!has_independent_rows(gram.compute(VectorXd::Ones(prepared->sparse.cols()), workspace), workspace))
    return nullptr;
  prepared->squared_column_norms = squared_column_norms(prepared->striped, product.sparse);
  return prepared;
}

std::unique_ptr<NewtonSystem> make_sparse_newton(PreparedProductPtr product) {
  return std::make_unique<SparseNewton>(std::move(product));
}

}  // namespace isr
