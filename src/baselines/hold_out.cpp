#include "baselines/hold_out.h"

#include <cmath>
#include <limits>

namespace isr {

using Eigen::Index;

Eigen::VectorXd lambda_path(double largest, double ratio, Index count) {
  return Eigen::VectorXd::NullaryExpr(count, [&](Index i) {
    return largest * std::pow(ratio, static_cast<double>(i) / static_cast<double>(count - 1));
  });
}

HeldOutErrors::HeldOutErrors(Index candidates, Index columns)
    : errors_(Eigen::MatrixXd::Constant(candidates, columns, std::numeric_limits<double>::quiet_NaN())) {}

void HeldOutErrors::add(Index candidate, Index column, double squared_error) {
  double& sum = errors_(candidate, column);
  sum = std::isnan(sum) ? squared_error : sum + squared_error;
}

Index HeldOutErrors::tried(Index column) const {
  Index count = 0;
  while (count < errors_.rows() && !std::isnan(errors_(count, column))) ++count;
  return count;
}

Index HeldOutErrors::best(Index column) const {
  Index best = errors_.rows() - 1;
  if (const Index count = tried(column); count > 0) errors_.col(column).head(count).minCoeff(&best);
  return best;
}

bool HeldOutErrors::settled() const {
  constexpr Index enough = 3;
  for (Index column = 0; column < errors_.cols(); ++column)
    if (tried(column) <= best(column) + enough) return false;
  return true;
}

std::vector<CandidateChoice> choose_by_hold_out(const std::string& parameter, const std::vector<Fold>& folds,
                                                Index candidates, Index columns, const FollowFold& follow,
                                                const Cancelled& cancelled) {
  HeldOutErrors errors(candidates, columns);
  for (const Fold& fold : folds) {
    follow(fold, errors);
    if (cancelled && cancelled()) return {};
  }
  std::string how = "one measurement: nothing to hold out";
  if (folds.size() == 1) how = parameter + " by hold-out";
  if (folds.size() > 1) how = parameter + " by " + std::to_string(folds.size()) + "-fold hold-out";
  std::vector<CandidateChoice> choices;
  for (Index column = 0; column < columns; ++column) {
    const Index best = errors.best(column);
    const bool at_end = !folds.empty() && best == candidates - 1;
    choices.push_back({best, at_end ? how + "; the best is the last one tried" : how});
  }
  return choices;
}

}  // namespace isr
