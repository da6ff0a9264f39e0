#include "sensing/wavelet_kernel.h"

#include "base/instruction_set.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "sensing/wavelet_kernel.cpp"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

HWY_BEFORE_NAMESPACE();
namespace isr::HWY_NAMESPACE {

#include "base/lanes_kernel.h"

namespace hn = hwy::HWY_NAMESPACE;
template <bool add>
HWY_INLINE void SumOf(const float* const* in, const float* c, std::size_t terms, std::size_t count,
                      float* out) {
  ForLanes(0, count, [&](auto d, std::size_t i) HWY_ATTR {
    auto sum = add ? hn::LoadU(d, out + i) : hn::Zero(d);
    for (std::size_t k = 0; k < terms; ++k) sum = hn::MulAdd(hn::Set(d, c[k]), hn::LoadU(d, in[k] + i), sum);
    hn::StoreU(sum, d, out + i);
  });
}

template <bool add>
void Sum(const float* const* in, const float* c, std::size_t terms, std::size_t count, float* out) {
  switch (terms) {  // a number that the compiler knows, for the filters there are
    case 2:
      return SumOf<add>(in, c, 2, count, out);
    case 8:
      return SumOf<add>(in, c, 8, count, out);
    case 16:
      return SumOf<add>(in, c, 16, count, out);
    default:
      return SumOf<add>(in, c, terms, count, out);
  }
}

void NewSum(const float* const* in, const float* c, std::size_t terms, std::size_t count, float* out) {
  Sum<false>(in, c, terms, count, out);
}
void AddedSum(const float* const* in, const float* c, std::size_t terms, std::size_t count, float* out) {
  Sum<true>(in, c, terms, count, out);
}

}  // namespace isr::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace isr {

HWY_EXPORT(NewSum);
HWY_EXPORT(AddedSum);

void weighted_sum(const float* const* in, const float* c, std::size_t terms, std::size_t count, float* out) {
  ISR_DISPATCH(NewSum)(in, c, terms, count, out);
}

void add_weighted_sum(const float* const* in, const float* c, std::size_t terms, std::size_t count,
                      float* out) {
  ISR_DISPATCH(AddedSum)(in, c, terms, count, out);
}

}  // namespace isr
#endif
