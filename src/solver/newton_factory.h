// Chooses how the flow does its linear algebra.
#pragma once

#include <cstddef>
#include <memory>
#include <vector>

#include "sensing/linear_operator.h"
#include "solver/dense_newton.h"
#include "solver/newton_system.h"

namespace isr {

// Makes the Newton systems of one operator: by Cholesky factorization on the matrix in double precision when
// that fits, otherwise by conjugate gradients on products alone. Immutable; may be shared between threads.
class NewtonFactory {
 public:
  // The dense method is used while n·p doubles take at most `most_bytes`, and the factorization is affordable
  // (min(n, p) <= 4096). Keeps a reference to `op`.
  explicit NewtonFactory(const LinearOperator& op, std::size_t most_bytes = std::size_t{1} << 29);

  // A system for one thread.
  std::unique_ptr<NewtonSystem> make() const;

  // A system of products alone, whatever the size: for following a path to residuals of 1e-5 and above, where
  // it is many times as fast as factorizations.
  std::unique_ptr<NewtonSystem> make_for_paths() const;

  // The same for some rows of the operator.
  NewtonFactory rows(const std::vector<Index>& kept) const;

  bool is_dense() const { return matrix_ != nullptr; }

 private:
  NewtonFactory() = default;

  std::shared_ptr<const LinearOperator> op_;
  PreparedMatrixPtr matrix_;      // null: matrix-free
  Eigen::VectorXd column_norms_;  // squared; matrix-free only
};

}  // namespace isr
