// Memory, estimated before work starts.
#pragma once

#include <cstddef>
#include <string>

#include "sensing/problem.h"

namespace isr {

// Bytes that simulating and solving such a problem takes, about: operators, measurements, the solver's
// vectors.
std::size_t estimated_bytes(const MeasurementModel& model, std::size_t images);

// "4G", "500M", "2000000" or "auto": 85 % of what the machine has free (MemAvailable of /proc/meminfo, and
// the limit of the control group). Throws UsageError for anything else.
std::size_t parse_memory(const std::string& text);

// Throws Error, with the figure and what would need less, when the estimate exceeds `limit`.
void check_memory(const MeasurementModel& model, std::size_t images, std::size_t limit);

}  // namespace isr
