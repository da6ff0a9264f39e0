// When a path is near the truth: the early-stopping window.
#pragma once

#include <Eigen/Core>
#include <functional>
#include <limits>

#include "solver/path.h"

namespace isr {

// The window of one path.
struct FlowWindow {
  double begin = 0, end = 0;  // τ: the first and last time of a good recovery; 0, 0: there is none
  double least_error = std::numeric_limits<double>::infinity();  // along the path
};

// Watches an error at the ends of a path's steps, and finds its passages of a level between them.
class WindowObserver {
 public:
  using Error = std::function<double(const Eigen::MatrixXd& w)>;

  // A recovery is good while `error` is below `level`.
  WindowObserver(Error error, double level) : error_(std::move(error)), level_(level) {}

  // Takes the last step; false when the window is over.
  bool add(const Path& path);

  const FlowWindow& window() const { return window_; }

 private:
  double error_at(const Path& path, double time);
  double passage(const Path& path);

  Error error_;
  double level_;
  Eigen::MatrixXd w_;
  bool good_ = false;
  double best_time_ = 0;
  FlowWindow window_;
};

}  // namespace isr
