// An error along the path of a solver, and where it is least: what hold-out and the oracle stop by.
#pragma once

#include <vector>

namespace isr {

// An error along a path: e(t) at increasing times t > 0, t a flow time or an iteration.
class ErrorCurve {
 public:
  void append(double time, double error);
  bool empty() const { return times_.size() == 0; }
  double end() const { return times_.back(); }
  double least() const { return least_; }            // the least error so far
  double least_time() const { return least_time_; }  // and where
  const std::vector<double>& times() const { return times_; }

  // The error at t, linear in log t between the points. Before the first and after the last point: theirs.
  double at(double time) const;

  // Has the error clearly turned: a quarter above the least, at three times its time?
  bool has_turned() const;

 private:
  std::vector<double> times_, errors_;
  double least_ = 0, least_time_ = 0;
};

// Where the mean of the curves is least, among all their times (up to the first end of a curve that has
// turned).
struct CurveMinimum {
  double time = 0;
  double error = 0;     // the mean there
  bool at_end = false;  // no time is better than the last one by a thousandth
};
CurveMinimum least_mean(const std::vector<ErrorCurve>& curves);

}  // namespace isr
