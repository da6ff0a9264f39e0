#include "call.h"

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <exception>
#include <mutex>
#include <optional>
#include <thread>

namespace isr::python {
namespace {

namespace py = pybind11;

constexpr std::chrono::milliseconds interval{50};

// Raises what a signal's handler raises, and reports progress that was made.
void attend(const py::object& progress, double share, double& reported) {
  if (PyErr_CheckSignals() != 0) throw py::error_already_set();
  if (progress.is_none() || share == reported) return;
  reported = share;
  progress(share);
}

}  // namespace

void call(const py::object& progress, const std::function<void(const RecoverWatch&)>& work) {
  std::atomic<bool> stop{false};
  std::atomic<double> share{0};
  bool done = false;
  std::mutex mutex;
  std::condition_variable ended;
  std::exception_ptr failure, interruption;
  const RecoverWatch watch{[&] { return stop.load(); },
                           [&](double value) {
                             double before = share.load();
                             while (value > before && !share.compare_exchange_weak(before, value)) {
                             }
                           },
                           {}};
  double reported = 0;
  {
    const py::gil_scoped_release released;
    std::jthread worker([&] {
      try {
        work(watch);
      } catch (...) {
        failure = std::current_exception();
      }
      const std::lock_guard lock(mutex);
      done = true;
      ended.notify_one();
    });
    std::unique_lock lock(mutex);
    while (!ended.wait_for(lock, interval, [&] { return done; })) {
      if (interruption) continue;
      lock.unlock();
      {
        const py::gil_scoped_acquire acquired;
        try {
          attend(progress, share, reported);
        } catch (...) {
          interruption = std::current_exception();
          stop = true;
        }
      }
      lock.lock();
    }
  }
  if (interruption) std::rethrow_exception(interruption);
  if (failure) std::rethrow_exception(failure);
  attend(progress, share, reported);
}

}  // namespace isr::python
