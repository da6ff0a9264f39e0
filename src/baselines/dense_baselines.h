// Baselines on a matrix in double precision.
#pragma once

#include <optional>

#include "baselines/baselines.h"
#include "baselines/hold_out.h"
#include "baselines/spectral.h"

namespace isr {

class DenseBaselines {
 public:
  // Keeps a reference to the options.
  DenseBaselines(Eigen::MatrixXd a, const BaselineOptions& options);

  // As Baselines::run; the columns of y are shared among the threads. Least squares and ridge use one
  // decomposition of the matrix, made when first needed.
  std::vector<BaselineResult> run(Baseline kind, const Eigen::MatrixXd& y, const Cancelled& cancelled);

  const Eigen::MatrixXd& matrix() const { return a_; }

 private:
  std::vector<CandidateChoice> choose_lambdas(const Eigen::MatrixXd& y, const Cancelled& cancelled) const;
  std::vector<CandidateChoice> choose_omp_columns(const Eigen::MatrixXd& y, const Cancelled& cancelled) const;
  BaselineResult solve(Baseline kind, const Eigen::VectorXd& y, const CandidateChoice* choice) const;
  BaselineResult ridge(const Eigen::VectorXd& y) const;
  BaselineResult nnls(const Eigen::VectorXd& y) const;
  BaselineResult lasso(const Eigen::VectorXd& y, double lambda, const Eigen::VectorXd& path) const;
  BaselineResult omp(const Eigen::VectorXd& y, Index columns) const;
  Eigen::VectorXd lambdas(const Eigen::VectorXd& y) const;

  Eigen::MatrixXd a_;
  Eigen::VectorXd norms_;  // of its columns
  const BaselineOptions& options_;
  std::optional<SpectralFactor> factor_;
};

}  // namespace isr
