// When to stop: rules that see only the measurements, and the oracle, which says so.
#pragma once

#include <Eigen/Core>
#include <limits>
#include <string>
#include <vector>

namespace isr {

enum class StopRule {
  automatic,    // hold-out, which ends at the limit when the measurements are free of noise
  hold_out,     // the flow time at which measurements kept back are predicted best
  residual,     // ‖Xw − y‖ <= r·‖y‖
  discrepancy,  // ‖Xw − y‖ <= t·σ·√n (Morozov)
  time,         // a given flow time τ
  iterations,   // a given number of iterations of gradient descent (flow: τ = η · iterations)
  limit,        // the limit τ → ∞ (gradient descent: all iterations)
  oracle        // the best by the true image: for experiments, never a fair comparison
};

// A rule with its numbers.
struct Stop {
  StopRule rule = StopRule::automatic;

  // hold-out: the measurements are parted into `folds` parts, and `used` of the parts are kept back in turn.
  int folds = 5;  // >= 2
  int used = 5;   // 1 … folds

  double residual = 1e-6;  // residual: r in (0, 1)

  // discrepancy: σ > 0; NaN: the measurements' own σ where it is known, else estimated by hold-out.
  double sigma = std::numeric_limits<double>::quiet_NaN();
  double factor = 1;  // discrepancy: t > 0

  double flow_time = 0;  // time: τ >= 0
};

// Reads --stop: "auto", "holdout", "holdout:K" (K folds), "holdout:10%" (one part of that share kept back),
// "residual:R", "discrepancy", "discrepancy:SIGMA", "time:TAU", "iterations", "limit", "oracle".
// Throws UsageError, listing these, for anything else.
Stop parse_stop(const std::string& text);
std::string to_string(const Stop& stop);  // its inverse, e.g. "holdout:5"

// The residual ‖Xw − y‖ to which the discrepancy principle asks: t·σ·√n.
double discrepancy_residual(double factor, double sigma, Eigen::Index n);

// How one part of the measurements that was kept back is predicted along a path.
struct HeldOutCurve {
  std::vector<double> times;   // τ, ascending
  std::vector<double> errors;  // sum of squared errors of the measurements kept back, at those times

  void append(double time, double error);
  // By linear interpolation in log τ; the first or last value outside.
  double at(double time) const;
  // Has the error been at least four times its least for a decade of time? Then more time will not mend it.
  bool is_past_best() const;
};

struct HoldOutChoice {
  double flow_time = 0;    // where the sum of the curves is least
  bool at_end = false;     // at the end of the path: no time is too long
  double mean_square = 0;  // the mean squared error there: an estimate of σ², from above
};

// The best time on a common grid of 48 times a decade. `held_out` is the number of measurements kept back in
// all.
HoldOutChoice choose_time(const std::vector<HeldOutCurve>& curves, Eigen::Index held_out);

}  // namespace isr
