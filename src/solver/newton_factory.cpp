#include "solver/newton_factory.h"

#include <algorithm>

#include "sensing/row_subset.h"
#include "solver/matrix_free_newton.h"

namespace isr {
namespace {

constexpr Index largest_factorization = 4096;

// Refers to an operator without owning it.
std::shared_ptr<const LinearOperator> borrowed(const LinearOperator& op) {
  return {std::shared_ptr<const LinearOperator>(), &op};
}

// These rows of X, which the prepared matrix may hold reduced to its row space.
Eigen::MatrixXd rows_of(const PreparedMatrix& prepared, const std::vector<Index>& rows) {
  if (prepared.basis().size() == 0) return prepared.matrix()(rows, Eigen::all);
  return prepared.basis()(rows, Eigen::all) * prepared.matrix();
}

}  // namespace

NewtonFactory::NewtonFactory(const LinearOperator& op, std::size_t most_bytes) : op_(borrowed(op)) {
  const double bytes = 8.0 * static_cast<double>(op.rows()) * static_cast<double>(op.cols());
  if (bytes <= static_cast<double>(most_bytes) && std::min(op.rows(), op.cols()) <= largest_factorization)
    matrix_ = std::make_shared<PreparedMatrix>(op);
  column_norms_ = squared_column_norms(op);
}

std::unique_ptr<NewtonSystem> NewtonFactory::make() const {
  return matrix_ ? make_dense_newton(matrix_) : make_matrix_free_newton(*op_, column_norms_);
}

std::unique_ptr<NewtonSystem> NewtonFactory::make_for_paths() const {
  return make_matrix_free_newton(*op_, column_norms_);
}

NewtonFactory NewtonFactory::rows(const std::vector<Index>& kept) const {
  NewtonFactory factory;
  factory.op_ = std::make_shared<RowSubset>(*op_, kept);
  if (matrix_) factory.matrix_ = std::make_shared<PreparedMatrix>(rows_of(*matrix_, kept));
  // The columns' norms shrink alike.
  factory.column_norms_ =
      column_norms_ * (static_cast<double>(kept.size()) / static_cast<double>(op_->rows()));
  return factory;
}

}  // namespace isr
