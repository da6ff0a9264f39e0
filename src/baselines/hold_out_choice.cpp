#include "baselines/hold_out_choice.h"

#include <atomic>
#include <cmath>

#include "base/parallel.h"
#include "baselines/active_set.h"
#include "baselines/omp.h"
#include "sensing/folds.h"

namespace isr {
namespace {

// The matrices of one fold.
struct FoldMatrices {
  Eigen::MatrixXd kept, held_out;
  Eigen::VectorXd norms;  // of kept's columns

  FoldMatrices(const Eigen::MatrixXd& a, const Fold& fold)
      : kept(a(fold.kept, Eigen::all)),
        held_out(a(fold.held_out, Eigen::all)),
        norms(kept.colwise().norm()) {}
};

// Squared held-out errors of one column of y for the candidates, from this fold.
using FoldErrors = std::function<Eigen::VectorXd(const FoldMatrices&, const Eigen::VectorXd& kept,
                                                 const Eigen::VectorXd& held_out, Index column)>;

// Sums them over the folds: candidates × B. One fold's matrices exist at a time.
Eigen::MatrixXd hold_out_errors(const Eigen::MatrixXd& a, const Eigen::MatrixXd& y, Index candidates,
                                const std::vector<Fold>& folds, const Cancelled& cancelled,
                                const FoldErrors& errors) {
  Eigen::MatrixXd total = Eigen::MatrixXd::Zero(candidates, y.cols());
  for (const Fold& fold : folds) {
    const FoldMatrices matrices(a, fold);
    parallel_for(static_cast<std::size_t>(y.cols()), [&](std::size_t b) {
      if (cancelled && cancelled()) return;
      const auto column = static_cast<Index>(b);
      total.col(column) += errors(matrices, y(fold.kept, column), y(fold.held_out, column), column);
    });
  }
  return total;
}

Eigen::VectorXd path_errors(const FoldMatrices& fold, const Eigen::VectorXd& kept,
                            const Eigen::VectorXd& held_out, const Eigen::VectorXd& lambdas,
                            bool nonnegative) {
  Eigen::VectorXd errors(lambdas.size());
  ActiveSet lasso(fold.kept, fold.norms, kept, {nonnegative});
  for (Index i = 0; i < lambdas.size(); ++i) {
    lasso.solve(lambdas(i));
    errors(i) = (fold.held_out * lasso.w() - held_out).squaredNorm();
  }
  return errors;
}

// By the number of columns, 0 … most; a pursuit that ends early keeps its last error.
Eigen::VectorXd pursuit_errors(const FoldMatrices& fold, const Eigen::VectorXd& kept,
                               const Eigen::VectorXd& held_out, Index most, double residual) {
  Eigen::VectorXd errors = Eigen::VectorXd::Constant(most + 1, held_out.squaredNorm());
  omp(fold.kept, fold.norms, kept, {most, residual}, [&](const auto& support, const auto& values) {
    const auto count = static_cast<Index>(support.size());
    const double error = (fold.held_out(Eigen::all, support) * values - held_out).squaredNorm();
    errors.tail(most + 1 - count).setConstant(error);
    return true;
  });
  return errors;
}

template <typename Solve>
std::vector<BaselineResult> for_each_column(Index columns, const Cancelled& cancelled, const Solve& solve) {
  std::vector<BaselineResult> results(static_cast<std::size_t>(columns));
  std::atomic<bool> stopped{false};
  parallel_for(results.size(), [&](std::size_t b) {
    if (stopped || (cancelled && cancelled()))
      stopped = true;
    else
      results[b] = solve(static_cast<Index>(b));
  });
  if (stopped) results.clear();
  return results;
}

}  // namespace

double largest_lambda(const DenseProblem& problem, const Eigen::VectorXd& y, bool nonnegative) {
  const Eigen::VectorXd pull = problem.a.transpose() * y;
  const double largest = nonnegative ? std::max(0.0, pull.maxCoeff()) : pull.lpNorm<Eigen::Infinity>();
  return largest / static_cast<double>(y.size());
}

Eigen::VectorXd lambda_path(double largest, const BaselineOptions& options) {
  return Eigen::VectorXd::NullaryExpr(options.lambdas, [&](Index i) {
    return largest * std::pow(options.lambda_ratio, double(i) / (options.lambdas - 1));
  });
}

std::string hold_out_note(const std::string& parameter, std::size_t folds, bool at_end) {
  if (folds == 0) return "one measurement: nothing to hold out";
  std::string note = parameter + " by " + (folds == 1 ? "" : std::to_string(folds) + "-fold ") + "hold-out";
  if (at_end) note += "; the best is the last one tried";
  return note;
}

BaselineResult lasso_at(const DenseProblem& problem, const Eigen::VectorXd& y, double lambda,
                        const BaselineOptions& options) {
  BaselineResult result;
  result.lambda = lambda;
  ActiveSet lasso(problem.a, problem.norms, y, {options.nonnegative});
  for (const double step : lambda_path(largest_lambda(problem, y, options.nonnegative), options))
    if (step > lambda) lasso.solve(step);  // warm starts make the whole path cheap
  result.converged = lasso.solve(lambda);
  result.w = lasso.w();
  result.iterations = lasso.changes();
  return result;
}

BaselineResult omp_at(const DenseProblem& problem, const Eigen::VectorXd& y, Index columns,
                      const BaselineOptions& options) {
  const OmpResult pursuit = omp(problem.a, problem.norms, y, {columns, options.omp_residual});
  BaselineResult result;
  result.w = pursuit.w(problem.a.cols());
  result.iterations = static_cast<int>(pursuit.support.size());
  return result;
}

std::vector<BaselineResult> lasso_by_hold_out(const DenseProblem& problem, const Eigen::MatrixXd& y,
                                              const BaselineOptions& options, const Cancelled& cancelled) {
  const auto folds = make_folds(y.rows(), options.folds, options.seed);
  std::vector<Eigen::VectorXd> paths;
  for (Index b = 0; b < y.cols(); ++b)
    paths.push_back(lambda_path(largest_lambda(problem, y.col(b), options.nonnegative), options));
  const Eigen::MatrixXd errors = hold_out_errors(
      problem.a, y, options.lambdas, folds, cancelled,
      [&](const FoldMatrices& fold, const auto& kept, const auto& held_out, Index b) {
        return path_errors(fold, kept, held_out, paths[static_cast<std::size_t>(b)], options.nonnegative);
      });
  return for_each_column(y.cols(), cancelled, [&](Index b) {
    Index best = options.lambdas - 1;
    if (!folds.empty()) errors.col(b).minCoeff(&best);
    BaselineResult result = lasso_at(problem, y.col(b), paths[static_cast<std::size_t>(b)](best), options);
    result.note = hold_out_note("λ", folds.size(), best == options.lambdas - 1);
    return result;
  });
}

std::vector<BaselineResult> omp_by_hold_out(const DenseProblem& problem, const Eigen::MatrixXd& y,
                                            const BaselineOptions& options, const Cancelled& cancelled) {
  const auto folds = make_folds(y.rows(), options.folds, options.seed);
  const Index fewest = folds.empty() ? y.rows() : static_cast<Index>(folds.front().kept.size());
  const Index most = std::min(fewest, problem.a.cols());
  const Eigen::MatrixXd errors =
      hold_out_errors(problem.a, y, most + 1, folds, cancelled,
                      [&](const FoldMatrices& fold, const auto& kept, const auto& held_out, Index) {
                        return pursuit_errors(fold, kept, held_out, most, options.omp_residual);
                      });
  return for_each_column(y.cols(), cancelled, [&](Index b) {
    Index best = most;
    if (!folds.empty()) errors.col(b).minCoeff(&best);
    BaselineResult result = omp_at(problem, y.col(b), best, options);
    result.note = hold_out_note("columns", folds.size(), best == most);
    return result;
  });
}

}  // namespace isr
