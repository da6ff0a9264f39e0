// When to stop. Every rule sees the measurements only, but for `oracle`, which is always called so.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace isr {

enum class StopKind {
  limit,        // the flow's limit τ → ∞; gradient descent: all its iterations
  residual,     // ‖Xw − y‖ <= goal·‖y‖
  discrepancy,  // ‖Xw − y‖ <= t·σ·√n (Morozov); without t, where the estimated risk is least
  holdout,      // where the error on measurements kept back is least
  time,         // flow time τ
  iterations,   // iterations of gradient descent; flow: τ = η·iterations
  oracle        // least error to the true image: for judging the other rules
};

const char* to_string(StopKind kind);  // "limit", "residual", …

struct StopRule {
  StopKind kind = StopKind::holdout;
  double residual = 1e-6;  // residual: the goal, relative to ‖y‖; in (0, 1)
  double sigma = 0;  // discrepancy: σ of the noise of one measurement; 0: what the caller knows, or estimated
  double factor = 0;            // discrepancy: t > 0; 0: the least risk estimate instead
  double share = 0.2;           // holdout: of the measurements, kept back in each fold; in (0, 0.5]
  int folds = 5;                // holdout: folds, >= 1, folds·share <= 1
  double time = 0;              // time: τ >= 0
  std::int64_t iterations = 0;  // iterations: >= 0
};

// The text of --stop:
//     limit                      holdout[:SHARE[xFOLDS]]      residual:GOAL      oracle
//     time:TAU                   iterations:T                 discrepancy[:SIGMA[xT]]
// Throws UsageError, naming the forms, for any other text or a value out of range.
StopRule parse_stop_rule(std::string_view text);

// The rule in the same words, e.g. "holdout:0.1x5".
std::string to_string(const StopRule& rule);

// Each stopping formula is one function. n measurements, σ² the variance of the noise of each.

// Stein's unbiased estimate of the risk (Mallows' C_p): ‖Xw − y‖²/n + 2σ²·df/n, df the effective degrees of
// freedom of the fit. A fit of df degrees leaves a residual of about σ√(n − df), not σ√n: this is the
// discrepancy principle for fits that follow the noise in many directions, as images with many nonzero pixels
// do.
double risk_estimate(double residual_squares, double sigma, double degrees, double n);

double discrepancy_goal(double factor, double sigma, double n);  // t·σ·√n, a bound on ‖Xw − y‖

}  // namespace isr
