#include "sensing/lifting_kernel.h"

#include <algorithm>

#include "base/instruction_set.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "sensing/lifting_kernel.cpp"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

HWY_BEFORE_NAMESPACE();
namespace isr::HWY_NAMESPACE {

#include "base/lanes_kernel.h"

namespace hn = hwy::HWY_NAMESPACE;
using D = hn::ScalableTag<float>;

// to += c (a + b)
HWY_INLINE void AddPair(const float* a, const float* b, float c, std::size_t count, float* to) {
  ForLanes(0, count, [&](auto d, std::size_t i) HWY_ATTR {
    const auto sum = hn::Add(hn::LoadU(d, a + i), hn::LoadU(d, b + i));
    hn::StoreU(hn::MulAdd(hn::Set(d, c), sum, hn::LoadU(d, to + i)), d, to + i);
  });
}

HWY_INLINE void AddOne(const float* a, float c, std::size_t count, float* to) {
  ForLanes(0, count, [&](auto d, std::size_t i) HWY_ATTR {
    hn::StoreU(hn::MulAdd(hn::Set(d, c), hn::LoadU(d, a + i), hn::LoadU(d, to + i)), d, to + i);
  });
}

HWY_INLINE void CopyScaled(const float* from, float c, std::size_t count, float* to) {
  ForLanes(0, count, [&](auto d, std::size_t i) HWY_ATTR {
    hn::StoreU(hn::Mul(hn::Set(d, c), hn::LoadU(d, from + i)), d, to + i);
  });
}

// One sequence of samples of many signals; of one signal.
struct Rows {
  float* first;
  std::size_t stride, columns;

  float* at(std::size_t i) const { return first + i * stride; }
  // this[to …] += c (source[from …] + source[from + 1 …]), `count` samples.
  HWY_INLINE void AddPairs(std::size_t to, const Rows& source, std::size_t from, std::size_t count,
                           float c) const {
    for (std::size_t i = 0; i < count; ++i)
      AddPair(source.at(from + i), source.at(from + i + 1), c, columns, at(to + i));
  }
  HWY_INLINE void Add(std::size_t to, const Rows& source, std::size_t from, float c) const {
    AddOne(source.at(from), c, columns, at(to));
  }
};
struct Values {
  float* first;

  HWY_INLINE void AddPairs(std::size_t to, const Values& source, std::size_t from, std::size_t count,
                           float c) const {
    AddPair(source.first + from, source.first + from + 1, c, count, first + to);
  }
  HWY_INLINE void Add(std::size_t to, const Values& source, std::size_t from, float c) const {
    first[to] += c * source.first[from];
  }
};

template <class Sequence>
struct Lifter {
  Sequence s, d;
  std::size_t even, odd;
  bool transposed;

