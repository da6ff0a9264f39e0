#include "solver/secant_kernel.h"

#include <algorithm>
#include <cmath>

#include "base/instruction_set.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "solver/secant_kernel.cpp"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

#include <hwy/contrib/math/math-inl.h>

HWY_BEFORE_NAMESPACE();
namespace isr::HWY_NAMESPACE {

#include "base/lanes_kernel.h"

namespace hn = hwy::HWY_NAMESPACE;

// asinh(x)/x for x >= 0: θ of depth 2 is asinh(w/2w0)/4.
struct DepthTwo {
  template <class D, class V>
  HWY_INLINE V operator()(D d, V x) const {
    const auto square = hn::Mul(x, x);
    const auto near_zero =
        hn::MulAdd(hn::MulAdd(square, hn::Set(d, 0.075f), hn::Set(d, -1.0f / 6)), square, hn::Set(d, 1.0f));
    const auto elsewhere = hn::Div(hn::Asinh(d, x), x);
    return hn::IfThenElse(hn::Lt(x, hn::Set(d, 0.03f)), near_zero, elsewhere);
  }
};

// t/m for m >= 0, where t in [0, 1) solves (1 − t)^(−k) − (1 + t)^(−k) = m with k = N/(N − 2): from depth 3
// on θ is proportional to t at m = |w|/w0.
template <int depth>  // 0: any
struct Deeper {
  float k;

  // a^(−k)
  template <class D, class V>
  HWY_INLINE V Power(D d, V a) const {
    const auto one = hn::Set(d, 1.0f);
    if constexpr (depth == 3) return hn::Div(one, hn::Mul(hn::Mul(a, a), a));
    if constexpr (depth == 4) return hn::Div(one, hn::Mul(a, a));
    return hn::Exp(d, hn::Mul(hn::Set(d, -k), hn::Log(d, a)));
  }

  template <class D, class V>
  HWY_INLINE V operator()(D d, V m) const {
    const auto one = hn::Set(d, 1.0f), two = hn::Set(d, 2.0f);
    // The series in τ = m/2k.
    const float c3 = (k + 1) * (k + 2) / 6, c5 = c3 * (k + 3) * (k + 4) / 20;
    const auto tau = hn::Mul(m, hn::Set(d, 0.5f / k)), square = hn::Mul(tau, tau);
    const auto series =
        hn::MulAdd(hn::MulAdd(square, hn::Set(d, 3 * c3 * c3 - c5), hn::Set(d, -c3)), square, one);
    const auto near_zero = hn::Mul(series, hn::Set(d, 0.5f / k));
    // Newton's method for a = 1 − t: convex and falling, so that it rises to the root from the left, where
    // (1 + t)^(−k) is taken for 1.
    auto a = hn::Exp(d, hn::Mul(hn::Set(d, -1 / k), hn::Log(d, hn::Add(m, one))));
    for (int i = 0; i < 5; ++i) {
      const auto c = hn::Sub(two, a);
      const auto u = Power(d, a), v = Power(d, c);
      const auto slope = hn::Mul(hn::Set(d, k), hn::Add(hn::Div(u, a), hn::Div(v, c)));
      a = hn::Min(one, hn::Add(a, hn::Div(hn::Sub(hn::Sub(u, v), m), slope)));
    }
    return hn::IfThenElse(hn::Lt(m, hn::Set(d, 0.1f)), near_zero, hn::Div(hn::Sub(one, a), m));
  }
};

// out = scale · secant(|w| / unit)
template <class Secant>
void Map(const Secant& secant, float inverse_unit, float scale, const float* w, std::size_t count,
         float* out) {
  ForLanes(0, count, [&](auto d, std::size_t i) HWY_ATTR {
    const auto x = hn::Mul(hn::Abs(hn::LoadU(d, w + i)), hn::Set(d, inverse_unit));
    hn::StoreU(hn::Mul(hn::Set(d, scale), secant(d, x)), d, out + i);
  });
}

void Secants(int depth, float inverse_unit, float scale, const float* w, std::size_t count, float* out) {
  const float k = static_cast<float>(depth) / static_cast<float>(std::max(1, depth - 2));
  switch (depth) {
    case 2:
      return Map(DepthTwo{}, inverse_unit, scale, w, count, out);
    case 3:
      return Map(Deeper<3>{k}, inverse_unit, scale, w, count, out);
    case 4:
      return Map(Deeper<4>{k}, inverse_unit, scale, w, count, out);
    default:
      return Map(Deeper<0>{k}, inverse_unit, scale, w, count, out);
  }
}

}  // namespace isr::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace isr {

HWY_EXPORT(Secants);

void scaled_secants(const Parametrization& network, double factor, const float* w, std::size_t count,
                    float* out) {
  const double init = network.init, depth = network.depth;
  if (network.depth == 1) {
    std::fill_n(out, count, static_cast<float>(factor / 2));
  } else if (network.depth == 2) {
    ISR_DISPATCH(Secants)
    (2, static_cast<float>(0.5 / init), static_cast<float>(factor / (8 * init)), w, count, out);
  } else {
    const double barrier = std::pow(init, (2 - depth) / depth);
    ISR_DISPATCH(Secants)
    (network.depth, static_cast<float>(1 / init),
     static_cast<float>(factor * barrier / (depth * (depth - 2) * init)), w, count, out);
  }
}

}  // namespace isr
#endif
