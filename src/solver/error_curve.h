// An error along the path of a solver, and where it is least: what hold-out and the oracle stop by.
#pragma once

#include <vector>

namespace isr {

// An error along a path: e(t) at increasing times t > 0, t a flow time or an iteration.
class ErrorCurve {
 public:
  // Errors up to `resolution` are all the same: what the path that they are taken from is accurate to.
  explicit ErrorCurve(double resolution = 0) : resolution_(resolution) {}

  // `fitted`: the mean squared residual on the measurements solved on, in the unit of the error.
  void append(double time, double error, double fitted = 0);
  bool empty() const { return times_.size() == 0; }
  double end() const { return times_.back(); }
  double resolution() const { return resolution_; }
  double least() const { return least_; }            // the least error so far
  double least_time() const { return least_time_; }  // and where
  const std::vector<double>& times() const { return times_; }

  // The error at t, linear in log t between the points. Before the first and after the last point: theirs.
  double at(double time) const;

  // Has the error turned for good: `ratio` times the least, at three times its time, while the solver fits
  // its own measurements twice as well as that? Before it does, an error that rises may fall again, as a deep
  // network finds one weight after another.
  bool has_turned(double ratio = 1.25) const;

 private:
  std::vector<double> times_, errors_;
  double resolution_, least_ = 0, least_time_ = 0, fitted_ = 0;
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
