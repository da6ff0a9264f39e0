// Newton systems of the gradient flow by Cholesky factorization, for a matrix that is a dense one times a
// sparse one: measurements of a picture's pixels, and a dictionary of small atoms.
#pragma once

#include <memory>
#include <optional>

#include "base/column_runs.h"
#include "sensing/sparse_product.h"
#include "solver/newton_system.h"

namespace isr {

// X = A S, made once and shared by all columns, depths and threads; A reduced to QᵀA of full row rank (see
// PreparedMatrix). Immutable.
struct PreparedProduct {
  Eigen::MatrixXd dense, basis;  // QᵀA, rank × m; Q, n × rank, empty where A has full row rank
  StripedMatrix striped;         // QᵀA again
  ColumnRuns sparse;             // S, m × p
  std::optional<WeightedProducts> weighted;  // S D Sᵀ for no weights yet: who asks for some takes a copy
  Eigen::VectorXd squared_column_norms;
};

using PreparedProductPtr = std::shared_ptr<const PreparedProduct>;

// Nothing where the rows of QᵀA S are not independent beyond doubt: S has not the rank of A. Throws Error
// where an entry is not finite.
PreparedProductPtr prepare_product(SparseProduct product);

// Factors I + s·A (S D Sᵀ) Aᵀ: n²m/2 + n·nonzeros(S D Sᵀ) multiplications for the n²p/2 of X itself.
std::unique_ptr<NewtonSystem> make_sparse_newton(PreparedProductPtr product);

}  // namespace isr
