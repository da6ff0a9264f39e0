// When to stop: rules that see only the measurements, and the oracle, which says so.
#pragma once

#include <Eigen/Core>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/api.h"

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

// How measurements are held out: parted at random into `folds` parts, of which `used` are kept back in turn.
struct HoldOut {
  int folds = 20;  // 2 … 1000
  int used = 10;   // 1 … folds
};

// A rule with its numbers.
struct ISR_API Stop {
  StopRule rule = StopRule::automatic;

  // hold-out. Not given: half of 20 parts, or for pictures one of them. Many parts leave a problem as well
  // determined as the whole.
  std::optional<HoldOut> hold_out{};

  double residual = 1e-6;  // residual: r in (0, 1)

  // discrepancy: σ > 0. Not given: the measurements' own σ where it is known, else estimated by hold-out.
  std::optional<double> sigma{};
  // discrepancy: t > 0. Not given: where the coupled bootstrap finds the risk least, see CoupledBootstrap; on
  // pictures 1. t = 1 fits as badly as the truth does, and stops early where many of the unknowns are fitted
  // to the noise.
  std::optional<double> factor{};

  double flow_time = 0;  // time: τ >= 0

  // Throws UsageError, naming the argument, when a number is out of range.
  void validate() const;
};

// Reads "auto", "holdout", "holdout:K" (K folds), "holdout:10%" (one part of that share kept back),
// "residual:R", "discrepancy", "discrepancy:SIGMA", "discrepancy:SIGMA:T", "time:TAU", "iterations", "limit",
// "oracle". Throws UsageError, listing these, for anything else.
ISR_API Stop parse_stop(const std::string& text);
ISR_API std::string to_string(const Stop& stop);  // its inverse, e.g. "holdout:5"

// Its name in tables and files, without its numbers, e.g. "hold-out" (`automatic` too).
ISR_API const char* rule_name(StopRule rule);

// The rule with what is known of the measurements' noise (NaN: nothing) filled in: what `automatic` stands
// for, and the σ of the discrepancy principle where none was given.
ISR_API Stop resolved(const Stop& stop, double noise);

// The residual ‖Xw − y‖ that the discrepancy principle asks for: t·σ·√n.
double discrepancy_residual(double factor, double sigma, Eigen::Index n);

// How one part of the measurements that was kept back is predicted along a path. Its position is the flow
// time τ, or where paths of different length are compared, ‖y‖/‖Xw − y‖: both grow along the path.
struct HeldOutCurve {
  std::vector<double> positions;  // ascending
  std::vector<double> errors;     // sum of squared errors of the measurements kept back, there

  void append(double position, double error);
  // By linear interpolation in the logarithm of the position; the first or last value outside.
  double at(double position) const;
  // Has the error been at least four times its least while the position grew tenfold? Then more will not mend
  // it.
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
  double position = 0;     // where the sum of the curves is least
  bool at_end = false;     // at the end of the path: nothing is too far
  double mean_square = 0;  // the mean squared error there: an estimate of σ², from above
};

// The best position on a common grid of 48 each tenfold. `held_out` is the number of measurements kept back
// in all.
HoldOutChoice choose_position(const std::vector<HeldOutCurve>& curves, Eigen::Index held_out);

}  // namespace isr
