#include "call.h"

#include <unistd.h>

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <exception>
#include <memory>
#include <mutex>
#include <stop_token>
#include <thread>
#include <utility>
#include <vector>

namespace isr::python {
namespace {

namespace py = pybind11;

constexpr std::chrono::milliseconds interval{50};

// A thread that waits for work.
class Worker {
 public:
  Worker() : thread_([this](const std::stop_token& stop) { loop(stop); }) {}

  void begin(std::function<void()> work) {
    const std::lock_guard lock(mutex_);
    work_ = std::move(work);
    begun_.notify_one();
  }

 private:
  void loop(const std::stop_token& stop) {
    std::unique_lock lock(mutex_);
    while (begun_.wait(lock, stop, [this] { return static_cast<bool>(work_); })) {
      const std::function<void()> work = std::exchange(work_, {});
      lock.unlock();
      work();
      lock.lock();
    }
  }

  std::mutex mutex_;
  std::condition_variable_any begun_;
  std::function<void()> work_;
  std::jthread thread_;  // last, so that it ends first
};

// Workers are kept: a new thread waits long for its turn on a busy machine. Guarded by the interpreter's
// lock, and never destroyed: at its end the process does not wait for them.
std::vector<std::unique_ptr<Worker>>& idle_workers() {
  static pid_t owner = getpid();
  static auto* workers = new std::vector<std::unique_ptr<Worker>>;
  if (owner != getpid()) {  // a forked process has none of the threads
    owner = getpid();
    workers = new std::vector<std::unique_ptr<Worker>>;
  }
  return *workers;
}

std::unique_ptr<Worker> take_worker() {
  auto& idle = idle_workers();
  if (idle.empty()) return std::make_unique<Worker>();
  std::unique_ptr<Worker> worker = std::move(idle.back());
  idle.pop_back();
  return worker;
}

// What the two threads of a call share.
struct Call {
  std::atomic<bool> stop{false};
  std::atomic<double> share{0};
  std::exception_ptr failure;
  bool done = false;
  std::mutex mutex;
  std::condition_variable ended;

  void work(const std::function<void(const RecoverWatch&)>& body) {
    const auto reach = [this](double value) {
      double before = share.load();
      while (value > before && !share.compare_exchange_weak(before, value)) {
      }
    };
    try {
      body({[this] { return stop.load(); }, reach, {}});
    } catch (...) {
      failure = std::current_exception();
    }
    const std::lock_guard lock(mutex);
    done = true;
    ended.notify_one();
  }

  // For so long at most; whether the work is done.
  bool wait(std::chrono::milliseconds most) {
    std::unique_lock lock(mutex);
    return ended.wait_for(lock, most, [this] { return done; });
  }
};

// Raises what a signal's handler raises, and reports progress that was made.
void attend(const py::object& progress, double share, double& reported) {
  if (PyErr_CheckSignals() != 0) throw py::error_already_set();
  if (progress.is_none() || share == reported) return;
  reported = share;
  progress(share);
}

}  // namespace

void call(const py::object& progress, const std::function<void(const RecoverWatch&)>& work) {
  Call call;
  std::exception_ptr interruption;
  double reported = 0;
  std::unique_ptr<Worker> worker = take_worker();
  worker->begin([&] { call.work(work); });
  {
    const py::gil_scoped_release released;
    while (!call.wait(interval)) {
      if (interruption) continue;
      const py::gil_scoped_acquire acquired;
      try {
        attend(progress, call.share, reported);
      } catch (...) {
        interruption = std::current_exception();
        call.stop = true;
      }
    }
  }
  idle_workers().push_back(std::move(worker));
  if (interruption) std::rethrow_exception(interruption);
  if (call.failure) std::rethrow_exception(call.failure);
  attend(progress, call.share, reported);
}

}  // namespace isr::python
