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
  constexpr double largest = 706;  // up to which Highway's are right
  for (const std::size_t lanes = hn::Lanes(d); j + lanes <= count; j += lanes) {
    const auto values = hn::LoadU(d, x + j);
    if (hn::AllTrue(d, hn::Le(values, hn::Set(d, largest))))
      hn::StoreU(hn::Exp(d, values), d, out + j);
    else
      for (std::size_t k = j; k < j + lanes; ++k) out[k] = std::exp(x[k]);
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
