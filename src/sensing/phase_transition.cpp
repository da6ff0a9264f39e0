#include "sensing/phase_transition.h"

#include <cmath>
#include <numbers>

namespace isr {
namespace {

// E max(g − t, 0)²
double tail_square(double t) {
  const double density = std::exp(-t * t / 2) / std::sqrt(2 * std::numbers::pi);
  return (1 + t * t) * std::erfc(t / std::numbers::sqrt2) / 2 - t * density;
}

}  // namespace

double measurements_needed(Index nonzero, Index size, bool signed_values) {
  const auto k = static_cast<double>(nonzero),
             zeros = (signed_values ? 2 : 1) * static_cast<double>(size - nonzero);
  const auto needed = [&](double t) { return k * (1 + t * t) + zeros * tail_square(t); };
  double low = 0, high = 10;  // convex in t
  while (high - low > 1e-6) {
    const double third = (high - low) / 3;
    if (needed(low + third) < needed(high - third))
      high -= third;
    else
      low += third;
  }
  return needed(low);
}

}  // namespace isr
