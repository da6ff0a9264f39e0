// isr sweep as users run it: killed, on ranks, into files that are in the way.
#include <gmock/gmock.h>

#include <chrono>
#include <random>
#include <thread>

#include "cli/run_command.h"

namespace isr {
namespace {

using testing::HasSubstr;

// 24 signals × 3 numbers of measurements, by depths 2 and 3, NNLS and ℓ1: 288 solves, a second or two.
std::vector<std::string> sweep_arguments(const std::string& out, std::vector<std::string> more = {}) {
  std::vector<std::string> all{"sweep",       "sparse:k=4..18:8,p=120,count=3",
                               "--over",      "measurements=30%..70%:3",
                               "--over",      "depth=2,3",
                               "--baselines", "nnls,l1",
                               "--out",       out,
                               "--quiet"};
  all.insert(all.end(), more.begin(), more.end());
  return all;
}

std::string exported(const TemporaryFolder& folder, const std::string& file) {
  const CommandResult result = run_isr(folder.path(), {"sweep", "export", file});
  EXPECT_EQ(result.status, 0) << result.err;
  return result.out;
}

TEST(Sweep, KilledAtAnyMomentItGoesOnAndMissesNothing) {
  const TemporaryFolder folder;
  const auto start = std::chrono::steady_clock::now();
  ASSERT_EQ(run_isr(folder.path(), sweep_arguments("whole.db")).status, 0);
  const double whole = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  std::mt19937 random(13);
  const char* const kills_asked = std::getenv("ISR_SWEEP_KILLS");  // the many kills of a thorough check
  const int kills = kills_asked ? std::atoi(kills_asked) : 5;
  int killed = 0;
  for (int i = 0; i < kills; ++i) {
    RunningCommand running(folder.path(), sweep_arguments("killed.db"));
    const double moment = whole / 2 * std::uniform_real_distribution<>(0, 1)(random);
    std::this_thread::sleep_for(std::chrono::duration<double>(moment));
    running.send(SIGKILL);
    killed += running.wait().status == 128 + SIGKILL;
  }
  EXPECT_GT(killed, 0);
  const CommandResult last = run_isr(folder.path(), sweep_arguments("killed.db"));
  ASSERT_EQ(last.status, 0) << last.err;
  const std::string expected = exported(folder, "whole.db");
  EXPECT_EQ(std::count(expected.begin(), expected.end(), '\n'), 289);
  EXPECT_EQ(exported(folder, "killed.db"), expected);
}

TEST(Sweep, InterruptedItSaysThatItGoesOn) {
  const TemporaryFolder folder;
  RunningCommand running(folder.path(), sweep_arguments("a.db"));
  std::this_thread::sleep_for(std::chrono::milliseconds(300));
  running.send(SIGINT);
  const CommandResult result = running.wait();
  if (result.status == 0) GTEST_SKIP() << "it was done before";
  EXPECT_EQ(result.status, 130);
  EXPECT_THAT(result.err, HasSubstr("what is done is kept: the same command goes on from there"));
}

// `mpirun -n RANKS isr …`
CommandResult on_ranks(const TemporaryFolder& folder, int ranks, const std::vector<std::string>& arguments) {
  std::vector<std::string> all{"mpirun", "--allow-run-as-root", "--oversubscribe",
                               "-n",     std::to_string(ranks), ISR_EXECUTABLE};
  all.insert(all.end(), arguments.begin(), arguments.end());
  return RunningCommand(folder.path(), all, "/usr/bin/env").wait();
}

bool has_mpi() {
  return std::system("command -v mpirun >/dev/null 2>&1") == 0 &&
         std::filesystem::exists(std::filesystem::path(ISR_EXECUTABLE).parent_path().parent_path() /
                                 "lib/libisr_mpi.so");
}

TEST(Sweep, GivesTheSameRowsForAnyNumberOfRanks) {
  if (!has_mpi()) GTEST_SKIP() << "no MPI";
  const TemporaryFolder folder;
  ASSERT_EQ(run_isr(folder.path(), sweep_arguments("1.db")).status, 0);
  const std::string expected = exported(folder, "1.db");
  for (const int ranks : {2, 3}) {
    const std::string file = std::to_string(ranks) + ".db";
    const CommandResult result = on_ranks(folder, ranks, sweep_arguments(file, {"--threads", "1"}));
    ASSERT_EQ(result.status, 0) << result.err;
    EXPECT_EQ(exported(folder, file), expected) << ranks << " ranks";
  }
}

TEST(Sweep, OnRanksRefusalsAreSaidOnce) {
  if (!has_mpi()) GTEST_SKIP() << "no MPI";
  const TemporaryFolder folder;
  put_file(folder / "a.db", "this is no database, but somebody's notes, and they stay as they are");
  const CommandResult result = on_ranks(folder, 2, sweep_arguments("a.db"));
  EXPECT_NE(result.status, 0);
  EXPECT_THAT(result.err, HasSubstr("a.db: it is damaged, or no SQLite database"));
}

TEST(Sweep, RefusesWhatItCannotUse) {
  const TemporaryFolder folder;
  const auto refused = [&](const std::vector<std::string>& arguments, const std::string& why,
                           int status = 2) {
    const CommandResult result = run_isr(folder.path(), arguments);
    EXPECT_EQ(result.status, status) << why;
    EXPECT_THAT(result.err, HasSubstr(why));
  };
  refused({"sweep"}, "needs a SOURCE");
  refused({"sweep", "sparse:k=2,p=20", "--over", "depth"}, "--over must be OPTION=VALUES");
  refused({"sweep", "sparse:k=2,p=20", "--over", "quiet=1"}, "a sweep can vary measurements, ensemble");
  refused({"sweep", "sparse:k=2,p=20", "--over", "depth=2", "--depth", "3"}, "exclude each other");
  refused({"sweep", "sparse:k=2,p=20", "--over", "init=0..1:3"}, "must begin above 0");
  refused({"sweep", "sparse:k=2,p=20", "--baselines", "nnls,best"}, "--baselines must be of ls");
  refused({"sweep", "sparse:k=2,p=20", "--shard", "3/2"}, "--shard must be I/N");
  refused({"sweep", "plot", "none.db"}, "there is no file none.db", 1);
  refused({"sweep", "export", "none.db"}, "there is no file none.db", 1);
  refused({"sweep", "sparse:k=2,p=20", "--out", "no/such/a.db"}, "cannot write beside", 1);
  EXPECT_TRUE(std::filesystem::is_empty(folder.path()));
}

TEST(Sweep, DryRunWritesNothing) {
  const TemporaryFolder folder;
  std::vector<std::string> arguments = sweep_arguments("a.db", {"--dry-run"});
  std::erase(arguments, "--quiet");
  const CommandResult result = run_isr(folder.path(), arguments);
  EXPECT_EQ(result.status, 0) << result.err;
  EXPECT_THAT(result.out, HasSubstr("288"));
  EXPECT_FALSE(std::filesystem::exists(folder / "a.db"));
}

// In the shell, whose limit of a file's size stands for a full disk.
TEST(Sweep, ADiskThatFillsUpEndsItClearlyAndLosesNothing) {
  const TemporaryFolder folder;
  std::string command = "ulimit -f 100; exec " ISR_EXECUTABLE;
  for (const std::string& argument : sweep_arguments("a.db")) command += " '" + argument + "'";
  const CommandResult result = RunningCommand(folder.path(), {"-c", command}, "/bin/sh").wait();
  EXPECT_EQ(result.status, 1);
  EXPECT_THAT(result.err, HasSubstr("what was stored before is kept"));
  ASSERT_EQ(run_isr(folder.path(), sweep_arguments("a.db")).status, 0);
  ASSERT_EQ(run_isr(folder.path(), sweep_arguments("whole.db")).status, 0);
  EXPECT_EQ(exported(folder, "a.db"), exported(folder, "whole.db"));
}

TEST(Sweep, PlotsWithDataAndScripts) {
  const TemporaryFolder folder;
  ASSERT_EQ(run_isr(folder.path(), sweep_arguments("a.db")).status, 0);
  const CommandResult result = run_isr(folder.path(), {"sweep", "plot", "a.db", "--out", "figures"});
  ASSERT_EQ(result.status, 0) << result.err;
  for (const char* name : {"phase", "success"})
    for (const char* ending : {".png", ".pdf", ".svg", ".csv", ".gp"})
      EXPECT_GT(std::filesystem::file_size(folder / "figures" / (std::string(name) + ending)), 300u);
}

}  // namespace
}  // namespace isr
