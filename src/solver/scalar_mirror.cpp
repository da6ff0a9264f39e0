#include "solver/scalar_mirror.h"

#include <algorithm>
#include <cmath>

namespace isr {

ScalarMirror::ScalarMirror(const Parametrization& network)
    : depth_(network.depth), signed_(network.model == Model::signed_model), init_(network.init) {
  if (depth_ == 1) return;
  const double n = depth_;
  barrier_ = std::pow(init_, (2 - n) / n);
  rate_ = n * (n - 2);
  exponent_ = depth_ == 2 ? 0 : n / (2 - n);
}

double ScalarMirror::to_weight(double a) const {
  if (depth_ == 3) return 1 / (a * a * a);
  if (depth_ == 4) return 1 / (a * a);
  return std::pow(a, exponent_);
}

double ScalarMirror::from_weight(double w) const {
  if (depth_ == 3) return 1 / std::cbrt(w);
  if (depth_ == 4) return 1 / std::sqrt(w);
  return std::pow(w, 1 / exponent_);
}

double ScalarMirror::w(double theta) const {
  if (depth_ == 1) return signed_ ? 2 * theta : init_ + theta;
  if (depth_ == 2) return signed_ ? 2 * init_ * std::sinh(4 * theta) : init_ * std::exp(4 * theta);
  const double plus = barrier_ - rate_ * theta, minus = barrier_ + rate_ * theta;
  if (plus <= 0) return INFINITY;
  if (!signed_) return to_weight(plus);
  return minus <= 0 ? -INFINITY : to_weight(plus) - to_weight(minus);
}

// For N ≥ 3: a = u^(2−N) solves a^e − (2b − a)^e = |w| with e = N/(2−N) < 0 and b the barrier. The left side
// is convex and falls with a, so Newton's method from the left, where v^N is neglected, rises to the root.
double ScalarMirror::signed_theta(double magnitude) const {
  double a = std::min(barrier_, from_weight(magnitude + init_));
  for (int i = 0; i < 50; ++i) {
    const double c = 2 * barrier_ - a;
    const double u = to_weight(a), v = to_weight(c);
    const double step = (u - v - magnitude) / (-exponent_ * (u / a + v / c));
    a = std::min(barrier_, a + step);
    if (std::abs(step) <= 1e-9 * (barrier_ - a) || std::abs(step) <= 1e-15 * a) break;
  }
  return (barrier_ - a) / rate_;
}

double ScalarMirror::theta(double w) const {
  if (depth_ == 1) return signed_ ? w / 2 : w - init_;
  if (depth_ == 2) return signed_ ? std::asinh(w / (2 * init_)) / 4 : std::log(w / init_) / 4;
  if (!signed_) return (barrier_ - from_weight(w)) / rate_;
  return std::copysign(signed_theta(std::abs(w)), w);
}

double ScalarMirror::slope(double w) const {
  const double n = depth_, power = (2 * n - 2) / n;
  if (depth_ == 1) return signed_ ? 0.5 : 1;
  if (!signed_) return 1 / (n * n * std::pow(w, power));
  if (depth_ == 2) return 1 / (4 * std::sqrt(w * w + 4 * init_ * init_));
  const double a = barrier_ - rate_ * signed_theta(std::abs(w)), c = 2 * barrier_ - a;
  return 1 / (n * n * (std::pow(a, exponent_ * power) + std::pow(c, exponent_ * power)));
}

double ScalarMirror::secant(double w) const {
  if (depth_ == 1) return 0.5;
  const double small = 1e-4 * init_;  // below it θ is linear to 1e-8
  return std::abs(w) < small ? theta(small) / small : theta(w) / w;
}

}  // namespace isr
