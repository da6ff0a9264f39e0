#include "fma_peak.h"

#include <time.h>

#include <algorithm>
#include <cstddef>

#include "base/instruction_set.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "fma_peak.cpp"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

HWY_BEFORE_NAMESPACE();
namespace isr::HWY_NAMESPACE {

namespace hn = hwy::HWY_NAMESPACE;

// Twelve chains of multiply-adds: more than latency (4) times units (2), fewer than the registers.
// Returns the operations done; `sink` takes the result, so that nothing is left out.
template <class T>
double MultiplyAdds(std::size_t rounds, T* sink) {
  const hn::ScalableTag<T> d;
  const auto a = hn::Set(d, T(0.999)), b = hn::Set(d, T(0.001));
  const auto start = [&](T i) { return hn::Set(d, sink[0] + i); };  // unlike, so that none is merged
  auto x0 = start(0), x1 = start(1), x2 = start(2), x3 = start(3), x4 = start(4), x5 = start(5);
  auto x6 = start(6), x7 = start(7), x8 = start(8), x9 = start(9), x10 = start(10), x11 = start(11);
  for (std::size_t i = 0; i < rounds; ++i) {
    x0 = hn::MulAdd(x0, a, b);
    x1 = hn::MulAdd(x1, a, b);
    x2 = hn::MulAdd(x2, a, b);
    x3 = hn::MulAdd(x3, a, b);
    x4 = hn::MulAdd(x4, a, b);
    x5 = hn::MulAdd(x5, a, b);
    x6 = hn::MulAdd(x6, a, b);
    x7 = hn::MulAdd(x7, a, b);
    x8 = hn::MulAdd(x8, a, b);
    x9 = hn::MulAdd(x9, a, b);
    x10 = hn::MulAdd(x10, a, b);
    x11 = hn::MulAdd(x11, a, b);
  }
  const auto low = hn::Add(hn::Add(hn::Add(x0, x1), hn::Add(x2, x3)), hn::Add(x4, x5));
  const auto high = hn::Add(hn::Add(hn::Add(x6, x7), hn::Add(x8, x9)), hn::Add(x10, x11));
  *sink = hn::GetLane(hn::SumOfLanes(d, hn::Add(low, high)));
  return 2.0 * 12 * static_cast<double>(hn::Lanes(d)) * static_cast<double>(rounds);
}

double FloatMultiplyAdds(std::size_t rounds, float* sink) {
  return MultiplyAdds(rounds, sink);
}
double DoubleMultiplyAdds(std::size_t rounds, double* sink) {
  return MultiplyAdds(rounds, sink);
}

}  // namespace isr::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace isr {

HWY_EXPORT(FloatMultiplyAdds);
HWY_EXPORT(DoubleMultiplyAdds);

double thread_seconds() {
  timespec time;
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
  return static_cast<double>(time.tv_sec) + 1e-9 * static_cast<double>(time.tv_nsec);
}

namespace {

template <class T, class MultiplyAdds>
double best_of_many(const MultiplyAdds& multiply_adds) {
  double best = 0;
  for (int run = 0; run < 20; ++run) {
    volatile T start = T(0.5);
    T sink = start;
    const double begin = thread_seconds();
    const double operations = multiply_adds(2000000, &sink);
    const double seconds = thread_seconds() - begin;
    start = sink;
    best = std::max(best, operations / seconds);
  }
  return best;
}

}  // namespace

double fma_peak_flops() {
  return best_of_many<float>(ISR_DISPATCH(FloatMultiplyAdds));
}

double fma_peak_flops_double() {
  return best_of_many<double>(ISR_DISPATCH(DoubleMultiplyAdds));
}

}  // namespace isr
#endif
