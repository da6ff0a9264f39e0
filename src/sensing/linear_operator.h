// A measurement operator, seen by the solvers as a few functions; none of them asks for a matrix.
#pragma once

#include <Eigen/Core>
#include <memory>
#include <string>

#include "base/api.h"

namespace isr {

struct SparseProduct;

// How many vectors a product takes at once with profit: from `least` to `most`.
struct Together {
  Eigen::Index least = 1, most = 1;
};

using Index = Eigen::Index;
using ConstColumns = Eigen::Ref<const Eigen::MatrixXf>;  // each column is one vector (one problem)
using Columns = Eigen::Ref<Eigen::MatrixXf>;

// A : R^cols -> R^rows, acting on many columns at once. Implementations are immutable once made and safe to
// call from several threads; sizes are checked by assertion only.
class ISR_API LinearOperator {
 public:
  virtual ~LinearOperator() = default;

  virtual Index rows() const = 0;  // n, the number of measurements
  virtual Index cols() const = 0;  // p, the number of unknowns

  // y = A x.  x: cols × B, y: rows × B.
  virtual void apply(ConstColumns x, Columns y) const = 0;

  // x = Aᵀ y.  y: rows × B, x: cols × B.
  virtual void adjoint(ConstColumns y, Columns x) const = 0;

  // r = A w − y and g = Aᵀ r in one call, so that a dense operator reads its matrix once.
  // w, g: cols × B; y, r: rows × B. The default calls apply, then adjoint.
  virtual void residual_and_gradient(ConstColumns w, ConstColumns y, Columns r, Columns g) const;

  // The matrix itself, rows × cols, in double precision. The default applies A, or Aᵀ where it has fewer
  // columns, to the identity: only for operators small enough to be stored.
  virtual Eigen::MatrixXd dense() const;

  // The matrix as a dense one times a sparse one, where that is much less work than the matrix itself (see
  // sparse_product.h); otherwise nothing, the default.
  virtual std::shared_ptr<SparseProduct> sparse_product() const { return nullptr; }

  // c if A Aᵀ = c·I exactly (orthonormal rows: c = 1), otherwise 0. Solvers use it to skip work.
  virtual double tight_frame_constant() const { return 0; }

  // ‖A_j‖² of every column where the operator knows them without products; otherwise empty.
  virtual Eigen::VectorXd known_squared_norms() const { return {}; }

  // With fewer vectors than `least` a product costs as much as with each alone, and beyond `most` nothing
  // more is gained. A vector's product is the same, to the bit, alone and in any company.
  virtual Together vectors_together() const { return {}; }

  // Bytes that the operator keeps while it lives, scratch included; for the memory estimate.
  virtual std::size_t memory_bytes() const = 0;
};

using OperatorPtr = std::shared_ptr<const LinearOperator>;

// The largest eigenvalue of AᵀA, by power iteration from a fixed start, to a relative accuracy of about
// `tolerance`; never an overestimate. `iterations` bounds the work.
ISR_API double squared_norm_estimate(const LinearOperator& op, double tolerance = 1e-3, int iterations = 200);

// ‖A‖_F²/columns, the mean squared length of a column; without a closed form an estimate from one vector of
// random signs.
double mean_squared_column(const LinearOperator& op);

}  // namespace isr
