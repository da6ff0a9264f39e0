#include "experiments/flow_window.h"

#include <algorithm>

namespace isr {

bool WindowObserver::add(const Path& path) {
  const double end = path.end_time(), error = error_at(path, end);
  const bool good = error < level_;
  if (good != good_) {
    window_.end = passage(path);
    if (window_.begin == 0) window_.begin = window_.end;
  }
  if (good) window_.end = end;
  good_ = good;
  if (error < window_.least_error) {
    window_.least_error = error;
    best_time_ = end;
  }
  // Over when nothing good, or nothing better, has come for long.
  constexpr double patience = 3;
  return end < patience * std::max(best_time_, window_.end) || end < 1;
}

double WindowObserver::error_at(const Path& path, double time) {
  path.w_at(time, w_);
  return error_(w_);
}

// The time within the step at which the error passes the level, to a thousandth of the step.
double WindowObserver::passage(const Path& path) {
  double low = path.begin_time(), high = path.end_time();
  for (int i = 0; i < 10; ++i) {
    const double middle = (low + high) / 2;
    ((error_at(path, middle) < level_) == good_ ? low : high) = middle;
  }
  return high;
}

}  // namespace isr
