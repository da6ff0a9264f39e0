#include "sweep/schedule.h"

#include <algorithm>
#include <cmath>

#include "base/error.h"
#include "base/foreign_text.h"

namespace isr {

namespace {

std::vector<std::vector<std::int64_t>> problems_by_operator(const SweepGrid& grid) {
  std::vector<std::vector<std::int64_t>> problems(grid.operators().size());
  for (std::int64_t problem = 0; problem < grid.problems(); ++problem)
    problems[grid.operator_of(problem)].push_back(problem);
  return problems;
}

}  // namespace

Shard parse_shard(const std::string& text) {
  const std::vector<std::string> parts = split(text, '/');
  const auto bad = [&]() -> UsageError {
    return UsageError("shard must be I/N, the I-th of N parts, such as 1/8; got " + printable(text));
  };
  if (parts.size() != 2) throw bad();
  const double index = number_of("shard", parts[0]), count = number_of("shard", parts[1]);
  if (!(index >= 1 && index <= count && count <= 1e6) || index != std::floor(index) ||
      count != std::floor(count))
    throw bad();
  return {static_cast<int>(index), static_cast<int>(count)};
}

std::vector<int> shards_of(const SweepGrid& grid, int count) {
  std::vector<int> shards(static_cast<std::size_t>(grid.problems()), 1);
  if (count == 1) return shards;
  int shard = 0;
  for (const auto& problems : problems_by_operator(grid)) {
    // Pieces of an operator: as many as there are shards where they are not too small to share its factors.
    const std::size_t most = std::max<std::size_t>(1, problems.size() / static_cast<std::size_t>(count));
    const std::size_t piece = std::min(Schedule::most_problems, most);
    for (std::size_t i = 0; i < problems.size(); ++i) {
      if (i > 0 && i % piece == 0) shard = (shard + 1) % count;
      shards[static_cast<std::size_t>(problems[i])] = shard + 1;
    }
    shard = (shard + 1) % count;
  }
  return shards;
}

Schedule::Schedule(const SweepGrid& grid, Shard shard, const std::vector<bool>& done)
    : grid_(grid), problems_(grid.operators().size()), done_(done) {
  const std::vector<int> shards = shards_of(grid, shard.count);
  done_.resize(static_cast<std::size_t>(grid.size()));
  for (std::int64_t problem = 0; problem < grid.problems(); ++problem) {
    if (shards[static_cast<std::size_t>(problem)] != shard.index) continue;
    const auto first = done_.begin() + problem * grid.method_count();
    const auto open = std::count(first, first + grid.method_count(), false);
    if (open == 0) continue;
    const std::size_t index = grid.operator_of(problem);
    problems_[index].push_back(problem);
    remaining_ += open;
    remaining_cost_ += grid.cost_of(index) * static_cast<double>(open);
  }
}

Assignment Schedule::next(int workers) {
  while (operator_ < problems_.size() && position_ == problems_[operator_].size()) {
    ++operator_;
    position_ = 0;
  }
  Assignment piece;
  if (operator_ == problems_.size()) return piece;
  const double cost = grid_.cost_of(operator_), of_problem = cost * static_cast<double>(grid_.method_count());
  // Half of a worker's share of what is left: the other half evens out what took longer than expected.
  const auto share = static_cast<std::size_t>(std::max(1.0, remaining_cost_ / of_problem / (2.0 * workers)));
  const auto& problems = problems_[operator_];
  for (std::size_t left = std::min({share, most_problems, problems.size() - position_}); left > 0; --left) {
    const std::int64_t first = problems[position_++] * grid_.method_count();
    for (std::int64_t id = first; id < first + grid_.method_count(); ++id)
      if (!done_[static_cast<std::size_t>(id)]) piece.push_back(id);
  }
  remaining_ -= static_cast<std::int64_t>(piece.size());
  remaining_cost_ -= cost * static_cast<double>(piece.size());
  return piece;
}

}  // namespace isr
