// Where the threads that solve meet the one that writes and talks to other ranks.
#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <deque>
#include <exception>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

#include "sweep/solve.h"

namespace isr {

class Desk {
 public:
  // Starts so many threads that take assignments and solve them; of a grid whose problems take all threads,
  // one.
  Desk(const SweepGrid& grid, int threads, Cancelled cancelled);
  ~Desk();  // cancels what is being solved, and waits for the threads
  Desk(const Desk&) = delete;
  Desk& operator=(const Desk&) = delete;

  int workers() const { return workers_; }
  // Threads that wait, less the assignments that wait for them.
  int hungry() const;
  void give(Assignment assignment);
  // No more will come: threads end after what they have.
  void close();
  // Have all threads ended?
  bool idle() const;

  // Results since the last call. Throws what a thread has thrown.
  std::vector<SolveResult> collect();

  // Returns when there are results, a thread is hungry or has ended, or after that time.
  void wait(std::chrono::milliseconds most);

 private:
  void work();
  bool take(Assignment& assignment);

  const SweepGrid& grid_;
  const Cancelled cancelled_;
  const int workers_;
  mutable std::mutex mutex_;
  std::condition_variable work_here_, news_;
  std::deque<Assignment> assignments_;
  std::vector<SolveResult> results_;
  std::exception_ptr failure_;
  int waiting_ = 0, working_ = 0;
  bool closed_ = false, changed_ = false;
  std::atomic<bool> ended_{false};
  std::thread thread_;  // last: it uses all of the above
};

}  // namespace isr
