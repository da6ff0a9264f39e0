#include "sweep/run.h"

#include <gtest/gtest.h>

#include "base/parallel.h"
#include "base/test_files.h"
#include "sweep/estimate.h"
#include "sweep/messages.h"
#include "sweep/small_sweep.h"

namespace isr {
namespace {

class Threads {
 public:
  explicit Threads(int count) { set_thread_count(count); }
  ~Threads() { set_thread_count(0); }
};

void run(const SweepGrid& grid, const std::filesystem::path& file, int threads, Shard shard = {}) {
  const Threads use(threads);
  ASSERT_TRUE(run_sweep(grid, shard, file, this_machine()));
}

TEST(Run, GivesTheSameRowsForAnyNumberOfThreadsAndShards) {
  const TemporaryFolder folder;
  const SweepGrid grid(small_sweep());
  run(grid, folder / "1.db", 1);
  const std::string expected = exported(folder / "1.db");
  EXPECT_EQ(std::count(expected.begin(), expected.end(), '\n'), grid.size() + 1);
  for (const int threads : {2, 3}) {
    const auto file = folder / ("t" + std::to_string(threads));
    run(grid, file, threads);
    EXPECT_EQ(exported(file), expected) << threads << " threads";
  }
  for (const int shards : {2, 3}) {
    std::vector<std::filesystem::path> files;
    for (int shard = 1; shard <= shards; ++shard) {
      files.push_back(folder / ("s" + std::to_string(shards) + std::to_string(shard)));
      run(grid, files.back(), 2, {shard, shards});
    }
    const auto merged = folder / ("m" + std::to_string(shards));
    merge_sweeps(files, merged);
    EXPECT_EQ(exported(merged), expected) << shards << " shards";
  }
}

TEST(Run, RecoversWhatIsSparseEnough) {
  const TemporaryFolder folder;
  run(SweepGrid(small_sweep()), folder / "a.db", 2);
  const auto database = open_sweep(folder / "a.db");
  const std::string easy = " FROM results WHERE k = 2 AND n = 30 AND noise = 0 AND method = 'flow'";
  EXPECT_EQ(database->integer("SELECT count(*)" + easy), 4);
  EXPECT_EQ(database->integer("SELECT count(*)" + easy + " AND relative_error < 1e-3"), 4);
  EXPECT_EQ(
      database->integer("SELECT count(*) FROM results WHERE k = 9 AND n = 12 AND relative_error < 1e-3"), 0);
}

// What a solve is does not depend on what else is in the sweep.
TEST(Run, ASolveAloneIsThatOfTheWholeSweep) {
  const TemporaryFolder folder;
  run(SweepGrid(small_sweep()), folder / "all.db", 2);
  SweepDefinition alone = small_sweep();
  alone.subjects = {alone.subjects[1]};
  alone.values["measurements"] = {"50%"};
  alone.values["noise"] = {"0.01"};
  alone.values["seed"] = {"2"};
  alone.values["depth"] = {"3"};
  alone.methods.clear();
  run(SweepGrid(alone), folder / "one.db", 1);
  const char* const columns =
      "SELECT quote(relative_error) || quote(w0) || quote(flow_time) || stop_reason FROM results";
  EXPECT_EQ(open_sweep(folder / "all.db")
                ->text(std::string(columns) +
                       " WHERE k = 5 AND measurements = '50%' AND noise = 0.01 AND seed = 2 AND depth = 3"),
            open_sweep(folder / "one.db")->text(columns));
}

TEST(Run, GoesOnAfterItWasCancelled) {
  const TemporaryFolder folder;
  const SweepGrid grid(small_sweep());
  run(grid, folder / "whole.db", 2);
  int runs = 0;
  bool complete = false;
  double share = 0;
  for (; !complete && runs < 1000; ++runs) {
    std::int64_t limit = 0;
    std::atomic<bool> enough{false};
    SweepWatch watch{[&] { return enough.load(); },
                     [&](const SweepProgress& progress) {
                       share = progress.share;
                       limit = progress.before + 20;
                       if (progress.done >= limit) enough = true;
                     }};
    complete = run_sweep(grid, {}, folder / "pieces.db", this_machine(), watch);
  }
  EXPECT_GT(runs, 2);
  EXPECT_NEAR(share, 1, 1e-12);  // of the last run's work
  EXPECT_EQ(exported(folder / "pieces.db"), exported(folder / "whole.db"));
  EXPECT_EQ(open_sweep(folder / "pieces.db")->integer("SELECT count(DISTINCT run) FROM timings"), runs);
}

TEST(Run, LeastL1IsExactWhereItRecovers) {
  const TemporaryFolder folder;
  SweepDefinition definition;
  definition.sources = "";
  definition.subjects = parse_sparse_source("sparse:k=3,p=40,amplitudes=signs");
  definition.values["measurements"] = {"24"};
  definition.values["depth"] = {"2"};
  definition.methods = {"l1", "nnls"};
  run(SweepGrid(definition), folder / "a.db", 1);
  const auto database = open_sweep(folder / "a.db");
  EXPECT_EQ(database->integer("SELECT relative_error < 1e-5 FROM results WHERE method = 'l1'"), 1);
  EXPECT_EQ(database->integer("SELECT relative_error > 0.1 FROM results WHERE method = 'nnls'"), 1)
      << "the signal has values of either sign";
}

TEST(Run, WindowsAreWhenTheErrorIsSmall) {
  const TemporaryFolder folder;
  SweepDefinition definition;
  definition.sources = "";
  definition.subjects = parse_sparse_source("sparse:k=3,p=60,amplitudes=signs");
  definition.values["measurements"] = {"40"};
  definition.values["noise"] = {"0.6"};
  definition.values["depth"] = {"2"};
  definition.values["init"] = {"1e-6"};
  definition.window = 0.2;
  run(SweepGrid(definition), folder / "a.db", 1);
  const auto database = open_sweep(folder / "a.db");
  EXPECT_EQ(database->integer(
                "SELECT window_begin > 0 AND window_end > window_begin AND least_error < 0.2 FROM results"),
            1);
  // Recovered at the begin of the window, and at its end, the error is the level.
  for (const char* edge : {"window_begin", "window_end"}) {
    const std::string time = database->text("SELECT printf('%.17g', " + std::string(edge) + ") FROM results");
    SweepDefinition there = definition;
    there.window.reset();
    there.values["stop"] = {"time:" + time};
    run(SweepGrid(there), folder / edge, 1);
    EXPECT_EQ(open_sweep(folder / edge)->integer("SELECT abs(relative_error - 0.2) < 0.01 FROM results"), 1)
        << edge;
  }
}

TEST(Estimate, CountsWhatIsMissingAndMeasuresASample) {
  const SweepGrid grid(small_sweep());
  std::vector<bool> done(static_cast<std::size_t>(grid.size()));
  done[0] = true;
  const SweepEstimate estimate = estimate_sweep(grid, {}, done, 0.2);
  EXPECT_EQ(estimate.solves, grid.size() - 1);
  EXPECT_GT(estimate.sampled, 0);
  EXPECT_GT(estimate.solve_seconds, 0);
  EXPECT_GT(estimate.bytes, 50.0 * static_cast<double>(grid.size()));
  EXPECT_LT(estimate.bytes, 1000.0 * static_cast<double>(grid.size()));
  EXPECT_LE(estimate.here.seconds, estimate.total_seconds * 1.5 + 1);
}

TEST(Messages, ArriveAsTheyWere) {
  WorkerReport report;
  SolveResult result;
  result.id = 1234567890123;
  result.n = 3;
  result.status = "limit reached";
  result.flow_time = std::numeric_limits<double>::infinity();
  result.relative_error = 0.1;
  result.seconds = 1.0 / 3;
  report.results = {result};
  report.wants = 2;
  report.failure = "σ";
  const WorkerReport read = unpacked_report(packed(report));
  EXPECT_EQ(read.results[0].id, result.id);
  EXPECT_EQ(read.results[0].flow_time, result.flow_time);
  EXPECT_EQ(read.results[0].relative_error, result.relative_error);
  EXPECT_EQ(read.results[0].seconds, result.seconds);
  EXPECT_FALSE(read.results[0].psnr.has_value());
  EXPECT_EQ(read.wants, 2);
  EXPECT_FALSE(read.ended);
  EXPECT_EQ(read.failure, "σ");
  const WriterOrder order = unpacked_order(packed(WriterOrder{{1, 2, 3}, true, false}));
  EXPECT_EQ(order.assignment, (Assignment{1, 2, 3}));
  EXPECT_TRUE(order.close);
  EXPECT_FALSE(order.stop);
}

}  // namespace
}  // namespace isr
