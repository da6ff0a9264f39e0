// How long a sweep takes on many workers, without them: the scheduler by a virtual clock.
#pragma once

#include <functional>

#include "sweep/schedule.h"

namespace isr {

struct SimulationCosts {
  double operator_seconds = 0.02;  // of a worker: an operator and its factors, once a piece
  double latency = 1e-3;           // of a message, and until it is looked at, each way
  double request_seconds = 2e-5;   // of the writer: an answer to a worker that wants work
  double row_seconds = 2e-5;       // of the writer: a result received and stored
};

struct Simulation {
  double seconds = 0;       // until the last result is stored
  double efficiency = 0;    // the time that solving takes, over workers × seconds
  double writer_share = 0;  // of that time during which the writer is busy
  std::int64_t pieces = 0;
};

// Runs the schedule to its end on so many workers, of which each solve takes the seconds that `seconds_of`
// gives.
Simulation simulate(Schedule schedule, int workers, const std::function<double(std::int64_t id)>& seconds_of,
                    const SimulationCosts& costs = {});

// The number of workers beyond which the writer is busy all the time, for solves of this mean duration.
double saturating_workers(double mean_seconds, const SimulationCosts& costs = {});

}  // namespace isr
