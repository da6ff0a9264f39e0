// Makes the Newton systems of one operator.
#pragma once

#include <memory>
#include <mutex>

#include "sensing/linear_operator.h"
#include "solver/dense_newton.h"
#include "solver/newton_system.h"
#include "solver/sparse_newton.h"

namespace isr {

// What all columns, depths and threads share: the matrix in double precision and the lengths of its columns,
// made when first needed. Safe to use from several threads.
class NewtonFactory {
 public:
  // Keeps a reference to `op`.
  explicit NewtonFactory(const LinearOperator& op) : op_(op) {}

  // With the squared lengths of its columns, where they are known; about.
  NewtonFactory(const LinearOperator& op, Eigen::VectorXd squared_column_norms) : op_(op) {
    std::call_once(norms_made_, [&] { norms_ = std::move(squared_column_norms); });
  }

  // For residuals down to rounding, to the limit: by Cholesky factorization of a matrix in double precision.
  // For one thread.
  std::unique_ptr<NewtonSystem> exact() const;

  // By products alone, with conjugate gradients: for reading a path down to residuals of 1e-5, where it is
  // many times as fast as factorizations.
  std::unique_ptr<NewtonSystem> by_products() const;

  const Eigen::VectorXd& squared_column_norms() const;

  // Whether a matrix of n × p is small enough for exact().
  static bool serves(Index n, Index p);

 private:
  const LinearOperator& op_;
  mutable std::once_flag matrix_made_, norms_made_;
  mutable PreparedProductPtr product_;  // or else:
  mutable PreparedMatrixPtr matrix_;
  mutable Eigen::VectorXd norms_;
};

}  // namespace isr
