#include "baselines/baselines.h"

#include <algorithm>
#include <chrono>
#include <optional>

#include "base/error.h"
#include "base/parallel.h"
#include "baselines/dense_baselines.h"
#include "baselines/matrix_free_baselines.h"

namespace isr {
namespace {

constexpr Baseline all_baselines[] = {Baseline::least_squares, Baseline::ridge, Baseline::nnls,
                                      Baseline::lasso, Baseline::omp};

std::string trimmed(const std::string& text) {
  const auto first = text.find_first_not_of(" \t"), last = text.find_last_not_of(" \t");
  return first == std::string::npos ? "" : text.substr(first, last - first + 1);
}

}  // namespace

std::string to_string(Baseline kind) {
  switch (kind) {
    case Baseline::least_squares:
      return "ls";
    case Baseline::ridge:
      return "ridge";
    case Baseline::nnls:
      return "nnls";
    case Baseline::lasso:
      return "lasso";
    case Baseline::omp:
      return "omp";
  }
  return "unknown";
}

std::string description(Baseline kind) {
  switch (kind) {
    case Baseline::least_squares:
      return "minimum-norm least squares";
    case Baseline::ridge:
      return "ridge regression";
    case Baseline::nnls:
      return "nonnegative least squares";
    case Baseline::lasso:
      return "lasso";
    case Baseline::omp:
      return "orthogonal matching pursuit";
  }
  return "unknown";
}

std::vector<Baseline> parse_baselines(const std::string& list) {
  std::vector<Baseline> kinds;
  const std::string words = trimmed(list);
  if (words.empty() || words == "none") return kinds;
  if (words == "all") return {std::begin(all_baselines), std::end(all_baselines)};
  for (std::size_t start = 0; start <= words.size();) {
    const std::size_t comma = std::min(words.find(',', start), words.size());
    const std::string word = trimmed(words.substr(start, comma - start));
    const auto found = std::find_if(std::begin(all_baselines), std::end(all_baselines),
                                    [&](Baseline kind) { return to_string(kind) == word; });
    if (found == std::end(all_baselines))
      throw UsageError("baselines: \"" + word + "\" is none of ls, ridge, nnls, lasso, omp (or all, none)");
    if (std::find(kinds.begin(), kinds.end(), *found) != kinds.end())
      throw UsageError("baselines: " + word + " is given twice");
    kinds.push_back(*found);
    start = comma + 1;
  }
  return kinds;
}

void BaselineOptions::validate() const {
  if (folds < 2) throw UsageError("baselines: folds must be at least 2; got " + std::to_string(folds));
  if (lambdas < 2) throw UsageError("baselines: lambdas must be at least 2; got " + std::to_string(lambdas));
  if (!(lambda_ratio > 0 && lambda_ratio < 1))
    throw UsageError("baselines: lambda_ratio must lie between 0 and 1; got " + std::to_string(lambda_ratio));
  if (!(lambda >= 0))
    throw UsageError("baselines: lambda must not be negative; got " + std::to_string(lambda));
  if (omp_columns < 0)
    throw UsageError("baselines: omp_columns must not be negative; got " + std::to_string(omp_columns));
  if (!(omp_residual >= 0))
    throw UsageError("baselines: omp_residual must not be negative; got " + std::to_string(omp_residual));
  if (iterations < 1) throw UsageError("baselines: iterations must be at least 1");
  if (!(tolerance > 0)) throw UsageError("baselines: tolerance must be positive");
}

namespace {

bool on_matrix(Baseline kind, Index n, Index p, const BaselineOptions& options) {
  const bool needs_it = kind == Baseline::nnls || kind == Baseline::omp;
  return 8.0 * static_cast<double>(n) * static_cast<double>(p) <=
         static_cast<double>(needs_it ? options.max_dense_bytes : options.max_direct_bytes);
}

}  // namespace

struct Baselines::Shared {
  const LinearOperator& op;
  BaselineOptions options;
  std::optional<DenseBaselines> dense;

  std::vector<BaselineResult> run(Baseline kind, const Eigen::MatrixXd& y, const Cancelled& cancelled) {
    if (!on_matrix(kind, op.rows(), op.cols(), options))
      return run_matrix_free(kind, op, y.cast<float>(), options, cancelled);
    if (!dense) dense.emplace(op.dense(), options);
    return dense->run(kind, y, cancelled);
  }

  void measure(const Eigen::MatrixXd& y, std::vector<BaselineResult>& results) const;
};

// Residuals and supports, by products with the operator's matrix where there is one.
void Baselines::Shared::measure(const Eigen::MatrixXd& y, std::vector<BaselineResult>& results) const {
  Eigen::MatrixXf product(op.rows(), 1);
  for (std::size_t b = 0; b < results.size(); ++b) {
    BaselineResult& result = results[b];
    const auto target = y.col(static_cast<Index>(b));
    double residual;
    if (dense) {
      residual = (dense->matrix() * result.w - target).norm();
    } else {
      op.apply(result.w.cast<float>(), product);
      residual = (product.col(0).cast<double>() - target).norm();
    }
    const double length = target.norm();
    result.relative_residual = length > 0 ? residual / length : 0;
    result.support = (result.w.array() != 0).count();
  }
}

Baselines::Baselines(const LinearOperator& op, const BaselineOptions& options)
    : shared_(new Shared{op, options, std::nullopt}) {
  options.validate();
}

Baselines::~Baselines() = default;

std::vector<BaselineResult> Baselines::run(Baseline kind, const Eigen::Ref<const Eigen::MatrixXd>& y,
                                           const Cancelled& cancelled) {
  if (y.rows() != shared_->op.rows())
    throw Error("there are " + std::to_string(y.rows()) + " measurements for a matrix of " +
                std::to_string(shared_->op.rows()) + " rows");
  if (!y.allFinite()) throw Error("the measurements hold a value that is not finite");
  const auto start = std::chrono::steady_clock::now();
  std::vector<BaselineResult> results = shared_->run(kind, y, cancelled);
  const std::chrono::duration<double> elapsed = std::chrono::steady_clock::now() - start;
  for (BaselineResult& result : results)
    result.seconds = elapsed.count() / static_cast<double>(results.size());
  shared_->measure(y, results);
  return results;
}

std::size_t baseline_bytes(Baseline kind, Index rows, Index unknowns, Index columns,
                           const BaselineOptions& options) {
  const auto n = static_cast<std::size_t>(rows), p = static_cast<std::size_t>(unknowns);
  const std::size_t least = std::min(n, p), threads = static_cast<std::size_t>(thread_count());
  if (!on_matrix(kind, rows, unknowns, options))
    return 4 * static_cast<std::size_t>(columns) * (6 * p + 6 * n);
  const std::size_t matrix = 8 * n * p, active = 8 * threads * (n * least + least * least + 4 * p);
  switch (kind) {
    case Baseline::least_squares:
    case Baseline::ridge:
      return 2 * matrix + 8 * (least * (p + n) + 8 * least * least);
    case Baseline::nnls:
      return matrix + active;
    default:
      return 2 * matrix + active;  // a fold's matrices beside the whole
  }
}

std::vector<BaselineResult> run_baseline(Baseline kind, const LinearOperator& op,
                                         const Eigen::Ref<const Eigen::MatrixXd>& y,
                                         const BaselineOptions& options) {
  return Baselines(op, options).run(kind, y);
}

}  // namespace isr
