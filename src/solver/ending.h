// What ends a path, and what is read along it: written once, for every path.
#pragma once

#include <Eigen/Core>
#include <cstdint>
#include <functional>
#include <optional>
#include <vector>

#include "solver/path.h"
#include "solver/stopping.h"

namespace isr {

// Where a path was left.
struct PathEnd {
  Eigen::MatrixXd w;  // p × columns
  Status status = Status::finished;
  double flow_time = 0;
  std::int64_t steps = 0;
  double residual = 0;  // the largest ‖Xw − y‖/‖y‖ of a column
  std::optional<double> step_size;
  std::optional<Certificate> certificate;  // at the end of a step
};

using PathObserver = std::function<void(const Path&)>;  // called after each step
using ErrorOfW =
    std::function<double(const Eigen::MatrixXd& w)>;  // of something that the solver does not see

// To the end of the path, or to the first moment at which ‖Xw − y‖ <= residual·‖y‖ in every column. Without
// a residual and an observer a path to the limit may take a shorter way.
PathEnd follow(Path& path, const std::optional<double>& residual = {}, const PathObserver& observer = {});

// The moment at which `error` is least on the whole path.
PathEnd follow_to_least(Path& path, const ErrorOfW& error, const PathObserver& observer = {});

// What a HeldOutCurve's position is, and when reading it ends: `time`, once it is past its best; `fit`,
// ‖y‖/‖Xw − y‖, once the error is half as large again as the least.
enum class Position { time, fit };

// The ‖Xw − y‖/‖y‖ at which reading ends too, where the error that is read is so large.
using ResidualOfError = std::function<double(double error)>;

// `error` along the path, until then, or until the residual has fallen to `end`.
HeldOutCurve read_held_out(Path& path, const ErrorOfW& error, Position position, const ResidualOfError& end);

// The first time in the last step at which the residual, which falls along a path, is at most `residual`.
double time_of_residual(const Path& path, double residual);

// Moments of the last step at which a quantity is read: its end and, where the path interpolates, enough
// between to see every turn.
std::vector<double> reading_times(const Path& path);

}  // namespace isr
