#include "sweep/schedule.h"

#include <gtest/gtest.h>

#include <numeric>
#include <set>

#include "base/error.h"
#include "sweep/simulation.h"
#include "sweep/small_sweep.h"
#include "sweep/solve_seconds.h"

namespace isr {
namespace {

TEST(SweepGrid, NumbersEverySolveOnce) {
  const SweepGrid grid(small_sweep());
  EXPECT_EQ(grid.size(), 3 * 12 * 3);
  std::set<std::string> seen;
  for (std::int64_t id = 0; id < grid.size(); ++id) {
    const std::int64_t problem = grid.problem_of(id);
    std::string key = grid.subject_of(problem).source;
    for (const auto& [name, value] : grid.cell_of(problem).values) key += "|" + value;
    key += "|" + grid.method_of(id).name;
    for (const auto& [name, value] : grid.method_of(id).values) key += "|" + value;
    EXPECT_TRUE(seen.insert(key).second) << key;
  }
}

TEST(SweepGrid, PicturesAndNoisesShareAnOperator) {
  const SweepGrid grid(small_sweep());
  EXPECT_EQ(grid.operators().size(), 6u) << "3 numbers of measurements × 2 seeds";
  for (std::size_t i = 1; i < grid.operators().size(); ++i)
    EXPECT_GE(grid.cost_of(i - 1), grid.cost_of(i)) << "the most work first";
}

TEST(SweepGrid, OrderOnTheCommandLineDoesNotMatter) {
  SweepDefinition one = small_sweep(), other;
  other.sources = one.sources;
  other.subjects = one.subjects;
  other.methods = one.methods;
  for (const char* axis : {"seed", "depth", "noise", "measurements"}) other.values[axis] = one.values[axis];
  EXPECT_EQ(SweepGrid(one).definition().description().dump(),
            SweepGrid(other).definition().description().dump());
}

// Every solve of these shards, in the order in which it is handed out.
std::multiset<std::int64_t> handed_out(const SweepGrid& grid, int shards, int workers,
                                       const std::vector<bool>& done) {
  std::multiset<std::int64_t> all;
  for (int shard = 1; shard <= shards; ++shard) {
    Schedule schedule(grid, {shard, shards}, done);
    for (Assignment piece = schedule.next(workers); !piece.empty(); piece = schedule.next(workers)) {
      for (const std::int64_t id : piece) {
        EXPECT_EQ(grid.operator_of(grid.problem_of(id)), grid.operator_of(grid.problem_of(piece[0])));
        all.insert(id);
      }
    }
    EXPECT_EQ(schedule.remaining(), 0);
  }
  return all;
}

TEST(Schedule, HandsOutEverySolveThatIsMissingOnce) {
  const SweepGrid grid(small_sweep());
  std::vector<bool> done(static_cast<std::size_t>(grid.size()));
  done[5] = done[6] = done[100] = true;
  std::multiset<std::int64_t> missing;
  for (std::int64_t id = 0; id < grid.size(); ++id)
    if (!done[static_cast<std::size_t>(id)]) missing.insert(id);
  for (const int shards : {1, 2, 3, 7})
    for (const int workers : {1, 2, 64}) EXPECT_EQ(handed_out(grid, shards, workers, done), missing);
}

// 18,000 problems: digits of one shape at nine ratios.
SweepDefinition digits() {
  SweepDefinition definition;
  const Subject digit = subject_of({Image(28, 28), "digit", ""});
  definition.subjects.assign(2000, digit);
  definition.values["measurements"] = axis_values(axis_named("measurements"), "10%..90%:9");
  definition.values["ensemble"] = {"rademacher"};
  definition.values["basis"] = {"pixel"};
  definition.values["depth"] = {"1", "2", "3", "5"};
  definition.methods = {"nnls", "l1"};
  return definition;
}

TEST(Shards, HaveEqualWork) {
  const SweepGrid grid(digits());
  for (const int count : {2, 9, 100}) {
    const std::vector<int> shards = shards_of(grid, count);
    std::vector<double> work(static_cast<std::size_t>(count));
    double total = 0;
    for (std::int64_t problem = 0; problem < grid.problems(); ++problem) {
      const double cost = grid.cost_of(grid.operator_of(problem));
      work[static_cast<std::size_t>(shards[static_cast<std::size_t>(problem)] - 1)] += cost;
      total += cost;
    }
    EXPECT_LT(*std::max_element(work.begin(), work.end()), 1.05 * total / count) << count;
  }
}

TEST(Shards, WrongOnesAreRefused) {
  EXPECT_EQ(parse_shard("2/8").index, 2);
  for (const char* text : {"", "2", "0/3", "4/3", "a/b", "1/2/3", "1.5/2"})
    EXPECT_THROW(parse_shard(text), UsageError) << text;
}

double measured_seconds(const SweepGrid& grid, std::int64_t id) {
  const auto method = static_cast<std::size_t>(id % grid.method_count());
  const std::size_t share = 8 - grid.operator_of(grid.problem_of(id));  // operators: the largest n first
  return solve_seconds[method][share];
}

TEST(Simulation, OneWorkerTakesTheSumOfAllSolves) {
  const SweepGrid grid(small_sweep());
  SimulationCosts free;
  free.latency = free.operator_seconds = free.request_seconds = free.row_seconds = 0;
  const Simulation run = simulate(
      Schedule(grid), 1, [](std::int64_t id) { return 0.5 + id % 2; }, free);
  EXPECT_DOUBLE_EQ(run.seconds, 108.0);
  EXPECT_DOUBLE_EQ(run.efficiency, 1);
}

// The paper's sweep, by solve times measured for each method and ratio.
TEST(Simulation, AThousandRanksAreBusy) {
  const SweepGrid grid(digits());
  const auto seconds = [&](std::int64_t id) { return measured_seconds(grid, id); };
  for (const auto& [ranks, least] : {std::pair{2, 0.98}, {64, 0.95}, {1024, 0.80}}) {
    const Simulation run = simulate(Schedule(grid), ranks, seconds);
    EXPECT_GT(run.efficiency, least) << ranks;
    EXPECT_LE(run.efficiency, 1) << ranks;
    EXPECT_LT(run.writer_share, 0.5) << ranks;
    std::printf("%5d ranks: %.4g s, efficiency %.3f, writer busy %.3f of the time, %lld pieces\n", ranks,
                run.seconds, run.efficiency, run.writer_share, static_cast<long long>(run.pieces));
  }
}

TEST(Simulation, TheWriterSaturatesWhereItIsSaidTo) {
  const SweepGrid grid(digits());
  const double mean = 0.004;  // seconds; so short that the writer is the limit
  const auto seconds = [&](std::int64_t) { return mean; };
  const int limit = static_cast<int>(saturating_workers(mean));
  const Simulation below = simulate(Schedule(grid), limit / 4, seconds),
                   beyond = simulate(Schedule(grid), 4 * limit, seconds);
  EXPECT_LT(below.writer_share, 0.5);
  EXPECT_GT(beyond.writer_share, 0.9);
  EXPECT_LT(beyond.efficiency, 0.3);
}

}  // namespace
}  // namespace isr
