#include "baselines/dense_baselines.h"

#include <algorithm>
#include <atomic>

#include "base/dense_algebra.h"
#include "base/parallel.h"
#include "baselines/active_set.h"
#include "baselines/omp.h"

namespace isr {
namespace {

// The matrix of one fold.
struct FoldMatrix {
  Eigen::MatrixXd kept, held_out;
  Eigen::VectorXd norms;  // of kept's columns

  FoldMatrix(const Eigen::MatrixXd& a, const Fold& fold)
      : kept(a(fold.kept, Eigen::all)),
        held_out(a(fold.held_out, Eigen::all)),
        norms(kept.colwise().norm()) {}
};

}  // namespace

DenseBaselines::DenseBaselines(Eigen::MatrixXd a, const BaselineOptions& options)
    : a_(std::move(a)), norms_(a_.colwise().norm()), options_(options) {}

std::vector<BaselineResult> DenseBaselines::run(Baseline kind, const Eigen::MatrixXd& y,
                                                const Cancelled& cancelled) {
  std::vector<CandidateChoice> chosen;  // for each column; empty where nothing is chosen
  if (kind == Baseline::lasso && options_.lambda == 0) chosen = choose_lambdas(y, cancelled);
  if (kind == Baseline::omp && options_.omp_columns == 0) chosen = choose_omp_columns(y, cancelled);
  if (cancelled && cancelled()) return {};
  if ((kind == Baseline::least_squares || kind == Baseline::ridge) && !factor_) factor_.emplace(a_);

  std::vector<BaselineResult> results(static_cast<std::size_t>(y.cols()));
  std::atomic<bool> stopped{false};
  parallel_for(results.size(), [&](std::size_t b) {
    if (stopped || (cancelled && cancelled()))
      stopped = true;
    else
      results[b] = solve(kind, y.col(static_cast<Index>(b)), chosen.empty() ? nullptr : &chosen[b]);
  });
  if (stopped) results.clear();
  return results;
}

BaselineResult DenseBaselines::solve(Baseline kind, const Eigen::VectorXd& y,
                                     const CandidateChoice* choice) const {
  BaselineResult result;
  switch (kind) {
    case Baseline::least_squares:
      result.w = factor_->least_squares(y);
      break;
    case Baseline::ridge:
      result = ridge(y);
      break;
    case Baseline::nnls:
      result = nnls(y);
      break;
    case Baseline::lasso: {
      const Eigen::VectorXd path = lambdas(y);
      result = lasso(y, choice ? path(choice->candidate) : options_.lambda, path);
      break;
    }
    case Baseline::omp:
      result = omp(y, choice ? choice->candidate : options_.omp_columns);
      break;
  }
  if (choice) result.note = choice->note;
  return result;
}

BaselineResult DenseBaselines::ridge(const Eigen::VectorXd& y) const {
  BaselineResult result;
  result.lambda = options_.lambda;
  if (result.lambda == 0) {
    const SpectralFactor::Choice choice = factor_->choose_ridge(y);
    result.lambda = choice.lambda;
    result.note = choice.at_lower_end ? "λ by generalised cross-validation: the least tried, practically none"
                  : choice.at_upper_end ? "λ by generalised cross-validation: the largest tried, w is near 0"
                                        : "λ by generalised cross-validation";
  }
  result.w = factor_->ridge(y, result.lambda);
  return result;
}

BaselineResult DenseBaselines::nnls(const Eigen::VectorXd& y) const {
  ActiveSetOptions settings;
  settings.nonnegative = true;
  ActiveSet solver(a_, norms_, y, settings);
  BaselineResult result;
  result.converged = solver.solve(0);
  result.w = solver.w();
  result.iterations = solver.changes();
  return result;
}

// Along the path down to λ: warm starts make the whole of it cheap.
BaselineResult DenseBaselines::lasso(const Eigen::VectorXd& y, double lambda,
                                     const Eigen::VectorXd& path) const {
  ActiveSet solver(a_, norms_, y, {options_.nonnegative});
  for (const double step : path)
    if (step > lambda) solver.solve(step);
  BaselineResult result;
  result.lambda = lambda;
  result.converged = solver.solve(lambda);
  result.w = solver.w();
  result.iterations = solver.changes();
  return result;
}

BaselineResult DenseBaselines::omp(const Eigen::VectorXd& y, Index columns) const {
  const OmpResult pursuit = isr::omp(a_, norms_, y, {columns, options_.omp_residual});
  BaselineResult result;
  result.w = pursuit.w(a_.cols());
  result.iterations = static_cast<int>(pursuit.support.size());
  return result;
}

// The path of λ for these measurements, from the least for which w = 0 is the lasso's solution: ‖Aᵀy‖∞ / n
// (nonnegative: max Aᵀy / n, at least 0).
Eigen::VectorXd DenseBaselines::lambdas(const Eigen::VectorXd& y) const {
  Eigen::VectorXd pull;
  multiply_transposed(a_, y, pull);
  const double largest =
      options_.nonnegative ? std::max(0.0, pull.maxCoeff()) : pull.lpNorm<Eigen::Infinity>();
  return lambda_path(largest / static_cast<double>(y.size()), options_.lambda_ratio, options_.lambdas);
}

std::vector<CandidateChoice> DenseBaselines::choose_lambdas(const Eigen::MatrixXd& y,
                                                            const Cancelled& cancelled) const {
  const auto follow = [&](const Fold& fold, HeldOutErrors& errors) {
    const FoldMatrix matrix(a_, fold);
    parallel_for(static_cast<std::size_t>(y.cols()), [&](std::size_t b) {
      if (cancelled && cancelled()) return;
      const auto column = static_cast<Index>(b);
      const Eigen::VectorXd path = lambdas(y.col(column)), kept = y(fold.kept, column);
      ActiveSet solver(matrix.kept, matrix.norms, kept, {options_.nonnegative});
      for (Index i = 0; i < path.size(); ++i) {
        solver.solve(path(i));
        errors.add(i, column, (matrix.held_out * solver.w() - y(fold.held_out, column)).squaredNorm());
      }
    });
  };
  return choose_by_hold_out("λ", make_folds(y.rows(), options_.folds, options_.seed), options_.lambdas,
                            y.cols(), follow, cancelled);
}

// Candidate k is k columns. A pursuit that ends early stays at its last error.
std::vector<CandidateChoice> DenseBaselines::choose_omp_columns(const Eigen::MatrixXd& y,
                                                                const Cancelled& cancelled) const {
  const auto folds = make_folds(y.rows(), options_.folds, options_.seed);
  Index most = std::min(a_.rows(), a_.cols());
  for (const Fold& fold : folds) most = std::min(most, static_cast<Index>(fold.kept.size()));
  const auto follow = [&](const Fold& fold, HeldOutErrors& errors) {
    const FoldMatrix matrix(a_, fold);
    parallel_for(static_cast<std::size_t>(y.cols()), [&](std::size_t b) {
      if (cancelled && cancelled()) return;
      const auto column = static_cast<Index>(b);
      const Eigen::VectorXd kept = y(fold.kept, column), held_out = y(fold.held_out, column);
      double error = held_out.squaredNorm();
      Index count = 0;
      errors.add(count++, column, error);
      isr::omp(matrix.kept, matrix.norms, kept, {most, options_.omp_residual},
               [&](const auto& support, const auto& values) {
                 error = (matrix.held_out(Eigen::all, support) * values - held_out).squaredNorm();
                 errors.add(count++, column, error);
                 return true;
               });
      while (count <= most) errors.add(count++, column, error);
    });
  };
  return choose_by_hold_out("columns", folds, most + 1, y.cols(), follow, cancelled);
}

}  // namespace isr
