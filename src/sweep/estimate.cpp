#include "sweep/estimate.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <mutex>
#include <numeric>
#include <thread>

#include "base/parallel.h"

namespace isr {
namespace {

constexpr std::size_t most_problems = 400, least_problems = 4;

// Problems with solves to be done, evenly spaced in the order of the schedule, in an order in which each
// beginning is spread over the whole.
std::vector<Assignment> sample_of(const SweepGrid& grid, Shard shard, const std::vector<bool>& done) {
  Schedule schedule(grid, shard, done);
  std::vector<Assignment> problems;
  for (Assignment piece = schedule.next(1); !piece.empty(); piece = schedule.next(1))
    for (const std::int64_t id : piece) {
      if (problems.empty() || grid.problem_of(problems.back()[0]) != grid.problem_of(id))
        problems.emplace_back();
      problems.back().push_back(id);
    }
  const std::size_t count = std::min(problems.size(), most_problems);
  std::vector<Assignment> sample;
  double place = 0;
  const double golden = (std::sqrt(5.0) - 1) / 2;
  std::vector<bool> taken(problems.size());
  for (std::size_t i = 0; sample.size() < count; ++i) {
    place += golden;
    place -= std::floor(place);
    auto at = static_cast<std::size_t>(place * static_cast<double>(problems.size()));
    while (taken[at]) at = (at + 1) % problems.size();
    taken[at] = true;
    sample.push_back(problems[at]);
  }
  return sample;
}

struct Timed {
  std::vector<SolveResult> results;
  std::vector<double> problem_means;  // of a solve, problem by problem
};

Timed time_sample(const SweepGrid& grid, const std::vector<Assignment>& sample, double seconds,
                  const Cancelled& cancelled) {
  const auto end = std::chrono::steady_clock::now() + std::chrono::duration<double>(seconds);
  Timed timed;
  std::mutex mutex;
  const auto solve = [&](std::size_t i) {
    if (cancelled && cancelled()) return;
    if (i >= least_problems && std::chrono::steady_clock::now() > end) return;
    std::vector<SolveResult> results;
    solve_assignment(grid, sample[i], cancelled,
                     [&](SolveResult result) { results.push_back(std::move(result)); });
    if (results.empty()) return;
    const double total = std::accumulate(results.begin(), results.end(), 0.0,
                                         [](double sum, const SolveResult& r) { return sum + r.seconds; });
    const std::lock_guard lock(mutex);
    timed.problem_means.push_back(total / static_cast<double>(results.size()));
    std::move(results.begin(), results.end(), std::back_inserter(timed.results));
  };
  if (grid.one_by_one())
    for (std::size_t i = 0; i < sample.size(); ++i) solve(i);
  else
    parallel_for(sample.size(), solve);
  return timed;
}

// The seconds of each solve: those of a sampled one by the same method.
class Durations {
 public:
  Durations(const SweepGrid& grid, const std::vector<SolveResult>& sample) : grid_(grid) {
    by_method_.resize(static_cast<std::size_t>(grid.method_count()));
    for (const SolveResult& result : sample)
      by_method_[static_cast<std::size_t>(result.id % grid.method_count())].push_back(result.seconds);
  }
  double operator()(std::int64_t id) const {
    const auto& times = by_method_[static_cast<std::size_t>(id % grid_.method_count())];
    if (times.empty()) return 0;
    return times[static_cast<std::size_t>(grid_.problem_of(id)) * 2654435761u % times.size()];
  }

 private:
  const SweepGrid& grid_;
  std::vector<std::vector<double>> by_method_;
};

}  // namespace

SweepEstimate estimate_sweep(const SweepGrid& grid, Shard shard, const std::vector<bool>& done,
                             double seconds, const Cancelled& cancelled) {
  const Schedule schedule(grid, shard, done);
  SweepEstimate estimate;
  estimate.solves = schedule.remaining();
  const int workers = grid.one_by_one() ? 1 : thread_count();
  estimate.memory_bytes = grid.memory(thread_count());
  if (estimate.solves == 0) return estimate;
  const Timed timed = time_sample(grid, sample_of(grid, shard, done), seconds, cancelled);
  if (timed.results.empty()) return estimate;
  estimate.sampled = static_cast<std::int64_t>(timed.results.size());
  const auto count = static_cast<double>(timed.problem_means.size());
  const double mean = std::accumulate(timed.problem_means.begin(), timed.problem_means.end(), 0.0) / count;
  double squares = 0;
  for (const double one : timed.problem_means) squares += (one - mean) * (one - mean);
  estimate.solve_seconds = mean;
  estimate.total_seconds = mean * static_cast<double>(estimate.solves);
  estimate.relative_error = count > 1 && mean > 0 ? std::sqrt(squares / (count - 1) / count) / mean : 1;
  estimate.bytes = bytes_of_result(grid, timed.results) * static_cast<double>(estimate.solves);
  const Durations durations(grid, timed.results);
  constexpr std::int64_t most_simulated = 3000000;  // beyond, the ends of the run no longer count
  estimate.here.seconds = estimate.total_seconds / workers;
  estimate.here.efficiency = 1;
  if (estimate.solves > most_simulated || grid.one_by_one()) return estimate;
  estimate.here = simulate(schedule, workers, durations);
  for (const int many : {16, 64, 256, 1024})
    if (many > workers) estimate.others.emplace_back(many, simulate(schedule, many, durations));
  return estimate;
}

}  // namespace isr
