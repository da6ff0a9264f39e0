#include "solver/kept_products.h"

#include <algorithm>
#include <cmath>

namespace isr {

using Eigen::Index;
using Eigen::MatrixXd;
using Eigen::VectorXd;

const MatrixXd& KeptProducts::update(const VectorXd& weights, double s, double share,
                                     const VectorXd& squared_norms) {
  std::vector<Index> grown, shrunk;
  for (Index j = 0; j < weights.size(); ++j) {
    const double change = weights[j] - weights_[j];
    if (std::abs(change) <= share * weights[j] || s * std::abs(change) * squared_norms[j] < 0.5 * share)
      continue;
    (change > 0 ? grown : shrunk).push_back(j);
  }
  // What is subtracted leaves its rounding behind.
  constexpr double smallest_sum = 1e-4;
  const double sum = weights.sum();
  largest_sum_ = std::max(largest_sum_, sum);
  if (2 * (grown.size() + shrunk.size()) > static_cast<std::size_t>(weights.size()) ||
      sum < smallest_sum * largest_sum_) {
    weighted_syrk(x_, weights, products_, workspace_);
    weights_ = weights;
    largest_sum_ = sum;
  } else {
    if (products_.size() == 0) products_ = MatrixXd::Zero(x_.rows(), x_.rows());
    add(grown, weights, 1);
    add(shrunk, weights, -1);
  }
  return products_;
}

void KeptProducts::add(const std::vector<Index>& columns, const VectorXd& weights, double sign) {
  if (columns.empty()) return;
  const auto count = static_cast<Index>(columns.size());
  columns_.resize(x_.rows(), count);
  changes_.resize(count);
  for (Index k = 0; k < count; ++k) {
    const Index j = columns[static_cast<std::size_t>(k)];
    columns_.col(k) = x_.col(j);
    changes_[k] = std::abs(weights[j] - weights_[j]);
    weights_[j] = weights[j];
  }
  weighted_syrk(columns_, changes_, change_, workspace_);
  products_ += sign * change_;
}

}  // namespace isr
