// What will be done for a problem: which path, from which start, in how many rounds, at what cost in memory.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>

#include "base/api.h"
#include "sensing/problem.h"
#include "solver/descent_path.h"
#include "solver/parametrization.h"
#include "solver/stopping.h"

namespace isr {

enum class SolverKind { gradient_descent, gradient_flow };
ISR_API const char* to_string(SolverKind kind);            // "gd" or "flow"
ISR_API SolverKind parse_solver(const std::string& name);  // throws UsageError for any other name

// What a user may ask of a recovery. Every default stands here; what is not given, plan() chooses.
struct ISR_API RecoverOptions {
  int depth = 2;                 // N >= 1; 1 is plain least squares, the control
  std::optional<Model> model{};  // not given: nonnegative for pictures in nonnegative atoms, else signed

  // w0 > 0, the starting value of u^N, in the units of w; in bases whose coefficients have expected sizes,
  // relative to these. Given, X is used as it is. Not given: relative to the size of the solution, which is
  // estimated, in columns of equal length (see plan.cpp for the share); results then scale with y and 1/X.
  std::optional<double> init{};

  SolverKind solver = SolverKind::gradient_flow;
  Stop stop{};                          // where to stop
  std::optional<std::uint32_t> seed{};  // of held-out parts and bootstrap draws; not given: the problem's

  // Bases with expected sizes: further rounds, in each of which the network's weights start, and grow, in
  // proportion to the size that the basis expects of each coefficient after the round before
  // (Basis::expected_sizes_near). >= 0. Rounds end early when they change nothing.
  int rounds = 3;
  // Wavelets: cycle spinning (Coifman and Donoho 1995), the mean over so many shifts of their grid, 1 … 64.
  int shifts = 4;

  // Gradient descent. η = C/N² where a step C > 0 is given. Not given: C = 5e-3 for a matrix; chosen in each
  // iteration where products alone are used. StepRule::operator_norm: from ‖X‖ and ‖y‖.
  std::optional<double> step{};
  std::optional<StepRule> step_rule{};
  std::int64_t iterations =
      10000;  // at most, whatever the rule; the flow: StopRule::iterations ends at η·this

  // The flow. Relative error of its path, 0 … 0.5, and the residual ‖Xw − y‖/‖y‖ at which the limit counts as
  // reached, in (0, 1); not given: 1e-8 where a matrix is factored, 5e-5 where products alone are used.
  double tolerance = 1e-3;
  std::optional<double> limit_residual{};

  // Throws UsageError, naming the argument, when a value is out of range.
  void validate() const;
};

enum class PathKind {
  descent,         // gradient descent: DescentPath
  newton_flow,     // one column, double precision, a matrix that is factored: NewtonFlow
  reweighted_flow  // all channels of a picture, single precision, products alone: ReweightedFlow
};

struct Plan {
  PathKind path = PathKind::newton_flow;
  Parametrization network;      // init: in the units of the path
  bool relative_start = false;  // the path works on X with columns of equal length, and w of size 1
  bool sized = false;           // by the sizes that the basis expects
  int rounds = 0, shifts = 1;
  StepRule step_rule = StepRule::constant;
  double step = 5e-3;
  std::int64_t iterations = 0;
  double tolerance = 1e-3, limit_residual = 1e-8;
  double rough_residual = 1e-4;  // the limit of all rounds but the last
  Stop stop;                     // automatic resolved, numbers filled in
  std::uint32_t seed = 0;
  bool reads_fit = false;     // hold-out chooses a residual, not a time: rounds change the meaning of time
  bool equal_columns = true;  // those of X are known to be of about equal length
  bool one_by_one = false;    // all threads work on one picture; otherwise each on its own
  std::size_t bytes = 0;      // of memory that solving takes beside the operators, for all threads

  bool is_exact() const { return path == PathKind::newton_flow; }
};

// The plan for pictures measured by this model with noise of standard deviation `noise` (NaN: unknown). A
// pure function. Throws UsageError for options out of range.
ISR_API Plan plan(const MeasurementModel& model, double noise, const RecoverOptions& options);

}  // namespace isr
