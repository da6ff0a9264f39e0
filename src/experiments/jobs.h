// Work that is shared among the threads, the longest first.
#pragma once

#include <algorithm>
#include <functional>
#include <vector>

#include "base/parallel.h"

namespace isr {

struct Job {
  double cost;  // expected seconds, about
  std::function<void()> run;
};

// Runs all of them, in parallel; `done` is called after each with its cost, from its thread.
inline void run_jobs(std::vector<Job> jobs, const std::function<void(double)>& done = {}) {
  std::stable_sort(jobs.begin(), jobs.end(), [](const Job& a, const Job& b) { return a.cost > b.cost; });
  parallel_for(jobs.size(), [&](std::size_t i) {
    jobs[i].run();
    if (done) done(jobs[i].cost);
  });
}

}  // namespace isr
