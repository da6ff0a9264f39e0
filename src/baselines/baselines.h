// Known methods on the same problem, to set the depth-N networks against.
#pragma once

#include <Eigen/Core>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "base/api.h"
#include "base/cancelled.h"
#include "sensing/linear_operator.h"

namespace isr {

enum class Baseline {
  least_squares,  // the least-squares solution of least norm
  ridge,          // min ‖Aw − y‖² + λ‖w‖², λ by generalised cross-validation
  nnls,           // min ‖Aw − y‖² over w >= 0
  lasso,          // min (1/2n)‖Aw − y‖² + λ‖w‖₁, λ by hold-out along its path
  omp             // orthogonal matching pursuit, the number of columns by hold-out
};

ISR_API std::string to_string(
    Baseline kind);  // "ls", "ridge", "nnls", "lasso", "omp": as on the command line
ISR_API std::string description(Baseline kind);  // e.g. "nonnegative least squares", for titles

// Reads "ls,ridge,nnls,lasso,omp" (any of them, each once, in the order wanted), "all" or "none" (also "").
// Throws UsageError, naming the word, for anything else.
ISR_API std::vector<Baseline> parse_baselines(const std::string& list);

struct ISR_API BaselineOptions {
  // Hold-out, for lasso and omp: the measurements are parted at random into this many folds, each held out
  // once; the choice with the least squared error on what was held out, over all folds, is solved for on all
  // measurements. >= 2. Matrix-free, one fold alone is held out, for speed.
  int folds = 5;
  std::uint32_t seed = 0;  // of the folds (stream "hold-out")

  // The lasso's path: λ falls from the largest useful one by this factor, in equal ratios.
  int lambdas = 50;            // >= 2
  double lambda_ratio = 1e-5;  // in (0, 1)
  double lambda = 0;           // lasso and ridge: this λ instead of choosing one; 0: choose
  bool nonnegative = false;    // the lasso over w >= 0

  Eigen::Index omp_columns = 0;  // this many columns instead of choosing; 0: choose
  double omp_residual = 1e-6;    // omp also stops at this relative residual

  // Least squares, ridge and the lasso work on the matrix, in double precision, while it takes at most so
  // many bytes; beyond they use products alone (CGLS, FISTA), to single precision, which are sooner done.
  std::size_t max_direct_bytes = std::size_t{1} << 25;
  // nnls and omp need the matrix: beyond so many bytes they throw Error.
  std::size_t max_dense_bytes = std::size_t{1} << 30;
  int iterations = 1000;    // matrix-free: at most, for each λ
  double tolerance = 1e-5;  // matrix-free: of CGLS and FISTA

  // Throws UsageError, naming the field, when a value is out of range.
  void validate() const;
};

// What a baseline found for one column of the measurements.
struct BaselineResult {
  Eigen::VectorXd w;             // p; always finite
  bool converged = true;         // to its tolerance; else w is the best found
  int iterations = 0;            // columns entered (nnls, lasso, omp), CGLS or FISTA iterations; 0: direct
  double lambda = 0;             // the λ used; 0 where there is none
  Eigen::Index support = 0;      // nonzero entries of w
  double relative_residual = 0;  // ‖Aw − y‖ / ‖y‖; 0 when y = 0
  double seconds = 0;            // wall time of the run, divided by the number of columns
  std::string note;              // how a parameter was chosen, and what to know about it; may be empty
};

// Runs baselines on one operator; the matrix in double precision and its decomposition are made once, when
// first needed.
class ISR_API Baselines {
 public:
  // Keeps a reference to op. Throws UsageError for options out of range.
  explicit Baselines(const LinearOperator& op, const BaselineOptions& options = {});
  ~Baselines();

  // One result for each column of y (n × B), the columns shared among the threads. Deterministic, whatever
  // their number. Throws Error when y holds a value that is not finite or has not n rows, and when nnls or
  // omp would need a matrix larger than max_dense_bytes. `cancelled`, polled between columns, ends early with
  // an empty vector.
  std::vector<BaselineResult> run(Baseline kind, const Eigen::Ref<const Eigen::MatrixXd>& y,
                                  const Cancelled& cancelled = {});

 private:
  struct Shared;
  std::unique_ptr<Shared> shared_;
};

// Bytes that run(kind) takes for so many columns of y on an n × p operator, beside the operator and the
// results; about.
ISR_API std::size_t baseline_bytes(Baseline kind, Index n, Index p, Index columns,
                                   const BaselineOptions& options = {});

// The same for a single use.
ISR_API std::vector<BaselineResult> run_baseline(Baseline kind, const LinearOperator& op,
                                                 const Eigen::Ref<const Eigen::MatrixXd>& y,
                                                 const BaselineOptions& options = {});

}  // namespace isr
