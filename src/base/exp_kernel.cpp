#include "base/exp_kernel.h"

#include <cmath>

#include "base/instruction_set.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "base/exp_kernel.cpp"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

#include <hwy/contrib/math/math-inl.h>

HWY_BEFORE_NAMESPACE();
namespace isr::HWY_NAMESPACE {

namespace hn = hwy::HWY_NAMESPACE;

void Exp(const double* x, std::size_t count, double* out) {
  std::size_t j = 0;
#if HWY_HAVE_FLOAT64
  const hn::ScalableTag<double> d;
  const auto largest = hn::Set(d, 706.0);  // up to which Highway's are right; beyond it exp(x/2)²
  for (const std::size_t lanes = hn::Lanes(d); j + lanes <= count; j += lanes) {
    const auto values = hn::LoadU(d, x + j);
    auto result = hn::Exp(d, hn::Min(values, largest));
    if (!hn::AllTrue(d, hn::Le(values, largest))) {
      const auto root = hn::Exp(d, hn::Min(hn::Mul(values, hn::Set(d, 0.5)), largest));
      result = hn::IfThenElse(hn::Gt(values, largest), hn::Mul(root, root), result);
      result = hn::IfThenElse(hn::Eq(values, values), result, values);  // NaN
    }
    hn::StoreU(result, d, out + j);
  }
#endif
  for (; j < count; ++j) out[j] = std::exp(x[j]);
}

}  // namespace isr::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace isr {

HWY_EXPORT(Exp);

void exp_kernel(const double* x, std::size_t count, double* out) {
  ISR_DISPATCH(Exp)(x, count, out);
}

}  // namespace isr
#endif
