#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <chrono>
#include <mutex>
#include <set>
#include <stdexcept>
#include <thread>
#include <vector>

#include "base/parallel.h"

namespace isr {
namespace {

TEST(ParallelFor, CallsEveryIndexExactlyOnce) {
  std::vector<std::atomic<int>> calls(1000);
  parallel_for(calls.size(), [&](std::size_t i) { ++calls[i]; });
  for (const auto& count : calls) EXPECT_EQ(count, 1);
}

TEST(ParallelFor, RethrowsTheBodysException) {
  EXPECT_THROW(parallel_for(100,
                            [](std::size_t i) {
                              if (i == 42) throw std::out_of_range("42");
                            }),
               std::out_of_range);
}

TEST(ParallelFor, WorksAgainAfterAnException) {
  EXPECT_THROW(parallel_for(100, [](std::size_t) { throw std::out_of_range("all"); }), std::out_of_range);
  std::atomic<int> calls{0};
  parallel_for(100, [&](std::size_t) { ++calls; });
  EXPECT_EQ(calls, 100);
}

TEST(ParallelFor, RunsCallsOfSeveralThreadsAndNestedOnes) {
  std::atomic<int> calls{0};
  std::vector<std::jthread> callers;
  for (int caller = 0; caller < 4; ++caller)
    callers.emplace_back([&] {
      for (int again = 0; again < 50; ++again)
        parallel_for(10, [&](std::size_t) { parallel_for(3, [&](std::size_t) { ++calls; }); });
    });
  callers.clear();
  EXPECT_EQ(calls, 4 * 50 * 10 * 3);
}

TEST(ParallelFor, UsesAsManyThreadsAsAreSet) {
  for (const int threads : {1, 2, 5}) {
    set_thread_count(threads);
    std::mutex mutex;
    std::set<std::thread::id> seen;
    parallel_for(200, [&](std::size_t) {
      std::this_thread::sleep_for(std::chrono::microseconds(100));
      const std::lock_guard lock(mutex);
      seen.insert(std::this_thread::get_id());
    });
    EXPECT_LE(seen.size(), static_cast<std::size_t>(threads));
    if (threads > 1) {
      EXPECT_GT(seen.size(), 1u);
    }
  }
  set_thread_count(0);
}

// Whether two threads are inside a parallel_for at a time, which they wait for.
bool two_threads_meet() {
  std::atomic<int> inside{0};
  std::atomic<bool> met{false};
  const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(20);
  parallel_for(2, [&](std::size_t) {
    ++inside;
    while (!met && std::chrono::steady_clock::now() < end)
      if (inside == 2) met = true;
    --inside;
  });
  return met;
}

// Threads have met before: AddressSanitizer, forked while one begins, leaves its own lock taken.
TEST(ParallelFor, UsesThreadsInAForkedProcessToo) {
  set_thread_count(2);
  ASSERT_TRUE(two_threads_meet());
  const pid_t child = fork();
  if (child == 0) _exit(two_threads_meet() ? 0 : 1);
  int status = 1;
  ASSERT_EQ(waitpid(child, &status, 0), child);
  EXPECT_EQ(status, 0);
  set_thread_count(0);
}

}  // namespace
}  // namespace isr
