// The lasso's λ and the columns of orthogonal matching pursuit, chosen by what predicts held-out measurements
// best. For dense matrices; see baselines.h for the options.
#pragma once

#include "baselines/baselines.h"

namespace isr {

// A dense problem, shared by all columns of y.
struct DenseProblem {
  const Eigen::MatrixXd& a;      // n × p
  const Eigen::VectorXd& norms;  // the lengths of its columns
};

// λ along the path: largest · ratio^(i/(count−1)), i = 0 … count−1.
Eigen::VectorXd lambda_path(double largest, const BaselineOptions& options);

// The least λ for which w = 0 is the lasso's solution: ‖Aᵀy‖∞ / n (nonnegative: max Aᵀy / n, at least 0).
double largest_lambda(const DenseProblem& problem, const Eigen::VectorXd& y, bool nonnegative);

// One result for each column of y. Empty when `cancelled` said so.
std::vector<BaselineResult> lasso_by_hold_out(const DenseProblem& problem, const Eigen::MatrixXd& y,
                                              const BaselineOptions& options, const Cancelled& cancelled);
std::vector<BaselineResult> omp_by_hold_out(const DenseProblem& problem, const Eigen::MatrixXd& y,
                                            const BaselineOptions& options, const Cancelled& cancelled);

// The same for a column whose λ (options.lambda) or columns (options.omp_columns) are given.
BaselineResult lasso_at(const DenseProblem& problem, const Eigen::VectorXd& y, double lambda,
                        const BaselineOptions& options);
BaselineResult omp_at(const DenseProblem& problem, const Eigen::VectorXd& y, Eigen::Index columns,
                      const BaselineOptions& options);

// "λ by 5-fold hold-out" (folds: 1 for a single part held out, 0 for none), with what to know when the choice
// lies at an end of those tried.
std::string hold_out_note(const std::string& parameter, std::size_t folds, bool at_end);

}  // namespace isr
