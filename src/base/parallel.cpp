#include "base/parallel.h"

// WebAssembly built without threads has one.
#if defined(__EMSCRIPTEN__) && !defined(__EMSCRIPTEN_PTHREADS__)
#define ISR_HAS_THREADS 0
#else
#define ISR_HAS_THREADS 1
#include <pthread.h>
#include <sched.h>
#endif

#include <algorithm>
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <exception>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "base/error.h"

namespace isr {
namespace {

std::atomic<int> configured_threads{0};

#if ISR_HAS_THREADS

int processors_allowed() {
  cpu_set_t set;
  if (sched_getaffinity(0, sizeof set, &set) == 0) return std::max(1, CPU_COUNT(&set));
  return std::max(1u, std::thread::hardware_concurrency());
}

thread_local bool inside_parallel_for = false;

// One call of parallel_for.
class Task {
 public:
  Task(std::size_t count, const std::function<void(std::size_t)>& body) : count_(count), body_(body) {}

  // Takes one index after the other until none is left.
  void work() {
    inside_parallel_for = true;
    try {
      for (std::size_t i = next_++; i < count_; i = next_++) body_(i);
    } catch (...) {
      next_ = count_;
      const std::lock_guard lock(failure_mutex_);
      if (!failure_) failure_ = std::current_exception();
    }
    inside_parallel_for = false;
  }

  void rethrow() const {
    if (failure_) std::rethrow_exception(failure_);
  }

 private:
  const std::size_t count_;
  const std::function<void(std::size_t)>& body_;
  std::atomic<std::size_t> next_{0};
  std::exception_ptr failure_;
  std::mutex failure_mutex_;
};

// Threads that wait for tasks. The caller works too, and waits only for helpers that have begun: one that
// wakes late, as on a busy machine, finds nothing to do and delays nobody.
class Team {
 public:
  static Team& instance() {
    static const Owner owner;
    return *current.load();
  }

  // False, having done nothing, when another thread's task has the team.
  bool run(std::size_t count, std::size_t helpers, const std::function<void(std::size_t)>& body) {
    const std::unique_lock whole(run_mutex_, std::try_to_lock);
    if (!whole) return false;
    while (threads_.size() < helpers)
      threads_.emplace_back([this](const std::stop_token& stop) { help(stop); });
    Task task(count, body);
    {
      const std::lock_guard lock(mutex_);
      task_ = &task;
      places_ = helpers;
    }
    if (helpers == 1)
      begun_.notify_one();
    else
      begun_.notify_all();
    task.work();
    {
      std::unique_lock lock(mutex_);
      task_ = nullptr;
      places_ = 0;
      lock.unlock();
      linger_until([&] { return active_ == 0; });
      lock.lock();
      ended_.wait(lock, [&] { return active_ == 0; });
    }
    task.rethrow();
    return true;
  }

 private:
  // A process that was forked (by Python's multiprocessing, say) has none of the threads: it takes a new
  // team, and leaves the old one, which could not be ended, where it is.
  struct Owner {
    Owner() {
      current = new Team;
      pthread_atfork(nullptr, nullptr, [] { current = new Team; });
    }
    ~Owner() { delete current.load(); }
  };
  inline static std::atomic<Team*> current{nullptr};

  void help(const std::stop_token& stop) {
    std::unique_lock lock(mutex_);
    while (begun_.wait(lock, stop, [&] { return places_ > 0; })) {
      Task& task = *task_;
      --places_;
      ++active_;
      lock.unlock();
      task.work();
      lock.lock();
      if (--active_ == 0) ended_.notify_one();
      lock.unlock();
      linger_until([&] { return places_ > 0; });
      lock.lock();
    }
  }

  // What follows often follows at once: sooner than a thread that sleeps would wake.
  template <class Condition>
  static void linger_until(const Condition& condition) {
    const auto end = std::chrono::steady_clock::now() + std::chrono::microseconds(30);
    while (!condition() && std::chrono::steady_clock::now() < end) {
    }
  }

  std::mutex run_mutex_, mutex_;
  std::condition_variable_any begun_;
  std::condition_variable ended_;
  Task* task_ = nullptr;
  std::atomic<std::size_t> places_{0}, active_{0};  // helpers wanted, and at work
  std::vector<std::jthread> threads_;               // last, so that they end first
};

// False, having done nothing, where the calling thread is to do all.
bool share_out(std::size_t count, const std::function<void(std::size_t)>& body) {
  const std::size_t workers = std::min<std::size_t>(count, static_cast<std::size_t>(thread_count()));
  return workers > 1 && !inside_parallel_for && Team::instance().run(count, workers - 1, body);
}

#else

int processors_allowed() {
  return 1;
}
bool share_out(std::size_t, const std::function<void(std::size_t)>&) {
  return false;
}

#endif

}  // namespace

int thread_count() {
  const int configured = configured_threads.load();
  return configured > 0 ? configured : processors_allowed();
}

void set_thread_count(int threads) {
  if (threads < 0 || threads > most_threads)
    throw UsageError("threads must be from 1 to " + std::to_string(most_threads) +
                     ", or 0 for all processors");
  configured_threads = threads;
}

void parallel_for(std::size_t count, const std::function<void(std::size_t)>& body) {
  if (share_out(count, body)) return;
  for (std::size_t i = 0; i < count; ++i) body(i);
}

}  // namespace isr
