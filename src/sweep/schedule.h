// Who solves what, when: pieces of work for workers that come back for more.
#pragma once

#include <cstdint>
#include <vector>

#include "sweep/grid.h"

namespace isr {

// One of N equal parts of a sweep, for jobs that do not talk to each other; counted from 1.
struct Shard {
  int index = 1, count = 1;
};

// Reads "2/8". Throws UsageError unless 1 <= index <= count.
Shard parse_shard(const std::string& text);

// Solves, all of one operator.
using Assignment = std::vector<std::int64_t>;

// Hands out every solve of a shard that is not done, once, in pieces: all methods of some problems of one
// operator. The operators that take longest come first; pieces grow smaller towards the end, so that workers
// end together. What it hands out changes no result.
class Schedule {
 public:
  // done[id]: solved already; empty: none.
  Schedule(const SweepGrid& grid, Shard shard = {}, const std::vector<bool>& done = {});

  std::int64_t remaining() const { return remaining_; }      // solves
  double remaining_cost() const { return remaining_cost_; }  // of them, in the unit of SweepGrid::cost_of

  // The next piece for one of so many workers; empty when all is handed out.
  Assignment next(int workers);

  // Most problems in a piece: enough that making the operator's factors hardly counts.
  static constexpr std::size_t most_problems = 32;

 private:
  const SweepGrid& grid_;
  std::vector<std::vector<std::int64_t>> problems_;  // of each operator, those with solves to be done
  std::vector<bool> done_;
  std::size_t operator_ = 0, position_ = 0;  // the next problem
  double remaining_cost_ = 0;
  std::int64_t remaining_ = 0;
};

// The shard of each problem: problems of one operator stay together in pieces, which are dealt out in the
// order of their cost. [problem] -> 1 … count.
std::vector<int> shards_of(const SweepGrid& grid, int count);

}  // namespace isr
