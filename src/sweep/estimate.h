// What a sweep will take, from a sample of its solves.
#pragma once

#include <cstdint>
#include <vector>

#include "sweep/run.h"
#include "sweep/simulation.h"

namespace isr {

struct SweepEstimate {
  std::int64_t solves = 0;                         // to be done
  std::int64_t sampled = 0;                        // solves that were timed
  double solve_seconds = 0;                        // the mean solve, on one thread
  double total_seconds = 0;                        // of all solves, on one thread, one after the other
  double relative_error = 0;                       // of these two: the standard error of the mean, relative
  double bytes = 0;                                // of the file, in the end
  double memory_bytes = 0;                         // of each process
  Simulation here;                                 // with all threads of this machine
  std::vector<std::pair<int, Simulation>> others;  // with more workers: 16, 64, 256, 1,024
};

// Solves a sample, some problems far apart by every method, until about so many seconds have passed.
// Nothing is written.
SweepEstimate estimate_sweep(const SweepGrid& grid, Shard shard, const std::vector<bool>& done,
                             double seconds = 10, const Cancelled& cancelled = {});

}  // namespace isr
