// Solves a piece of a sweep.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "base/cancelled.h"
#include "sweep/schedule.h"

namespace isr {

// What came of one solve. All but `seconds` is the same wherever, and beside whatever, it was solved.
struct SolveResult {
  std::int64_t id = 0;
  std::int64_t n = 0, p = 0, k = 0;  // measurements, unknowns, nonzero values of the truth
  std::string ensemble, basis;       // those chosen
  std::string model;                 // of the network: "signed" or "nonnegative"; else empty
  std::optional<double> w0;          // of the network
  std::string status, stop_reason;
  std::optional<double> flow_time;    // τ; infinity at the limit without a path
  std::optional<std::int64_t> steps;  // of the flow, iterations of gradient descent, changes of a baseline
  std::optional<double> relative_residual, relative_error, psnr;  // ‖Xw − y‖/‖y‖; against the truth
  std::int64_t support = 0;                                       // values above 0.01 in absolute value
  // Where windows are asked for: the first and the last τ at which the relative error was below the level
  // (0, 0: never; infinity: still at its end), and the least relative error on the whole path.
  std::optional<double> window_begin, window_end, least_error;
  double seconds = 0;  // wall time
};

// Solves them one after the other, with one operator for all of them; `deliver` gets each result as it comes.
// Ends early, with what is whole delivered, once cancelled.
void solve_assignment(const SweepGrid& grid, const Assignment& assignment, const Cancelled& cancelled,
                      const std::function<void(SolveResult)>& deliver);

}  // namespace isr
