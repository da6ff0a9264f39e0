#include "sensing/scaled_columns.h"

#include "base/chunks.h"
#include "base/scratch.h"
#include "sensing/sparse_product.h"

namespace isr {
namespace {

// out = factor · s∘in, column by column; an empty s is all 1. `out` may be `in`.
void multiply_rows(ConstColumns in, const Eigen::VectorXf& s, float factor, Columns out) {
  for (Index b = 0; b < in.cols(); ++b)
    for_chunks(static_cast<std::size_t>(in.rows()), [&](std::size_t begin, std::size_t end) {
      const auto first = static_cast<Index>(begin), count = static_cast<Index>(end - begin);
      const auto from = in.col(b).segment(first, count).array();
      auto to = out.col(b).segment(first, count).array();
      if (s.size() > 0)
        to = factor * (s.segment(first, count).array() * from);
      else
        to = factor * from;
    });
}

}  // namespace

void ScaledColumns::apply(ConstColumns x, Columns y) const {
  if (s_.size() > 0) {
    ScratchMatrix scaled(x.rows(), x.cols());
    multiply_rows(x, s_, 1, *scaled);
    op_.apply(*scaled, y);
  } else {
    op_.apply(x, y);
  }
  if (factor_ != 1) y *= static_cast<float>(factor_);
}

void ScaledColumns::adjoint(ConstColumns y, Columns x) const {
  op_.adjoint(y, x);
  multiply_rows(x, s_, static_cast<float>(factor_), x);
}

void ScaledColumns::residual_and_gradient(ConstColumns w, ConstColumns y, Columns r, Columns g) const {
  if (factor_ != 1) return LinearOperator::residual_and_gradient(w, y, r, g);
  ScratchMatrix scaled(w.rows(), w.cols());
  multiply_rows(w, s_, 1, *scaled);
  op_.residual_and_gradient(*scaled, y, r, g);
  multiply_rows(g, s_, 1, g);
}

Eigen::MatrixXd ScaledColumns::dense() const {
  Eigen::MatrixXd matrix = op_.dense();
  if (s_.size() > 0) matrix *= s_.cast<double>().asDiagonal();
  if (factor_ != 1) matrix *= factor_;
  return matrix;
}

std::shared_ptr<SparseProduct> ScaledColumns::sparse_product() const {
  auto product = op_.sparse_product();
  if (!product) return product;
  for (Index j = 0; j < cols(); ++j)
    product->sparse.col(j) *= factor_ * (s_.size() > 0 ? static_cast<double>(s_[j]) : 1);
  return product;
}

Eigen::VectorXd ScaledColumns::known_squared_norms() const {
  Eigen::VectorXd squares = factor_ * factor_ * op_.known_squared_norms();
  if (s_.size() > 0 && squares.size() > 0) squares.array() *= s_.cast<double>().array().square();
  return squares;
}

}  // namespace isr
