// X D Xᵀ, kept from one D to the next, and only as near to it as Newton's method needs.
#pragma once

#include <Eigen/Core>
#include <cstddef>
#include <vector>

#include "base/dense_algebra.h"

namespace isr {

// Where weights change by orders of magnitude at a few columns only, these alone are added; and in single
// precision where its rounding does not matter beside the identity.
class KeptProducts {
 public:
  // Keeps a reference to X, n × p.
  explicit KeptProducts(const Eigen::MatrixXd& x) : x_(x) {}

  // Brings it to D = diag(weights), weights >= 0, s > 0, as near as this: I + s·X D Xᵀ is off by no more than
  // this share of itself (as quadratic forms), to which weights add that are off by so much, what is small
  // beside the identity, and the rounding of single precision. 0: to D itself, in double precision.
  // squared_norms: ‖X_j‖². Returns the lower triangle.
  const Eigen::MatrixXd& update(const Eigen::VectorXd& weights, double s, double share,
                                const Eigen::VectorXd& squared_norms, DenseWorkspace& workspace);

 private:
  // Columns whose weights change.
  struct Changes {
    std::vector<std::size_t> columns;
    std::vector<double> changes;
    void add(Eigen::Index column, double change);
    void clear(Eigen::Index most);
  };
  struct Plan {
    Changes in_double, in_single;
    double rounding = 0;  // of single precision, in X D Xᵀ
    double cost() const;
  };

  // From the weights kept, or from none.
  void make(Plan& plan, bool anew, const Eigen::VectorXd& weights, double s, double share,
            const Eigen::VectorXd& squared_norms) const;
  void take(const Changes& changes, SumPrecision precision, DenseWorkspace& workspace);
  void clear();

  const Eigen::MatrixXd& x_;
  Eigen::MatrixXd products_;  // lower triangle
  Eigen::VectorXd weights_;   // D of products_
  double largest_sum_ = 0, rounding_ = 0;
  Plan change_, anew_;  // kept for their memory
};

}  // namespace isr
