// Recovery from measurements, from start to stop: a solver, a stopping rule, all columns at once.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "sensing/linear_operator.h"
#include "solver/dense_newton.h"
#include "solver/gradient_descent.h"
#include "solver/gradient_flow.h"
#include "solver/stopping.h"

namespace isr {

enum class SolverKind { descent, flow };

const char* to_string(SolverKind solver);        // "gd" or "flow"
SolverKind parse_solver(std::string_view text);  // throws UsageError

struct RecoverOptions {
  SolverKind solver = SolverKind::flow;
  Parametrization network;
  StopRule stop;

  // gd: the step, and the iterations at most. flow: rule `iterations` means τ = η·iterations with the same η.
  StepRule step_rule = StepRule::constant;
  double step = 5e-3;
  std::int64_t iterations = 10000;

  // flow: see FlowOptions.
  double tolerance = 1e-3;
  // Measurements in single precision are themselves rounded: the limit counts as
  // reached at 1e-6 at the latest.
  double limit_residual = 1e-8;

  double noise = 0;  // σ of the noise where the caller knows it: rule `discrepancy` uses it. 0: not known
  std::uint32_t seed = 42;  // of the hold-out
};

// The error of w to the true image of a column, for the rule `oracle` alone. The solver does not know more of
// it.
using TruthError = std::function<double(Index column, const Eigen::VectorXf& w)>;

// One column of the measurements, solved.
struct Recovery {
  Eigen::VectorXf w;  // p
  Status status = Status::finished;
  std::string stop_reason;                 // what ended it, in words, with the rule
  std::optional<std::int64_t> iterations;  // gd
  double flow_time = 0;                    // τ; infinity at the limit
  double residual_asked = 0;               // relative, ‖Xw − y‖/‖y‖; 0 where the rule asks for none
  double residual_reached = 0;
  std::optional<double> held_out_error;  // rule holdout: root mean square on what was kept back, at the stop
  FlowCertificate certificate;           // flow
  int steps = 0, newton = 0;             // flow: steps and Newton systems, hold-out not counted
  double seconds = 0;                    // of this column's own work
};

// Solves with one operator. What is costly to prepare (the matrix in double precision, column norms) is made
// at first need and kept.
class Recoverer {
 public:
  explicit Recoverer(const LinearOperator& op) : op_(op) {}

  // One recovery per column of y (n × B), in parallel; the same for any number of threads. Throws UsageError
  // for options out of range, and when the rule needs what is missing (`oracle` without truth).
  std::vector<Recovery> run(ConstColumns y, const RecoverOptions& options, const TruthError& truth = {},
                            const Cancelled& cancelled = {});

  // The Newton system for long, exact solves: dense where the matrix has at most `dense_entries` entries and
  // `dense_rows` rows; else matrix-free. And the one for following paths: always matrix-free.
  std::unique_ptr<NewtonSystem> exact_system();
  std::unique_ptr<NewtonSystem> path_system();
  static constexpr Index dense_entries = 50'000'000, dense_rows = 4000;

  const LinearOperator& op() const { return op_; }
  const Eigen::VectorXd& column_norms();  // squared

 private:
  const LinearOperator& op_;
  std::mutex mutex_;
  PreparedMatrixPtr prepared_;
  std::optional<Eigen::VectorXd> column_norms_;
};

}  // namespace isr
