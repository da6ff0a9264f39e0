#include "baselines/matrix_free_baselines.h"

#include <functional>
#include <limits>

#include "base/error.h"
#include "baselines/cgls.h"
#include "baselines/fista.h"
#include "baselines/hold_out.h"
#include "sensing/row_subset.h"

namespace isr {
namespace {

struct Solved {
  Eigen::MatrixXf w;
  int iterations;
  bool converged;
};

// A method for given λ, one for each column of y. It may begin at `start`, where that is not null.
using SolveAt = std::function<Solved(const LinearOperator& op, const Eigen::MatrixXf& y,
                                     const Eigen::VectorXd& lambda, const Eigen::MatrixXf* start)>;

// The values of λ that may be chosen: for column b largest(b) times those of `shape`.
struct Path {
  Eigen::VectorXd largest, shape;

  Eigen::VectorXd at(Index i) const { return largest * shape(i); }
};

std::vector<BaselineResult> as_results(const Solved& solved, const Eigen::VectorXd& lambda) {
  std::vector<BaselineResult> results(static_cast<std::size_t>(solved.w.cols()));
  for (Index b = 0; b < solved.w.cols(); ++b) {
    BaselineResult& result = results[static_cast<std::size_t>(b)];
    result.w = solved.w.col(b).cast<double>();
    result.iterations = solved.iterations;
    result.converged = solved.converged;
    result.lambda = lambda(b);
  }
  return results;
}

// At the λ given in the options, or at the one of the path that one fold, for speed, says is best.
std::vector<BaselineResult> along_path(const LinearOperator& op, const Eigen::MatrixXf& y, const Path& path,
                                       const SolveAt& solve, const BaselineOptions& options,
                                       const Cancelled& cancelled) {
  if (options.lambda > 0) {
    const Eigen::VectorXd lambda = Eigen::VectorXd::Constant(y.cols(), options.lambda);
    return as_results(solve(op, y, lambda, nullptr), lambda);
  }
  Eigen::MatrixXf best = Eigen::MatrixXf::Zero(op.cols(), y.cols());  // for each column, on what is kept
  const auto follow = [&](const Fold& fold, HeldOutErrors& errors) {
    const RowSubset kept(op, fold.kept), held_out(op, fold.held_out);
    const Eigen::MatrixXf known = y(fold.kept, Eigen::all), judged_by = y(fold.held_out, Eigen::all);
    Eigen::MatrixXf w = best, predicted(judged_by.rows(), y.cols());
    for (Index i = 0; i < path.shape.size() && !errors.settled(); ++i) {
      if (cancelled && cancelled()) return;
      w = solve(kept, known, path.at(i), &w).w;
      held_out.apply(w, predicted);
      for (Index b = 0; b < y.cols(); ++b) {
        errors.add(i, b, (predicted.col(b) - judged_by.col(b)).cast<double>().squaredNorm());
        if (errors.best(b) == i) best.col(b) = w.col(b);
      }
    }
  };
  auto folds = make_folds(y.rows(), options.folds, options.seed);
  if (!folds.empty()) folds.resize(1);
  const auto choices = choose_by_hold_out("λ", folds, path.shape.size(), y.cols(), follow, cancelled);
  if (choices.empty()) return {};
  Eigen::VectorXd lambda(y.cols());
  for (Index b = 0; b < y.cols(); ++b) lambda(b) = path.at(choices[static_cast<std::size_t>(b)].candidate)(b);
  auto results = as_results(solve(op, y, lambda, &best), lambda);
  for (std::size_t b = 0; b < results.size(); ++b) results[b].note = choices[b].note;
  return results;
}

Solved solve_ridge(const LinearOperator& op, const Eigen::MatrixXf& y, const Eigen::VectorXd& lambda,
                   const BaselineOptions& options) {
  CglsResult solved = cgls(op, y, lambda, {options.tolerance, options.iterations});
  return {std::move(solved.w), solved.iterations, solved.converged};
}

std::vector<BaselineResult> least_squares(const LinearOperator& op, const Eigen::MatrixXf& y,
                                          const BaselineOptions& options) {
  const Eigen::VectorXd none = Eigen::VectorXd::Zero(y.cols());
  return as_results(solve_ridge(op, y, none, options), none);
}

std::vector<BaselineResult> ridge(const LinearOperator& op, const Eigen::MatrixXf& y,
                                  const BaselineOptions& options, const Cancelled& cancelled) {
  if (options.lambda == 0 && op.tight_frame_constant() > 0) {
    auto results = least_squares(op, y, options);
    for (BaselineResult& result : results)
      result.note = "orthogonal rows predict nothing about each other, so no λ can be chosen: least squares";
    return results;
  }
  // From ten times ‖A‖² down, two values a decade.
  const Path path{Eigen::VectorXd::Constant(y.cols(), 10 * squared_norm_estimate(op)),
                  lambda_path(1, 1e-7, 15)};
  const auto solve = [&](const LinearOperator& part, const Eigen::MatrixXf& measured,
                         const Eigen::VectorXd& lambda,
                         const Eigen::MatrixXf*) { return solve_ridge(part, measured, lambda, options); };
  return along_path(op, y, path, solve, options, cancelled);
}

std::vector<BaselineResult> lasso(const LinearOperator& op, const Eigen::MatrixXf& y,
                                  const BaselineOptions& options, const Cancelled& cancelled) {
  FistaOptions settings{options.nonnegative, options.tolerance, options.iterations, 0};
  settings.squared_norm = 1.02 * squared_norm_estimate(op);  // bounds any subset of the rows too
  const Path path{largest_lambda(op, y, options.nonnegative).cwiseMax(std::numeric_limits<float>::min()),
                  lambda_path(1, options.lambda_ratio, options.lambdas)};
  const auto solve = [&](const LinearOperator& part, const Eigen::MatrixXf& measured,
                         const Eigen::VectorXd& lambda, const Eigen::MatrixXf* start) -> Solved {
    FistaResult solved = fista(part, measured, lambda, settings, start);
    return {std::move(solved.w), solved.iterations, solved.converged};
  };
  return along_path(op, y, path, solve, options, cancelled);
}

}  // namespace

std::vector<BaselineResult> run_matrix_free(Baseline kind, const LinearOperator& op, const Eigen::MatrixXf& y,
                                            const BaselineOptions& options, const Cancelled& cancelled) {
  switch (kind) {
    case Baseline::least_squares:
      return least_squares(op, y, options);
    case Baseline::ridge:
      return ridge(op, y, options, cancelled);
    case Baseline::lasso:
      return lasso(op, y, options, cancelled);
    default: {
      const double gigabytes = 8e-9 * static_cast<double>(op.rows()) * static_cast<double>(op.cols());
      char text[64];
      std::snprintf(text, sizeof text, "%.1f GB for %lld × %lld", gigabytes,
                    static_cast<long long>(op.rows()), static_cast<long long>(op.cols()));
      throw Error("the baseline " + to_string(kind) + " needs the matrix itself (" + text +
                  "): leave it out, or make the problem smaller");
    }
  }
}

}  // namespace isr
