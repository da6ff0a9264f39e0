#include "sensing/hadamard_kernel.h"

#include "base/instruction_set.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "sensing/hadamard_kernel.cpp"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

HWY_BEFORE_NAMESPACE();
namespace isr::HWY_NAMESPACE {

namespace hn = hwy::HWY_NAMESPACE;

// Distances h and 2h at once, for vectors of the tag's width (at most h): half the memory traffic of two
// passes.
template <class D>
void RadixFour(D d, float* x, std::size_t size, std::size_t h) {
  const std::size_t lanes = hn::Lanes(d);
  for (std::size_t block = 0; block < size; block += 4 * h)
    for (std::size_t j = block; j < block + h; j += lanes) {
      const auto a = hn::LoadU(d, x + j), b = hn::LoadU(d, x + j + h);
      const auto c = hn::LoadU(d, x + j + 2 * h), e = hn::LoadU(d, x + j + 3 * h);
      const auto sum_low = hn::Add(a, b), difference_low = hn::Sub(a, b);
      const auto sum_high = hn::Add(c, e), difference_high = hn::Sub(c, e);
      hn::StoreU(hn::Add(sum_low, sum_high), d, x + j);
      hn::StoreU(hn::Add(difference_low, difference_high), d, x + j + h);
      hn::StoreU(hn::Sub(sum_low, sum_high), d, x + j + 2 * h);
      hn::StoreU(hn::Sub(difference_low, difference_high), d, x + j + 3 * h);
    }
}

template <class D>
void RadixTwo(D d, float* x, std::size_t size, std::size_t h) {
  const std::size_t lanes = hn::Lanes(d);
  for (std::size_t block = 0; block < size; block += 2 * h)
    for (std::size_t j = block; j < block + h; j += lanes) {
      const auto a = hn::LoadU(d, x + j), b = hn::LoadU(d, x + j + h);
      hn::StoreU(hn::Add(a, b), d, x + j);
      hn::StoreU(hn::Sub(a, b), d, x + j + h);
    }
}

#if HWY_TARGET != HWY_SCALAR
// Distances 1, 2, 4 and 8 on each 16 values, in registers.
void FirstFourStages(float* x, std::size_t size) {
  const hn::FixedTag<float, 4> d;
  HWY_ALIGN const float alternate[4] = {1, -1, 1, -1}, halves[4] = {1, 1, -1, -1};
  const auto sign1 = hn::Load(d, alternate), sign2 = hn::Load(d, halves);
  const auto within = [&](auto v) {
    v = hn::MulAdd(v, sign1, hn::Shuffle2301(v));
    return hn::MulAdd(v, sign2, hn::Shuffle1032(v));
  };
  for (std::size_t j = 0; j < size; j += 16) {
    const auto a = within(hn::LoadU(d, x + j)), b = within(hn::LoadU(d, x + j + 4));
    const auto c = within(hn::LoadU(d, x + j + 8)), e = within(hn::LoadU(d, x + j + 12));
    const auto sum_low = hn::Add(a, b), difference_low = hn::Sub(a, b);
    const auto sum_high = hn::Add(c, e), difference_high = hn::Sub(c, e);
    hn::StoreU(hn::Add(sum_low, sum_high), d, x + j);
    hn::StoreU(hn::Add(difference_low, difference_high), d, x + j + 4);
    hn::StoreU(hn::Sub(sum_low, sum_high), d, x + j + 8);
    hn::StoreU(hn::Sub(difference_low, difference_high), d, x + j + 12);
  }
}
#endif

void Butterflies(float* x, std::size_t size, std::size_t h) {
  const hn::CappedTag<float, 16> wide;
  const hn::CappedTag<float, 1> single;
#if HWY_TARGET != HWY_SCALAR
  if (h == 1 && size >= 16) {
    FirstFourStages(x, size);
    h = 16;
  }
#endif
  while (h < size) {
    const bool four = 4 * h <= size;
    if (h >= hn::Lanes(wide))
      four ? RadixFour(wide, x, size, h) : RadixTwo(wide, x, size, h);
    else
      four ? RadixFour(single, x, size, h) : RadixTwo(single, x, size, h);
    h *= four ? 4 : 2;
  }
}

}  // namespace isr::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace isr {

HWY_EXPORT(Butterflies);

void hadamard_butterflies(float* x, std::size_t size, std::size_t h) {
  ISR_DISPATCH(Butterflies)(x, size, h);
}

}  // namespace isr
#endif
