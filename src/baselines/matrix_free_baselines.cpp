#include "baselines/matrix_free_baselines.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "base/error.h"
#include "baselines/cgls.h"
#include "baselines/fista.h"
#include "baselines/hold_out_choice.h"
#include "sensing/folds.h"
#include "sensing/row_subset.h"

namespace isr {
namespace {

// The best of the candidates tried so far, for each column.
struct Choice {
  Eigen::VectorXd error, lambda;
  Eigen::MatrixXf w;       // the solutions on the kept measurements
  std::vector<int> rises;  // how often running each column's error has not improved
  std::vector<bool> last;  // the best is the latest tried

  explicit Choice(Index columns)
      : error(Eigen::VectorXd::Constant(columns, std::numeric_limits<double>::infinity())),
        lambda(Eigen::VectorXd::Zero(columns)),
        rises(static_cast<std::size_t>(columns), 0),
        last(static_cast<std::size_t>(columns), false) {}

  void offer(const Eigen::VectorXd& lambdas, const Eigen::VectorXd& errors,
             const Eigen::MatrixXf& solutions) {
    if (w.size() == 0) w = solutions;
    for (Index b = 0; b < errors.size(); ++b) {
      const auto i = static_cast<std::size_t>(b);
      last[i] = errors(b) < error(b);
      rises[i] = last[i] ? 0 : rises[i] + 1;
      if (!last[i]) continue;
      error(b) = errors(b);
      lambda(b) = lambdas(b);
      w.col(b) = solutions.col(b);
    }
  }
  bool settled() const {
    return std::all_of(rises.begin(), rises.end(), [](int count) { return count >= 3; });
  }
};

// One fold's operator and measurements.
struct HeldOut {
  Fold fold;
  RowSubset op;
  Eigen::MatrixXf kept, held_out;

  HeldOut(const LinearOperator& whole, const Eigen::MatrixXf& y, Fold parts)
      : fold(std::move(parts)),
        op(whole, fold.kept),
        kept(y(fold.kept, Eigen::all)),
        held_out(y(fold.held_out, Eigen::all)) {}

  Eigen::VectorXd errors(const LinearOperator& whole, const Eigen::MatrixXf& w) const {
    Eigen::MatrixXf predicted(held_out.rows(), w.cols());
    RowSubset(whole, fold.held_out).apply(w, predicted);
    return (predicted - held_out).cast<double>().colwise().squaredNorm();
  }
};

std::vector<BaselineResult> as_results(const Eigen::MatrixXf& w, int iterations, bool converged) {
  std::vector<BaselineResult> results(static_cast<std::size_t>(w.cols()));
  for (Index b = 0; b < w.cols(); ++b) {
    BaselineResult& result = results[static_cast<std::size_t>(b)];
    result.w = w.col(b).cast<double>();
    result.iterations = iterations;
    result.converged = converged;
  }
  return results;
}

std::vector<BaselineResult> least_squares(const LinearOperator& op, const Eigen::MatrixXf& y,
                                          const BaselineOptions& options) {
  const CglsResult solved = cgls(op, y, {0, options.tolerance, options.iterations});
  return as_results(solved.w, solved.iterations, solved.converged);
}

// Each column with its own λ.
std::vector<BaselineResult> ridge_at(const LinearOperator& op, const Eigen::MatrixXf& y,
                                     const Eigen::VectorXd& lambda, const BaselineOptions& options) {
  std::vector<BaselineResult> results;
  for (Index b = 0; b < y.cols(); ++b) {
    const CglsResult solved = cgls(op, y.col(b), {lambda(b), options.tolerance, options.iterations});
    results.push_back(as_results(solved.w, solved.iterations, solved.converged).front());
    results.back().lambda = lambda(b);
  }
  return results;
}

std::vector<BaselineResult> ridge(const LinearOperator& op, const Eigen::MatrixXf& y,
                                  const BaselineOptions& options, const Cancelled& cancelled) {
  if (options.lambda > 0)
    return ridge_at(op, y, Eigen::VectorXd::Constant(y.cols(), options.lambda), options);
  if (op.tight_frame_constant() > 0 || y.rows() < 2) {
    auto results = least_squares(op, y, options);
    for (BaselineResult& result : results)
      result.note = "orthogonal rows predict nothing about each other, so no λ can be chosen: least squares";
    return results;
  }
  const HeldOut held(op, y, make_folds(y.rows(), options.folds, options.seed).front());
  const double top = squared_norm_estimate(op);
  Choice choice(y.cols());
  for (double exponent = 1; exponent >= -6 && !choice.settled(); exponent -= 0.5) {
    if (cancelled && cancelled()) return {};
    const double lambda = top * std::pow(10, exponent);
    const Eigen::MatrixXf w = cgls(held.op, held.kept, {lambda, options.tolerance, options.iterations}).w;
    choice.offer(Eigen::VectorXd::Constant(y.cols(), lambda), held.errors(op, w), w);
  }
  auto results = ridge_at(op, y, choice.lambda, options);
  for (std::size_t b = 0; b < results.size(); ++b) results[b].note = hold_out_note("λ", 1, choice.last[b]);
  return results;
}

std::vector<BaselineResult> lasso(const LinearOperator& op, const Eigen::MatrixXf& y,
                                  const BaselineOptions& options, const Cancelled& cancelled) {
  FistaOptions fista_options{options.nonnegative, options.tolerance, options.iterations, 0};
  fista_options.squared_norm = 1.02 * squared_norm_estimate(op);  // bounds any subset of the rows too
  const Eigen::VectorXd largest =
      largest_lambda(op, y, options.nonnegative).cwiseMax(std::numeric_limits<float>::min());
  Choice choice(y.cols());
  choice.lambda.setConstant(options.lambda);
  const auto folds = make_folds(y.rows(), options.folds, options.seed);
  if (options.lambda == 0 && folds.empty()) choice.lambda = largest * options.lambda_ratio;
  if (options.lambda == 0 && !folds.empty()) {
    const HeldOut held(op, y, folds.front());
    const Eigen::VectorXd path = lambda_path(1, options);
    Eigen::MatrixXf w = Eigen::MatrixXf::Zero(op.cols(), y.cols());
    for (Index i = 0; i < path.size() && !choice.settled(); ++i) {
      if (cancelled && cancelled()) return {};
      const Eigen::VectorXd lambdas = largest * path(i);
      w = fista(held.op, held.kept, lambdas, fista_options, &w).w;
      choice.offer(lambdas, held.errors(op, w), w);
    }
  }
  const FistaResult solved =
      fista(op, y, choice.lambda, fista_options, choice.w.size() > 0 ? &choice.w : nullptr);
  auto results = as_results(solved.w, solved.iterations, solved.converged);
  for (std::size_t b = 0; b < results.size(); ++b) {
    results[b].lambda = choice.lambda(static_cast<Index>(b));
    if (options.lambda == 0) results[b].note = hold_out_note("λ", folds.empty() ? 0 : 1, choice.last[b]);
  }
  return results;
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
                  "): leave it out of --baselines, or make the problem smaller");
    }
  }
}

}  // namespace isr
