// Work that is shared among the threads, the longest first.
#pragma once

#include <algorithm>
#include <functional>
#include <mutex>
#include <vector>

#include "base/cancelled.h"
#include "base/parallel.h"

namespace isr {

struct Job {
  double cost;  // expected seconds, about
  std::function<void()> run;
};

// The share of the work that is done, in [0, 1].
using Progress = std::function<void(double share)>;

// Runs them in parallel, all unless cancelled; `progress` is called after each.
inline void run_jobs(std::vector<Job> jobs, const Cancelled& cancelled, const Progress& progress = {}) {
  std::stable_sort(jobs.begin(), jobs.end(), [](const Job& a, const Job& b) { return a.cost > b.cost; });
  double total = 0, done = 0;
  for (const Job& job : jobs) total += job.cost;
  std::mutex mutex;
  parallel_for(jobs.size(), [&](std::size_t i) {
    if (cancelled && cancelled()) return;
    jobs[i].run();
    const std::lock_guard lock(mutex);
    done += jobs[i].cost;
    if (progress) progress(done / total);
  });
}

}  // namespace isr
