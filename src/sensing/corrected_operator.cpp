#include "sensing/corrected_operator.h"

#include "base/scratch.h"
#include "sensing/sparse_product.h"

namespace isr {

CorrectedOperator::CorrectedOperator(OperatorPtr op, Faults faults)
    : op_(std::move(op)), faults_(std::move(faults)) {
  // Of operators that know their columns these are small, or of signs.
  constexpr Index most_entries = Index{1} << 26;
  if (rows() * cols() <= most_entries && op_->known_squared_norms().size() > 0)
    squared_norms_ = dense().colwise().squaredNorm();
}

// Column by column of Q, which are orthonormal: a product takes no memory.
template <class Matrix>
void CorrectedOperator::project(Matrix&& y) const {
  using Scalar = typename std::decay_t<Matrix>::Scalar;
  for (Index k = 0; k < faults_.q.cols(); ++k)
    for (Index b = 0; b < y.cols(); ++b) {
      const double along = faults_.damping(k) * faults_.q.col(k).dot(y.col(b).template cast<double>());
      y.col(b) -= (along * faults_.q.col(k)).template cast<Scalar>();
    }
}

void CorrectedOperator::apply(ConstColumns x, Columns y) const {
  const Index p = op_->cols(), n = rows();
  op_->apply(x.topRows(p), y);
  if (faults_.weights.size() > 0) y.array().colwise() *= faults_.weights.cast<float>().array();
  if (faults_.outliers > 0)
    y += static_cast<float>(faults_.outliers) * (x.middleRows(p, n) - x.middleRows(p + n, n));
  project(y);
}

void CorrectedOperator::adjoint(ConstColumns y, Columns x) const {
  const Index p = op_->cols(), n = rows();
  ScratchMatrix scratch(n, y.cols());
  auto& t = *scratch;
  t = y;
  project(t);
  if (faults_.outliers > 0) {
    x.middleRows(p, n) = static_cast<float>(faults_.outliers) * t;
    x.middleRows(p + n, n) = -x.middleRows(p, n);
  }
  if (faults_.weights.size() > 0) t.array().colwise() *= faults_.weights.cast<float>().array();
  op_->adjoint(t, x.topRows(p));
}

Eigen::MatrixXd CorrectedOperator::dense() const {
  const Index p = op_->cols(), n = rows();
  Eigen::MatrixXd matrix = Eigen::MatrixXd::Zero(n, cols());
  matrix.leftCols(p) = op_->dense();
  if (faults_.weights.size() > 0) matrix.array().colwise() *= faults_.weights.array();
  if (faults_.outliers > 0) {
    matrix.middleCols(p, n).diagonal().setConstant(faults_.outliers);
    matrix.rightCols(n).diagonal().setConstant(-faults_.outliers);
  }
  project(matrix);
  return matrix;
}

std::shared_ptr<SparseProduct> CorrectedOperator::sparse_product() const {
  auto product = faults_.outliers > 0 ? nullptr : op_->sparse_product();
  if (!product || product->dense.size() == 0) return nullptr;
  if (faults_.weights.size() > 0) product->dense.array().colwise() *= faults_.weights.array();
  project(product->dense);
  return product;
}

Eigen::MatrixXd CorrectedOperator::corrected(Eigen::MatrixXd y) const {
  if (faults_.weights.size() > 0) y.array().colwise() *= faults_.weights.array();
  project(y);
  return y;
}

std::size_t CorrectedOperator::memory_bytes() const {
  return op_->memory_bytes() +
         static_cast<std::size_t>(faults_.weights.size() + faults_.q.size()) * sizeof(double);
}

}  // namespace isr
