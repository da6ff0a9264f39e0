// Newton systems of the gradient flow by conjugate gradients: for operators too large for a matrix.
#pragma once

#include <memory>

#include "sensing/linear_operator.h"
#include "solver/newton_system.h"

namespace isr {

struct MatrixFreeOptions {
  int most_iterations = 500;  // conjugate-gradient iterations per solve; the step is then used as it is
};

// Solves (I + s·X D Xᵀ) d = −(pull + s·residual) by Woodbury in the space of w:
//     (I + s·D^½ XᵀX D^½) x = −D^½ (z_pull + s·Xᵀresidual),   dz = D^(−½) x,   d = −pull − s·(residual + X D
//     dz),
// with conjugate gradients preconditioned by the diagonal 1 + s·D_j‖X_j‖². Where w is sparse, D is too, and a
// few iterations suffice. Vectors are in double precision; the operator works in single, so residuals end
// near 1e-7. `op` must outlive the system; column_norms (squared, p) as from squared_column_norms.
std::unique_ptr<NewtonSystem> make_matrix_free_newton(const LinearOperator& op, Eigen::VectorXd column_norms,
                                                      const MatrixFreeOptions& options = {});

// ‖X_j‖² for every column: exactly where the operator knows them, or has at most 2^24 entries and 4096
// columns or rows; otherwise estimated from 64 random sign vectors e, as the mean of (Xᵀe)_j² (Hutchinson),
// which a preconditioner does not mind.
Eigen::VectorXd squared_column_norms(const LinearOperator& op);

}  // namespace isr
