#include "experiments/limits.h"

#include <algorithm>

#include "base/error.h"
#include "base/memory.h"
#include "base/parallel.h"
#include "base/text.h"
#include "experiments/coordinate_study.h"

namespace isr {

double expected_hours(const ExperimentOptions& options) {
  double seconds = 0;
  for (const DepthRun& run : options.runs) seconds += expected_seconds(options, run);
  return options.replicates * seconds / 3600;
}

double estimated_bytes(const ExperimentOptions& options, bool dense) {
  const auto n = static_cast<double>(options.n), p = static_cast<double>(options.p);
  const double replicates = options.replicates, fewer = std::min(n, p);
  double bytes = replicates * (n * p / 2 + 8 * (n + p));  // signs in both orders, and as they are drawn
  if (options.replicated()) {
    constexpr double points = 25'001, bytes_a_point = 12;
    bytes += replicates * static_cast<double>(options.runs.size()) * points * bytes_a_point;
  }
  // Least squares and ridge, and the flow: the matrix, its factors, a fold of it.
  if (dense || options.replicated()) bytes += thread_count() * (40 * n * p + 24 * fewer * fewer);
  return bytes;
}

void require_affordable(const std::vector<ExperimentOptions>& experiments, bool descent, bool flow) {
  double hours = 0, bytes = 0;
  for (const ExperimentOptions& options : experiments) {
    if (descent) hours += expected_hours(options);
    bytes += estimated_bytes(options, flow);
  }
  if (hours > most_hours)
    throw UsageError("this asks for about " + formatted("%.3g", hours) +
                     " hours of gradient descent; at most " + formatted("%g", most_hours) +
                     " are accepted: take fewer iterations, measurements, unknowns or replicates");
  require_memory("what is to be reproduced", bytes, "take fewer measurements, unknowns or replicates");
}

}  // namespace isr
