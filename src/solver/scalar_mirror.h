// The mirror variable of one coefficient, as a function of the coefficient: the inverse of MirrorMap's w(z).
#pragma once

#include "solver/parametrization.h"

namespace isr {

// θ with w(θ) = w (see mirror_map.h), for one coefficient, and its quotients.
class ScalarMirror {
 public:
  explicit ScalarMirror(const Parametrization& network);

  double theta(double w) const;  // θ(w); nonnegative, N ≥ 2: w > 0
  double slope(double w) const;  // θ′(w) = 1/D
  double w(double theta) const;  // the map itself; infinite beyond the barrier of N ≥ 3

  // θ(w)/w for the signed model, the curvature of the parabola through w that lies above ∫θ everywhere
  // (∫θ is concave as a function of w²). At w = 0 it is θ′(0).
  double secant(double w) const;

 private:
  double signed_theta(double magnitude) const;
  double to_weight(double a) const;    // a^(N/(2−N)): u^N from u^(2−N)
  double from_weight(double w) const;  // the inverse

  int depth_;
  bool signed_;
  double init_;          // w0
  double barrier_ = 0;   // N ≥ 3: u0^(2−N)
  double rate_ = 0;      // N ≥ 3: N(N−2)
  double exponent_ = 0;  // N ≥ 3: N/(2−N), u^N = (u^(2−N))^exponent
};

}  // namespace isr
