// The value of a method's parameter that predicts held-out measurements best: the λ of the lasso and of ridge
// regression, the number of columns of orthogonal matching pursuit.
#pragma once

#include <Eigen/Core>
#include <functional>
#include <string>
#include <vector>

#include "base/cancelled.h"
#include "sensing/folds.h"

namespace isr {

// λ falling in equal ratios: largest · ratio^(i/(count−1)), i = 0 … count−1.
Eigen::VectorXd lambda_path(double largest, double ratio, Eigen::Index count);

// The squared errors of candidate values, the simplest model first, on held-out measurements, for each column
// of y; summed over the folds.
class HeldOutErrors {
 public:
  HeldOutErrors(Eigen::Index candidates, Eigen::Index columns);

  // Candidates are tried in their order. Threads may add for different columns at a time.
  void add(Eigen::Index candidate, Eigen::Index column, double squared_error);

  // The candidate with the least error, the simplest of equals; the last of all where none was tried.
  Eigen::Index best(Eigen::Index column) const;

  // Every column's best has been followed by three candidates that are no better.
  bool settled() const;

 private:
  Eigen::Index tried(Eigen::Index column) const;

  Eigen::MatrixXd errors_;  // candidates × columns; not a number where a candidate was not tried
};

struct CandidateChoice {
  Eigen::Index candidate = 0;
  std::string note;  // how it was chosen, and what to know about it
};

// On one fold: solves on what is kept for candidates 0, 1, … in turn and adds their errors on the rest. May
// end early when they have settled.
using FollowFold = std::function<void(const Fold&, HeldOutErrors&)>;

// One choice for each column of y, over all folds; without folds (one measurement) the last candidate.
// `parameter`, such as "λ", is for the notes. Empty when `cancelled`, polled after each fold, said so.
std::vector<CandidateChoice> choose_by_hold_out(const std::string& parameter, const std::vector<Fold>& folds,
                                                Eigen::Index candidates, Eigen::Index columns,
                                                const FollowFold& follow, const Cancelled& cancelled = {});

}  // namespace isr
