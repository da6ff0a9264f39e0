// Solves one column of measurements by gradient descent or by the gradient flow, to where a stopping rule
// says.
#pragma once

#include <Eigen/Core>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "sensing/folds.h"
#include "sensing/linear_operator.h"
#include "solver/gradient_descent.h"
#include "solver/newton_factory.h"
#include "solver/path.h"
#include "solver/stopping.h"

namespace isr {

enum class SolverKind { gradient_descent, gradient_flow };
const char* to_string(SolverKind kind);            // "gd" or "flow"
SolverKind parse_solver(const std::string& name);  // throws UsageError for any other name

struct RecoverOptions {
  SolverKind solver = SolverKind::gradient_flow;
  Parametrization network;
  Stop stop;
  std::uint32_t seed = 0;  // of the folds (stream "hold-out") and of the coupled bootstrap

  // Gradient descent; `iterations` bounds every rule. For the flow, StopRule::iterations ends at
  // η·iterations.
  StepRule step_rule = StepRule::constant;
  double step = 5e-3;
  std::int64_t iterations = 10000;

  // Gradient flow; see FlowOptions.
  double tolerance = 1e-3;
  double limit_residual = 1e-8;

  GradientDescentOptions descent() const { return {network, step_rule, step, iterations}; }
  void validate() const;  // throws UsageError
};

class Route;

// The distance of w to the truth, known only to the caller; for StopRule::oracle.
using ErrorOfW = std::function<double(const Eigen::VectorXd& w)>;

struct Recovery {
  Eigen::VectorXd w;
  Status status = Status::finished;
  std::int64_t iterations = 0;           // gradient descent: iterations done; flow: steps done
  double flow_time = 0;                  // τ; infinity at the flow's limit
  std::string stop_reason;               // a phrase: which rule, and what it found
  double residual = 0;                   // ‖Xw − y‖/‖y‖
  std::optional<double> residual_asked;  // the relative residual that the rule asked for
  std::optional<double> step;            // η of gradient descent
};

// Solves problems with one operator. What all columns and depths share (the matrix in double precision, the
// folds) is made once, when first needed. Safe to call from several threads; results do not depend on their
// number.
class Recoverer {
 public:
  // Keeps a reference to `op`.
  explicit Recoverer(const LinearOperator& op) : op_(op) {}

  // `error` is needed by StopRule::oracle alone. Throws UsageError for options out of range, Error when y
  // holds a value that is not finite.
  Recovery solve(const Eigen::VectorXd& y, const RecoverOptions& options, const ErrorOfW& error = {},
                 const Cancelled& cancelled = {}) const;

  // Where hold-out stops for these measurements.
  HoldOutChoice hold_out(const Eigen::VectorXd& y, const RecoverOptions& options,
                         const Cancelled& cancelled = {}) const;

  // Where the risk is least by CoupledBootstrap, for noise of this σ.
  HoldOutChoice least_risk(const Eigen::VectorXd& y, double sigma, const RecoverOptions& options,
                           const Cancelled& cancelled = {}) const;

  // The Newton systems of all measurements.
  const NewtonFactory& newton() const;

 private:
  struct Part {  // a fold and the flow's systems on what it keeps
    Fold fold;
    NewtonFactory newton;
  };

  Recovery solve_by_hold_out(const Route& route, const Eigen::VectorXd& y, const RecoverOptions& options,
                             const Cancelled& cancelled) const;
  Recovery solve_by_discrepancy(const Route& route, const Eigen::VectorXd& y, const RecoverOptions& options,
                                const Cancelled& cancelled) const;
  const std::vector<Part>& parts(const Stop& stop, std::uint32_t seed) const;

  const LinearOperator& op_;
  mutable std::mutex mutex_;
  mutable std::unique_ptr<NewtonFactory> newton_;
  mutable std::vector<Part> parts_;
  mutable std::string parts_key_;
};

}  // namespace isr
