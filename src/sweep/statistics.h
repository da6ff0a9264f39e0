// Success rates, their confidence, and where they pass one half.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

namespace isr {

struct Interval {
  double low = 0, high = 1;
};

// Wilson's 95 % interval for a probability, of so many successes in so many trials, > 0. Source: Wilson,
// J. Am. Stat. Assoc. 22 (1927); see Brown, Cai and DasGupta, Stat. Sci. 16 (2001).
Interval wilson_interval(double successes, double trials);

// Trials at one value of x.
struct Trials {
  double x = 0, successes = 0, count = 0;
};

// P(success) = 1/(1 + exp(−(a + b·x))).
struct LogisticFit {
  double a = 0, b = 0;
  double half = 0;        // −a/b: where the probability is ½
  double half_error = 0;  // its standard error, by the delta method
};

// The fit of greatest likelihood with Firth's penalty ½·log det of the information, which is finite where
// success and failure are parted without overlap, as phase transitions do. Nothing when there are no
// successes, no failures, a single x, or no convergence. Source: Firth, Biometrika 80 (1993); Heinze and
// Schemper, Stat. Med. 21 (2002).
std::optional<LogisticFit> fit_logistic(const std::vector<Trials>& trials);

}  // namespace isr
