#include "solver/network_kernel.h"

#include "base/instruction_set.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "solver/network_kernel.cpp"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

HWY_BEFORE_NAMESPACE();
namespace isr::HWY_NAMESPACE {

namespace hn = hwy::HWY_NAMESPACE;

// x^exponent by repeated squaring; the exponent is the same for all lanes.
template <class D, class V>
HWY_INLINE V Power(D d, V x, int exponent) {
  switch (exponent) {
    case 0:
      return hn::Set(d, 1.0f);
    case 1:
      return x;
    case 2:
      return hn::Mul(x, x);
    case 3:
      return hn::Mul(hn::Mul(x, x), x);
    default:
      break;
  }
  V result = hn::Set(d, 1.0f);
  for (V square = x; exponent > 0; exponent >>= 1, square = hn::Mul(square, square))
    if (exponent & 1) result = hn::Mul(result, square);
  return result;
}

template <class D>
HWY_INLINE void StepLanes(D d, int depth, float scale, const float* gradient, float* u, float* v, float* w) {
  const auto g = hn::Mul(hn::LoadU(d, gradient), hn::Set(d, scale));
  auto weight = hn::LoadU(d, u);
  weight = hn::NegMulAdd(Power(d, weight, depth - 1), g, weight);
  hn::StoreU(weight, d, u);
  auto value = hn::Mul(Power(d, weight, depth - 1), weight);
  if (v) {
    weight = hn::LoadU(d, v);
    weight = hn::MulAdd(Power(d, weight, depth - 1), g, weight);
    hn::StoreU(weight, d, v);
    value = hn::NegMulAdd(Power(d, weight, depth - 1), weight, value);
  }
  hn::StoreU(value, d, w);
}

void Step(int depth, float scale, std::size_t count, const float* gradient, float* u, float* v, float* w) {
  const hn::ScalableTag<float> d;
  const std::size_t lanes = hn::Lanes(d);
  std::size_t j = 0;
  for (; j + lanes <= count; j += lanes)
    StepLanes(d, depth, scale, gradient + j, u + j, v ? v + j : nullptr, w + j);
  const hn::CappedTag<float, 1> one;
  for (; j < count; ++j) StepLanes(one, depth, scale, gradient + j, u + j, v ? v + j : nullptr, w + j);
}

}  // namespace isr::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace isr {

HWY_EXPORT(Step);

void network_step(int depth, float scale, std::size_t count, const float* gradient, float* u, float* v,
                  float* w) {
  ISR_DISPATCH(Step)(depth, scale, count, gradient, u, v, w);
}

}  // namespace isr
#endif
