#include "sweep/desk.h"

#include <utility>

#include "base/parallel.h"

namespace isr {

Desk::Desk(const SweepGrid& grid, int threads, Cancelled cancelled)
    : grid_(grid),
      cancelled_([this, outer = std::move(cancelled)] { return ended_.load() || (outer && outer()); }),
      workers_(grid.one_by_one() ? 1 : threads),
      working_(workers_) {
  thread_ = std::thread([this] {
    // Inside parallel_for each worker solves on its own thread; alone, it has the threads for each solve.
    if (workers_ > 1)
      parallel_for(static_cast<std::size_t>(workers_), [this](std::size_t) { work(); });
    else
      work();
    const std::lock_guard lock(mutex_);
    working_ = 0;
    changed_ = true;
    news_.notify_all();
  });
}

Desk::~Desk() {
  ended_ = true;
  close();
  thread_.join();
}

int Desk::hungry() const {
  const std::lock_guard lock(mutex_);
  return closed_ ? 0 : waiting_ - static_cast<int>(assignments_.size());
}

void Desk::give(Assignment assignment) {
  const std::lock_guard lock(mutex_);
  assignments_.push_back(std::move(assignment));
  work_here_.notify_one();
}

void Desk::close() {
  const std::lock_guard lock(mutex_);
  closed_ = true;
  work_here_.notify_all();
}

bool Desk::idle() const {
  const std::lock_guard lock(mutex_);
  return working_ == 0;
}

std::vector<SolveResult> Desk::collect() {
  const std::lock_guard lock(mutex_);
  changed_ = false;
  if (failure_ && results_.empty()) std::rethrow_exception(std::exchange(failure_, nullptr));
  return std::exchange(results_, {});
}

void Desk::wait(std::chrono::milliseconds most) {
  std::unique_lock lock(mutex_);
  news_.wait_for(lock, most, [&] { return changed_; });
}

bool Desk::take(Assignment& assignment) {
  std::unique_lock lock(mutex_);
  ++waiting_;
  changed_ = true;
  news_.notify_all();
  work_here_.wait(lock, [&] { return closed_ || !assignments_.empty(); });
  --waiting_;
  if (assignments_.empty() || failure_) return false;
  assignment = std::move(assignments_.front());
  assignments_.pop_front();
  return true;
}

void Desk::work() {
  Assignment assignment;
  while (take(assignment)) {
    try {
      solve_assignment(grid_, assignment, cancelled_, [&](SolveResult result) {
        const std::lock_guard lock(mutex_);
        results_.push_back(std::move(result));
        changed_ = true;
        news_.notify_all();
      });
    } catch (...) {
      const std::lock_guard lock(mutex_);
      if (!failure_) failure_ = std::current_exception();
      changed_ = true;
      news_.notify_all();
      return;
    }
  }
}

}  // namespace isr
