// Runs a sweep: threads and ranks that solve, and one writer.
#pragma once

#include <cstdint>
#include <functional>

#include "base/cancelled.h"
#include "sweep/store.h"
#include "sweep/team.h"

namespace isr {

struct SweepProgress {
  std::int64_t done = 0, total = 0;  // solves of this shard, those of earlier runs included
  std::int64_t before = 0;           // of earlier runs
  double share = 0;                  // of this run's work that is done, a solve counted by its expected cost
};

struct SweepWatch {
  Cancelled cancelled{};
  std::function<void(const SweepProgress&)> progress{};  // now and then, from the calling thread
};

// Solves all that is missing in the file, with all threads; each solve is in the file as soon as it is done.
// Returns whether the sweep, or its shard, is complete; false: cancelled. Throws as SweepStore does, and what
// a thread that solves has thrown; what was done is kept.
bool run_sweep(const SweepGrid& grid, Shard shard, const std::filesystem::path& file,
               const SweepMachine& machine, const SweepWatch& watch = {});

// The same shared by the ranks of a team: rank 0 writes the file, hands out the work, and works too; the
// others do not touch the file. Called by each of them; true only at rank 0, when the sweep is complete.
bool run_sweep(const SweepGrid& grid, Shard shard, const std::filesystem::path& file,
               const SweepMachine& machine, Team& team, const SweepWatch& watch = {});

}  // namespace isr