  // A step on samples begin … end of one sequence. At an end the missing neighbour is the one that is there
  // (symmetric extension), or, where the step is a transpose, what such neighbours add up to.
  void StepS(std::size_t begin, std::size_t end, float c) const {
    if (begin == 0) s.Add(0, d, 0, transposed ? c : 2 * c);
    const std::size_t first = std::max<std::size_t>(begin, 1), last = std::min(end, odd);
    if (first < last) s.AddPairs(first, d, first - 1, last - first, c);
    if (end == even && (transposed || odd < even)) s.Add(even - 1, d, odd - 1, transposed ? c : 2 * c);
  }
  void StepD(std::size_t begin, std::size_t end, float c) const {
    if (begin == 0 && transposed) d.Add(0, s, 0, c);
    const std::size_t last = std::min(end, even - 1);
    if (begin < last) d.AddPairs(begin, s, begin, last - begin, c);
    if (end == odd && (transposed || odd == even)) d.Add(odd - 1, s, even - 1, transposed ? c : 2 * c);
  }
  void SampleS(std::size_t i, float c) const {
    if (i < even) StepS(i, i + 1, c);
  }
  void SampleD(std::size_t i, float c) const {
    if (i < odd) StepD(i, i + 1, c);
  }
};

void Columns(const Lifting& lifting, Halves<const float> in, std::size_t even, std::size_t odd,
             std::size_t columns, Halves<float> out) {
  const Lifter<Rows> lifter{
      {out.s, out.stride, columns}, {out.d, out.stride, columns}, even, odd, lifting.transposed};
  const auto bring = [&](std::size_t i) {
    if (i < even) CopyScaled(in.s + i * in.stride, lifting.s_scale, columns, lifter.s.at(i));
    if (i < odd) CopyScaled(in.d + i * in.stride, lifting.d_scale, columns, lifter.d.at(i));
  };
  const float* c = lifting.steps;
  bring(0);
  // All steps follow each other closely, so that the rows they need are near; an index of −1 is beyond all.
  for (std::size_t i = 0; i <= even + 1; ++i) {
    bring(i + 1);
    if (lifting.s_first) {
      lifter.SampleS(i, c[0]);
      lifter.SampleD(i - 1, c[1]);
      lifter.SampleS(i - 1, c[2]);
      lifter.SampleD(i - 2, c[3]);
    } else {
      lifter.SampleD(i, c[0]);
      lifter.SampleS(i, c[1]);
      lifter.SampleD(i - 1, c[2]);
      lifter.SampleS(i - 1, c[3]);
    }
  }
}

void AllSteps(const Lifting& lifting, const Lifter<Values>& lifter) {
  for (int k = 0; k < 4; ++k)
    if ((k % 2 == 0) == lifting.s_first)
      lifter.StepS(0, lifter.even, lifting.steps[k]);
    else
      lifter.StepD(0, lifter.odd, lifting.steps[k]);
}

// Samples at even places times one scale to s, at odd places times another to d.
void SplitScaled(const float* row, std::size_t even, std::size_t odd, float s_scale, float d_scale, float* s,
                 float* d) {
  std::size_t i = 0;
#if HWY_TARGET != HWY_SCALAR
  const D tag;
  const auto by_s = hn::Set(tag, s_scale), by_d = hn::Set(tag, d_scale);
  for (; i + hn::Lanes(tag) <= odd; i += hn::Lanes(tag)) {
    hn::Vec<D> a, b;
    hn::LoadInterleaved2(tag, row + 2 * i, a, b);
    hn::StoreU(hn::Mul(by_s, a), tag, s + i);
    hn::StoreU(hn::Mul(by_d, b), tag, d + i);
  }
#endif
  for (; i < odd; ++i) {
    s[i] = s_scale * row[2 * i];
    d[i] = d_scale * row[2 * i + 1];
  }
  if (odd < even) s[odd] = s_scale * row[2 * odd];
}

void Split(const float* row, std::size_t even, std::size_t odd, float* s, float* d) {
  SplitScaled(row, even, odd, 1, 1, s, d);
}

void Join(const float* s, const float* d, std::size_t even, std::size_t odd, float* row) {
  std::size_t i = 0;
#if HWY_TARGET != HWY_SCALAR
  const D tag;
  for (; i + hn::Lanes(tag) <= odd; i += hn::Lanes(tag))
    hn::StoreInterleaved2(hn::LoadU(tag, s + i), hn::LoadU(tag, d + i), tag, row + 2 * i);
#endif
  for (; i < odd; ++i) {
    row[2 * i] = s[i];
    row[2 * i + 1] = d[i];
  }
  if (odd < even) row[2 * odd] = s[odd];
}

void RowApart(const Lifting& lifting, const float* row, std::size_t even, std::size_t odd, float* s,
              float* d) {
  SplitScaled(row, even, odd, lifting.s_scale, lifting.d_scale, s, d);
  AllSteps(lifting, {{s}, {d}, even, odd, lifting.transposed});
}

void RowTogether(const Lifting& lifting, const float* s, const float* d, std::size_t even, std::size_t odd,
                 float* scratch, float* row) {
  float *const own_s = scratch, *const own_d = scratch + even;
  CopyScaled(s, lifting.s_scale, even, own_s);
  CopyScaled(d, lifting.d_scale, odd, own_d);
  AllSteps(lifting, {{own_s}, {own_d}, even, odd, lifting.transposed});
  Join(own_s, own_d, even, odd, row);
}

}  // namespace isr::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace isr {

HWY_EXPORT(Columns);
HWY_EXPORT(RowApart);
HWY_EXPORT(RowTogether);
HWY_EXPORT(Split);
HWY_EXPORT(Join);

void lift_columns(const Lifting& lifting, Halves<const float> in, std::size_t even, std::size_t odd,
                  std::size_t columns, Halves<float> out) {
  ISR_DISPATCH(Columns)(lifting, in, even, odd, columns, out);
}
void lift_row_apart(const Lifting& lifting, const float* row, std::size_t even, std::size_t odd, float* s,
                    float* d) {
  ISR_DISPATCH(RowApart)(lifting, row, even, odd, s, d);
}
void lift_row_together(const Lifting& lifting, const float* s, const float* d, std::size_t even,
                       std::size_t odd, float* scratch, float* row) {
  ISR_DISPATCH(RowTogether)(lifting, s, d, even, odd, scratch, row);
}
void split_row(const float* row, std::size_t even, std::size_t odd, float* s, float* d) {
  ISR_DISPATCH(Split)(row, even, odd, s, d);
}
void join_row(const float* s, const float* d, std::size_t even, std::size_t odd, float* row) {
  ISR_DISPATCH(Join)(s, d, even, odd, row);
}

}  // namespace isr
#endif
