// The units in which a solver works, so that its numbers are near 1 whatever the user's units are.
#pragma once

#include <Eigen/Core>

#include "sensing/linear_operator.h"

namespace isr {

// With  X' = κ·X·diag(s),  y' = (κ/μ)·y,  w = μ·s∘w':   X'w' = y'  is  Xw = y. The network's weights start
// and grow in w'. Nothing given: w' = w, the user's own units.
struct Scaling {
  Eigen::VectorXf columns;        // s > 0, p values; larger: expected larger, found earlier. Empty: all 1
  double matrix = 1;              // κ > 0
  double weights = 1;             // μ > 0
  Eigen::VectorXf squared_norms;  // ‖κ·X_j‖², about, for preconditioners; p values. Empty: all 1

  bool scales_operator() const { return columns.size() > 0 || matrix != 1; }
  bool same_system(const Scaling& other) const {  // the same X' of one X
    return matrix == other.matrix && columns.size() == other.columns.size() && columns == other.columns;
  }
  // X'. Keeps a reference to x.
  OperatorPtr system(const LinearOperator& x) const;
  Eigen::MatrixXd measurements(const Eigen::Ref<const Eigen::MatrixXd>& y) const {  // y'
    return (matrix / weights) * y;
  }
  void to_user(Eigen::MatrixXd& w) const;    // w' becomes w
  void from_user(Eigen::MatrixXd& w) const;  // and back
  // X'w' − y' for w and y in the user's units, by products with x; n × columns.
  Eigen::MatrixXd residual(const LinearOperator& x, const Eigen::MatrixXd& w,
                           const Eigen::Ref<const Eigen::MatrixXd>& y) const;
  Eigen::VectorXf scaled_squared_norms() const;  // ‖X'_j‖², about; empty: all 1
};

}  // namespace isr
