// What an experiment may ask of the machine: refused before it starts, not when it fails.
#pragma once

#include "experiments/protocol.h"

namespace isr {

inline constexpr double most_hours = 240;  // of gradient descent on one processor, all figures together

// Hours that the gradient descent of this experiment takes on one processor, about.
double expected_hours(const ExperimentOptions& options);

// Bytes that the problems of an experiment and the work on them take, about; `dense`: some of the work keeps
// a matrix in double precision.
double estimated_bytes(const ExperimentOptions& options, bool dense);

// Throws UsageError when all of them ask for more than most_hours, Error when they need more memory than is
// free. `flow` alone needs no descent, but a dense matrix.
void require_affordable(const std::vector<ExperimentOptions>& experiments, bool descent, bool flow);

}  // namespace isr
