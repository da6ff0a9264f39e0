#include "baselines/active_set.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "base/dense_algebra.h"

namespace isr {
namespace {

constexpr Index first_round = 8;  // columns that may enter together at the start; doubles while it pays

Eigen::Map<const Eigen::VectorXd> as_vector(const std::vector<double>& values) {
  return {values.data(), static_cast<Index>(values.size())};
}

}  // namespace

ActiveSet::ActiveSet(const Eigen::MatrixXd& a, const Eigen::VectorXd& norms, const Eigen::VectorXd& y,
                     const ActiveSetOptions& options)
    : a_(a),
      norms_(norms),
      y_(y),
      options_(options),
      factor_(a),
      chosen_(static_cast<std::size_t>(a.cols()), 0),
      refused_(chosen_),
      residual_(y),
      gradient_(a.cols()),
      y_norm_(y.norm()) {
  if (options_.max_changes == 0)
    options_.max_changes = static_cast<int>(20 * std::min(a.rows(), a.cols()) + 1000);
  for (Index j = 0; j < a.cols(); ++j) chosen_[static_cast<std::size_t>(j)] = norms(j) == 0;
}

bool ActiveSet::solve(double lambda) {
  penalty_ = lambda * static_cast<double>(a_.rows());
  std::fill(refused_.begin(), refused_.end(), 0);
  descend_on_face();
  Index round = first_round;
  double value = objective();
  for (;;) {
    const std::vector<Index> entering = violators(round);
    if (entering.empty()) return true;
    if (changes_ >= options_.max_changes) return false;
    for (const Index j : entering)
      if (!enter(j)) refused_[static_cast<std::size_t>(j)] = 1;
    descend_on_face();
    const double next = objective();
    if (value - next > 1e-15 * value) {
      round = std::min<Index>(2 * round, 64);
      std::fill(refused_.begin(), refused_.end(), 0);
    } else if (entering.size() == 1) {
      refused_[static_cast<std::size_t>(entering.front())] = 1;
    } else {
      round = 1;
    }
    value = next;
  }
}

// Minimises over the columns P and their signs: R z = Qᵀy − nλ R⁻ᵀ s; goes there as far as signs allow.
void ActiveSet::descend_on_face() {
  while (factor_.size() > 0) {
    Eigen::VectorXd target = factor_.project(y_);
    if (penalty_ > 0) target -= penalty_ * factor_.solve_transposed(as_vector(signs_));
    const Eigen::VectorXd z = factor_.solve(target);
    double step = 1;
    for (std::size_t i = 0; i < values_.size(); ++i) {
      const double goal = z(static_cast<Index>(i));
      if (goal * signs_[i] <= 0) step = std::min(step, values_[i] / (values_[i] - goal));
    }
    bool blocked = false;
    for (std::size_t i = values_.size(); i-- > 0;) {
      const double goal = z(static_cast<Index>(i));
      const bool leaves = goal * signs_[i] <= 0 && values_[i] / (values_[i] - goal) <= step;
      values_[i] += step * (goal - values_[i]);
      if (!leaves) continue;
      blocked = true;
      drop(static_cast<Index>(i));
    }
    if (!blocked) break;
  }
  update_residual();
}

void ActiveSet::drop(Index position) {
  const auto i = static_cast<std::size_t>(position);
  chosen_[static_cast<std::size_t>(factor_.columns()[i])] = 0;
  factor_.remove(position);
  values_.erase(values_.begin() + position);
  signs_.erase(signs_.begin() + position);
}

// The columns outside P that violate optimality most (per unit of their length), at most `count`.
std::vector<Index> ActiveSet::violators(Index count) {
  multiply_transposed(a_, residual_, gradient_);
  const double threshold = options_.tolerance * y_norm_;
  std::vector<std::pair<double, Index>> found;
  for (Index j = 0; j < a_.cols(); ++j) {
    const auto i = static_cast<std::size_t>(j);
    if (chosen_[i] || refused_[i]) continue;
    const double pull = options_.nonnegative ? gradient_(j) : std::abs(gradient_(j));
    const double excess = (pull - penalty_) / norms_(j);
    if (excess > threshold) found.emplace_back(-excess, j);
  }
  const auto kept = std::min<std::size_t>(found.size(), static_cast<std::size_t>(count));
  std::partial_sort(found.begin(), found.begin() + static_cast<std::ptrdiff_t>(kept), found.end());
  std::vector<Index> columns;
  for (std::size_t i = 0; i < kept; ++i)
    if (found[i].first <= 0.5 * found[0].first) columns.push_back(found[i].second);
  return columns;
}

// False when column j depends on P and nothing is to be gained by it.
bool ActiveSet::enter(Index j) {
  const double sign = gradient_(j) < 0 ? -1 : 1;
  double value = 0;
  if (!factor_.append(j)) {
    if (penalty_ == 0 || !pivot(j, sign, value)) return false;
  }
  chosen_[static_cast<std::size_t>(j)] = 1;
  values_.push_back(value);
  signs_.push_back(sign);
  ++changes_;
  return true;
}

// a_j = A_P c. Along w_j += t·sign, w_P −= t·sign·c the residual stays as it is and Σ s_i w_i changes by
// t (1 − sign·Σ s_i c_i) < 0: go to where the first column of P reaches zero, and let j take its place.
bool ActiveSet::pivot(Index j, double sign, double& value) {
  const Eigen::VectorXd c = factor_.solve(factor_.project(a_.col(j)));
  double step = std::numeric_limits<double>::infinity();
  Index leaving = -1;
  for (Index i = 0; i < factor_.size(); ++i) {
    const auto at = static_cast<std::size_t>(i);
    const double slope = signs_[at] * sign * c(i);  // the rate at which |w_i| falls
    if (slope > 1e-12 && std::abs(values_[at]) < step * slope) {
      step = std::abs(values_[at]) / slope;
      leaving = i;
    }
  }
  if (leaving < 0) return false;
  for (Index i = 0; i < factor_.size(); ++i) values_[static_cast<std::size_t>(i)] -= step * sign * c(i);
  drop(leaving);
  value = step * sign;
  return factor_.append(j);
}

void ActiveSet::update_residual() {
  residual_ = y_;
  if (factor_.size() > 0) residual_ -= factor_.expand(factor_.times(as_vector(values_)));
}

double ActiveSet::objective() const {
  return 0.5 * residual_.squaredNorm() + penalty_ * as_vector(values_).lpNorm<1>();
}

Eigen::VectorXd ActiveSet::w() const {
  Eigen::VectorXd full = Eigen::VectorXd::Zero(a_.cols());
  for (std::size_t i = 0; i < values_.size(); ++i) full(factor_.columns()[i]) = values_[i];
  return full;
}

}  // namespace isr
