#include "solver/kept_products.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace isr {

using Eigen::Index;
using Eigen::MatrixXd;
using Eigen::VectorXd;

// What of the share each of the reasons to be off may take: what is left out, and the rounding of single
// precision, kept and new. The rest is for weights that are kept.
constexpr double share_left_out = 0.25, share_of_rounding = 0.25;

void KeptProducts::Changes::add(Index column, double change) {
  columns.push_back(static_cast<std::size_t>(column));
  changes.push_back(change);
}

void KeptProducts::Changes::clear(Index most) {
  columns.clear();
  changes.clear();
  columns.reserve(static_cast<std::size_t>(most));
  changes.reserve(static_cast<std::size_t>(most));
}

double KeptProducts::Plan::cost() const {
  return static_cast<double>(in_double.columns.size()) + 0.5 * static_cast<double>(in_single.columns.size());
}

void KeptProducts::make(Plan& plan, bool anew, const VectorXd& weights, double s, double share,
                        const VectorXd& squared_norms) const {
  constexpr double unit = 0.5 * static_cast<double>(std::numeric_limits<float>::epsilon());
  const double each = 1 / static_cast<double>(weights.size());
  plan.in_double.clear(weights.size());
  plan.in_single.clear(weights.size());
  plan.rounding = 0;
  for (Index j = 0; j < weights.size(); ++j) {
    const double change = anew ? weights[j] : weights[j] - weights_[j];
    const double size = std::abs(change) * squared_norms[j];
    if (std::abs(change) <= 0.5 * share * weights[j] || s * size < share_left_out * share * each) continue;
    if (s * unit * size <= 0.5 * share_of_rounding * share * each) {
      plan.in_single.add(j, change);
      plan.rounding += unit * size;
    } else {
      plan.in_double.add(j, change);
    }
  }
}

const MatrixXd& KeptProducts::update(const VectorXd& weights, double s, double share,
                                     const VectorXd& squared_norms, DenseWorkspace& workspace) {
  // What is subtracted leaves its rounding behind.
  constexpr double smallest_sum = 1e-4;
  if (products_.size() == 0) clear();
  const double sum = weights.sum();
  make(change_, false, weights, s, share, squared_norms);
  make(anew_, true, weights, s, share, squared_norms);
  if (change_.cost() > anew_.cost() || sum < smallest_sum * largest_sum_ ||
      s * (rounding_ + change_.rounding) > share_of_rounding * share) {
    clear();
    std::swap(change_, anew_);
  }
  take(change_.in_double, SumPrecision::in_double, workspace);
  take(change_.in_single, SumPrecision::in_single, workspace);
  rounding_ += change_.rounding;
  largest_sum_ = std::max(largest_sum_, sum);
  return products_;
}

void KeptProducts::clear() {
  products_.setZero(x_.rows(), x_.rows());
  weights_.setZero(x_.cols());
  largest_sum_ = rounding_ = 0;
}

void KeptProducts::take(const Changes& changes, SumPrecision precision, DenseWorkspace& workspace) {
  if (changes.columns.empty()) return;
  add_weighted_columns(x_, changes.columns, changes.changes, precision, products_, workspace);
  for (std::size_t k = 0; k < changes.columns.size(); ++k)
    weights_[static_cast<Index>(changes.columns[k])] += changes.changes[k];
}

}  // namespace isr
