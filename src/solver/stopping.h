// When to stop: rules that see only the measurements, and the oracle, which says so.
#pragma once

#include <Eigen/Core>
#include <cstdint>
#include <limits>
#include <string>
#include <vector>

namespace isr {

enum class StopRule {
  automatic,    // where the noise is known: the limit without any, else discrepancy; hold-out where it is not
  hold_out,     // the flow time at which measurements kept back are predicted best
  residual,     // ‖Xw − y‖ <= r·‖y‖
  discrepancy,  // ‖Xw − y‖ <= t·σ·√n (Morozov), t given or found
  time,         // a given flow time τ
  iterations,   // a given number of iterations of gradient descent (flow: τ = η · iterations)
  limit,        // the limit τ → ∞ (gradient descent: all iterations)
  oracle        // the best by the true image: for experiments, never a fair comparison
};

// A rule with its numbers.
struct Stop {
  StopRule rule = StopRule::automatic;

  // hold-out: the measurements are parted into `folds` parts, and `used` of the parts are kept back in turn.
  // Many parts leave a problem as well determined as the whole; half of them judge well enough.
  int folds = 20;  // >= 2
  int used = 10;   // 1 … folds

  double residual = 1e-6;  // residual: r in (0, 1)

  // discrepancy: σ > 0; NaN: the measurements' own σ where it is known, else estimated by hold-out.
  double sigma = std::numeric_limits<double>::quiet_NaN();
  // discrepancy: t > 0; NaN: where the coupled bootstrap finds the risk least, see CoupledBootstrap. t = 1
  // fits as badly as the truth does, and stops early where many of the unknowns are fitted to the noise.
  double factor = std::numeric_limits<double>::quiet_NaN();

  double flow_time = 0;  // time: τ >= 0
};

// Reads --stop: "auto", "holdout", "holdout:K" (K folds), "holdout:10%" (one part of that share kept back),
// "residual:R", "discrepancy", "discrepancy:SIGMA", "discrepancy:SIGMA:T", "time:TAU", "iterations", "limit",
// "oracle". Throws UsageError, listing these, for anything else.
Stop parse_stop(const std::string& text);
std::string to_string(const Stop& stop);  // its inverse, e.g. "holdout:5"

// The rule with what is known of the measurements' noise filled in (NaN: nothing): what `automatic` stands
// for, and the σ of the discrepancy principle where none was given.
Stop resolved(const Stop& stop, double noise);

// The residual ‖Xw − y‖ that the discrepancy principle asks for: t·σ·√n. NaN as `factor` means 1.
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

// Measurements y with Gaussian noise of known σ, parted in two whose noise is independent: to fit,
// y + √α·σω, and to judge by, y − σω/√α, with ω standard normal. ‖judged by − Xw‖² estimates the risk of a w
// from the first without bias, up to a constant, at the slightly larger noise √(1 + α)·σ (Oliveira, Lei and
// Tibshirani, arXiv 2111.09447, 2021). Unlike hold-out it leaves all n measurements to the fit.
struct CoupledBootstrap {
  static constexpr double alpha = 0.25;
  static constexpr int draws = 5;
  // A fit within this share of σ√n fits the noise: no path goes on beyond it.
  static constexpr double fitted = 0.3;

  Eigen::VectorXd to_fit, to_judge_by;
  CoupledBootstrap(const Eigen::VectorXd& y, double sigma, std::uint32_t seed, int draw);
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
