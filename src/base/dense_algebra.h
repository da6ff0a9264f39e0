// Dense linear algebra in double precision, for matrices as Eigen keeps them (column-major). What takes
// quadratic or cubic time here is compiled for each instruction set, and computes on the calling thread: any
// number of threads may call, and a result never depends on what the others do.
//
// Shapes that do not fit throw std::invalid_argument. Results are resized to their shape, which allocates
// nothing when they have it already.
#pragma once

#include <Eigen/Core>
#include <cstddef>
#include <span>

#include "base/aligned_vector.h"

namespace isr {

// Memory that the cubic operations pack their operands into (2 KB a row of each). Grows when needed and is
// kept from call to call; one for each thread.
class DenseWorkspace {
 public:
  double* reserve(Eigen::Index rows, int operands = 1);

 private:
  AlignedVector<double> memory_;
};

// H = X diag(d) Xᵀ, its lower triangle: X is n × p, d p values >= 0, H n × n. Above the diagonal H is left
// with no particular content. H must be another matrix than X.
void weighted_syrk(const Eigen::MatrixXd& x, const Eigen::VectorXd& d, Eigen::MatrixXd& h,
                   DenseWorkspace& workspace);

// H = A Bᵀ, its lower triangle, where that product is symmetric; otherwise like weighted_syrk. A and B: n ×
// p.
void symmetric_product(const Eigen::MatrixXd& a, const Eigen::MatrixXd& b, Eigen::MatrixXd& h,
                       DenseWorkspace& workspace);

// H += X_C diag(changes) X_Cᵀ, its lower triangle: C are columns of X, n × p, each with a change of either
// sign. In single precision the sums of up to 256 products, and the products, are rounded to floats: H is off
// by about 6e-8 of Σ_C |changes_j| ‖X_j‖² at most, in half the time.
enum class SumPrecision { in_double, in_single };
void add_weighted_columns(const Eigen::MatrixXd& x, std::span<const std::size_t> columns,
                          std::span<const double> changes, SumPrecision precision, Eigen::MatrixXd& h,
                          DenseWorkspace& workspace);

// A = L Lᵀ: the lower triangle of A (n × n), which alone is read, becomes L. Above the diagonal A is left
// with no particular content. Returns the number of pivots that are positive (and finite), counted from the
// first: n when A is positive definite; else column k, returned, is the first of which L holds nothing
// useful.
Eigen::Index cholesky(Eigen::MatrixXd& a, DenseWorkspace& workspace);

// b becomes L⁻¹ b, or L⁻ᵀ b; L is the lower triangle of l (n × n), which alone is read.
void solve_lower(const Eigen::MatrixXd& l, Eigen::VectorXd& b);
void solve_lower_transposed(const Eigen::MatrixXd& l, Eigen::VectorXd& b);

// y = X w and g = Xᵀ r. The result must be another vector than the operand.
void multiply(const Eigen::MatrixXd& x, const Eigen::VectorXd& w, Eigen::VectorXd& y);
void multiply_transposed(const Eigen::MatrixXd& x, const Eigen::VectorXd& r, Eigen::VectorXd& g);

}  // namespace isr
