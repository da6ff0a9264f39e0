// An orthogonal factorisation of a growing and shrinking set of columns: what active-set methods work with.
#pragma once

#include <Eigen/Core>
#include <vector>

namespace isr {

using Eigen::Index;

// A_P = Q R for the chosen columns P of a matrix A (n × p), Q with orthonormal columns, R upper triangular.
// A column is appended by Gram–Schmidt, done twice, and removed by Givens rotations: O(n·|P|) each. Keeps a
// reference to A.
class ColumnFactor {
 public:
  explicit ColumnFactor(const Eigen::MatrixXd& a) : a_(a) {}

  Index size() const { return static_cast<Index>(chosen_.size()); }
  const std::vector<Index>& columns() const { return chosen_; }  // P, in the order of R

  // Appends column j of A, unless it depends on P: then returns false, and nothing changes. Dependent: its
  // part orthogonal to P is shorter than 1e-9 of itself.
  bool append(Index j);

  // Removes the column at this position of columns(); those after it move up.
  void remove(Index position);

  Eigen::VectorXd project(const Eigen::VectorXd& y) const;           // Qᵀy
  Eigen::VectorXd expand(const Eigen::VectorXd& d) const;            // Q d
  Eigen::VectorXd times(const Eigen::VectorXd& w) const;             // R w: A_P w = Q (R w)
  Eigen::VectorXd solve(const Eigen::VectorXd& d) const;             // R⁻¹ d
  Eigen::VectorXd solve_transposed(const Eigen::VectorXd& d) const;  // R⁻ᵀ d
  auto last_direction() const { return q_.col(size() - 1); }         // the newest column of Q

 private:
  void reserve(Index columns);

  const Eigen::MatrixXd& a_;
  std::vector<Index> chosen_;
  Eigen::MatrixXd q_;  // n × capacity
  Eigen::MatrixXd r_;  // capacity × capacity
};

}  // namespace isr
