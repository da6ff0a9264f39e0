#include "solver/newton_factory.h"

#include <algorithm>

#include "solver/matrix_free_newton.h"

namespace isr {

std::unique_ptr<NewtonSystem> NewtonFactory::exact() const {
  std::call_once(matrix_made_, [&] {
    if (const auto product = op_.sparse_product()) product_ = prepare_product(std::move(*product));
    if (!product_) matrix_ = std::make_shared<PreparedMatrix>(op_);
  });
  return product_ ? make_sparse_newton(product_) : make_dense_newton(matrix_);
}

std::unique_ptr<NewtonSystem> NewtonFactory::by_products() const {
  return make_matrix_free_newton(op_, squared_column_norms());
}

const Eigen::VectorXd& NewtonFactory::squared_column_norms() const {
  std::call_once(norms_made_, [&] { norms_ = isr::squared_column_norms(op_); });
  return norms_;
}

bool NewtonFactory::serves(Index n, Index p) {
  constexpr Index largest_factorization = 4096;
  constexpr double most_entries = 1 << 26;
  return std::min(n, p) <= largest_factorization &&
         static_cast<double>(n) * static_cast<double>(p) <= most_entries;
}

}  // namespace isr
