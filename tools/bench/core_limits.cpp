#include "core_limits.h"

#include <time.h>

#include <algorithm>
#include <cstddef>
#include <vector>

#include "base/aligned_vector.h"
#include "base/instruction_set.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "core_limits.cpp"
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

// The sum of `count` values, a multiple of eight vectors.
double SumOf(const double* from, std::size_t count) {
  const hn::ScalableTag<double> d;
  const std::size_t lanes = hn::Lanes(d);
  auto x0 = hn::Zero(d), x1 = x0, x2 = x0, x3 = x0, x4 = x0, x5 = x0, x6 = x0, x7 = x0;
  for (std::size_t i = 0; i + 8 * lanes <= count; i += 8 * lanes) {
    x0 = hn::Add(x0, hn::Load(d, from + i));
    x1 = hn::Add(x1, hn::Load(d, from + i + lanes));
    x2 = hn::Add(x2, hn::Load(d, from + i + 2 * lanes));
    x3 = hn::Add(x3, hn::Load(d, from + i + 3 * lanes));
    x4 = hn::Add(x4, hn::Load(d, from + i + 4 * lanes));
    x5 = hn::Add(x5, hn::Load(d, from + i + 5 * lanes));
    x6 = hn::Add(x6, hn::Load(d, from + i + 6 * lanes));
    x7 = hn::Add(x7, hn::Load(d, from + i + 7 * lanes));
  }
  const auto low = hn::Add(hn::Add(x0, x1), hn::Add(x2, x3)),
             high = hn::Add(hn::Add(x4, x5), hn::Add(x6, x7));
  return hn::GetLane(hn::SumOfLanes(d, hn::Add(low, high)));
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
HWY_EXPORT(SumOf);
HWY_EXPORT(DoubleMultiplyAdds);

double thread_seconds() {
  timespec time;
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
  return static_cast<double>(time.tv_sec) + 1e-9 * static_cast<double>(time.tv_nsec);
}

namespace {

// Of many runs: the clock of a virtual machine may run fast or slow for one of them.
double median(std::vector<double> values) {
  std::nth_element(values.begin(), values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2),
                   values.end());
  return values[values.size() / 2];
}

template <class T, class MultiplyAdds>
double usual_rate(const MultiplyAdds& multiply_adds) {
  std::vector<double> rates;
  for (int run = 0; run < 21; ++run) {
    volatile T start = T(0.5);
    T sink = start;
    const double begin = thread_seconds();
    const double operations = multiply_adds(2000000, &sink);
    rates.push_back(operations / (thread_seconds() - begin));
    start = sink;
  }
  return median(std::move(rates));
}

}  // namespace

double fma_peak_flops() {
  return usual_rate<float>(ISR_DISPATCH(FloatMultiplyAdds));
}

double fma_peak_flops_double() {
  return usual_rate<double>(ISR_DISPATCH(DoubleMultiplyAdds));
}

double read_bandwidth(std::size_t bytes) {
  constexpr std::size_t piece = 64 * sizeof(double), read_a_run = std::size_t{1} << 28;
  const AlignedVector<double> values(std::max(bytes / piece, std::size_t{1}) * 64, 1.0);
  const std::size_t times = std::max<std::size_t>(1, read_a_run / (values.size() * sizeof(double)));
  std::vector<double> rates;
  for (int run = 0; run < 11; ++run) {
    volatile double sink = 0;
    const double begin = thread_seconds();
    for (std::size_t time = 0; time < times; ++time) sink = ISR_DISPATCH(SumOf)(values.data(), values.size());
    const double seconds = thread_seconds() - begin;
    static_cast<void>(sink);
    rates.push_back(static_cast<double>(times * values.size() * sizeof(double)) / seconds);
  }
  return median(std::move(rates));
}

}  // namespace isr
#endif
