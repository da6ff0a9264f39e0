#include "sensing/wavelet_kernel.h"

#include "base/instruction_set.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "sensing/wavelet_kernel.cpp"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

HWY_BEFORE_NAMESPACE();
namespace isr::HWY_NAMESPACE {

namespace hn = hwy::HWY_NAMESPACE;
using Floats = hn::CappedTag<float, line_width>;

void Analyze(const float* x, std::size_t half, const float* h, const float* g, std::size_t taps, float* low,
             float* high) {
  const Floats d;
  for (std::size_t i = 0; i < half; ++i)
    for (std::size_t lane = 0; lane < line_width; lane += hn::Lanes(d)) {
      auto sum_low = hn::Zero(d), sum_high = hn::Zero(d);
      const float* input = x + 2 * i * line_width + lane;
      for (std::size_t k = 0; k < taps; ++k, input += line_width) {
        const auto v = hn::LoadU(d, input);
        sum_low = hn::MulAdd(hn::Set(d, h[k]), v, sum_low);
        sum_high = hn::MulAdd(hn::Set(d, g[k]), v, sum_high);
      }
      hn::StoreU(sum_low, d, low + i * line_width + lane);
      hn::StoreU(sum_high, d, high + i * line_width + lane);
    }
}

void Synthesize(const float* low, const float* high, std::size_t half, const float* h, const float* g,
                std::size_t taps, float* x) {
  const Floats d;
  for (std::size_t j = 0; j < half; ++j)
    for (std::size_t lane = 0; lane < line_width; lane += hn::Lanes(d)) {
      auto even = hn::Zero(d), odd = hn::Zero(d);
      const float* l = low + j * line_width + lane;
      const float* u = high + j * line_width + lane;
      for (std::size_t k = 0; k < taps; k += 2, l -= line_width, u -= line_width) {
        const auto a = hn::LoadU(d, l), b = hn::LoadU(d, u);
        even = hn::MulAdd(hn::Set(d, h[k]), a, hn::MulAdd(hn::Set(d, g[k]), b, even));
        odd = hn::MulAdd(hn::Set(d, h[k + 1]), a, hn::MulAdd(hn::Set(d, g[k + 1]), b, odd));
      }
      hn::StoreU(even, d, x + 2 * j * line_width + lane);
      hn::StoreU(odd, d, x + (2 * j + 1) * line_width + lane);
    }
}

template <class D>
void SumFrom(D d, const float* const* in, const float* c, std::size_t terms, std::size_t first,
             std::size_t last, bool accumulate, float* out) {
  for (std::size_t i = first; i + hn::Lanes(d) <= last; i += hn::Lanes(d)) {
    auto sum = accumulate ? hn::LoadU(d, out + i) : hn::Zero(d);
    for (std::size_t k = 0; k < terms; ++k) sum = hn::MulAdd(hn::Set(d, c[k]), hn::LoadU(d, in[k] + i), sum);
    hn::StoreU(sum, d, out + i);
  }
}

void Sum(const float* const* in, const float* c, std::size_t terms, std::size_t count, bool accumulate,
         float* out) {
  const Floats wide;
  const std::size_t whole = count / hn::Lanes(wide) * hn::Lanes(wide);
  SumFrom(wide, in, c, terms, 0, whole, accumulate, out);
  SumFrom(hn::CappedTag<float, 1>(), in, c, terms, whole, count, accumulate, out);
}

}  // namespace isr::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace isr {

HWY_EXPORT(Analyze);
HWY_EXPORT(Synthesize);
HWY_EXPORT(Sum);

void wavelet_analyze(const float* x, std::size_t half, const float* h, const float* g, std::size_t taps,
                     float* low, float* high) {
  ISR_DISPATCH(Analyze)(x, half, h, g, taps, low, high);
}

void wavelet_synthesize(const float* low, const float* high, std::size_t half, const float* h, const float* g,
                        std::size_t taps, float* x) {
  ISR_DISPATCH(Synthesize)(low, high, half, h, g, taps, x);
}

void weighted_sum(const float* const* in, const float* c, std::size_t terms, std::size_t count,
                  bool accumulate, float* out) {
  ISR_DISPATCH(Sum)(in, c, terms, count, accumulate, out);
}

}  // namespace isr
#endif
