// Nonnegative least squares and the lasso, solved exactly by an active-set method.
#pragma once

#include <Eigen/Core>
#include <vector>

#include "baselines/column_factor.h"

namespace isr {

struct ActiveSetOptions {
  bool nonnegative = false;  // w >= 0

  // Optimality: no column outside the support has (|a_jᵀr| − n·λ) > tolerance · ‖a_j‖ · ‖y‖, r = y − Aw
  // (nonnegative: a_jᵀr for |a_jᵀr|). On the support the stationarity equations are solved to rounding.
  double tolerance = 1e-10;

  int max_changes = 0;  // columns that may enter, in all; 0: 20 · min(n, p) + 1000
};

// Minimises (1/2n) ‖Aw − y‖² + λ ‖w‖₁, signed or with w >= 0, for a dense A (n × p, p ≫ n allowed) and one
// y; with w >= 0 and λ = 0 it is nonnegative least squares. The support P carries an updated factorisation
// (ColumnFactor). As Lawson and Hanson (Solving Least Squares Problems, 1974, chapter 23): move toward the
// minimiser over P and the present signs, dropping columns whose sign would change; then let columns enter
// that violate optimality. Several may enter at once; a round that gains nothing is repeated with one, which
// makes the method finite. A column that depends on P enters by a pivot along the null direction, on which
// ‖w‖₁ falls until another column leaves. A second solve starts at the first one's solution.
class ActiveSet {
 public:
  // Keeps references to both. norms: the lengths of the columns of A.
  ActiveSet(const Eigen::MatrixXd& a, const Eigen::VectorXd& norms, const Eigen::VectorXd& y,
            const ActiveSetOptions& options = {});

  // Solves for this λ >= 0 (a λ of 0 needs `nonnegative`). False when max_changes was used up; w is then the
  // best found.
  bool solve(double lambda);

  Eigen::VectorXd w() const;  // p
  Index support() const { return factor_.size(); }
  int changes() const { return changes_; }                       // columns entered so far
  const Eigen::VectorXd& residual() const { return residual_; }  // y − Aw

 private:
  void descend_on_face();
  void drop(Index position);
  std::vector<Index> violators(Index count);
  bool enter(Index j);
  bool pivot(Index j, double sign, double& value);
  void update_residual();
  double objective() const;

  const Eigen::MatrixXd& a_;
  const Eigen::VectorXd& norms_;
  const Eigen::VectorXd& y_;
  ActiveSetOptions options_;
  double penalty_ = 0;  // n·λ
  ColumnFactor factor_;
  std::vector<double> values_, signs_;  // w and its signs, in the order of factor_.columns()
  std::vector<char> chosen_, refused_;  // p: in P; useless until progress is made
  Eigen::VectorXd residual_, gradient_;
  double y_norm_ = 0;
  int changes_ = 0;
};

}  // namespace isr
