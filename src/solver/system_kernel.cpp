#include "solver/system_kernel.h"

#include "base/instruction_set.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "solver/system_kernel.cpp"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

HWY_BEFORE_NAMESPACE();
namespace isr::HWY_NAMESPACE {

#include "base/lanes_kernel.h"

namespace hn = hwy::HWY_NAMESPACE;

// The sums of `count` products, in single precision over pieces short enough for it.
template <int count>
struct Sums {
  using D = hn::ScalableTag<float>;
  hn::Vec<D> lanes[count];
  float rest[count] = {};
  Sums() {
    for (auto& lane : lanes) lane = hn::Zero(D());
  }
  template <class V>
  HWY_INLINE void Add(D, int k, V a, V b) {
    lanes[k] = hn::MulAdd(a, b, lanes[k]);
  }
#if HWY_TARGET != HWY_SCALAR
  template <class V>
  HWY_INLINE void Add(hn::CappedTag<float, 1>, int k, V a, V b) {
    rest[k] += hn::GetLane(hn::Mul(a, b));
  }
#endif
  HWY_INLINE double operator[](int k) const {
    return static_cast<double>(hn::GetLane(hn::SumOfLanes(D(), lanes[k]))) + static_cast<double>(rest[k]);
  }
};

constexpr std::size_t piece = 1024;

SystemProducts Complete(const SystemVectors& v, std::size_t first, std::size_t last) {
  SystemProducts products;
  for (; first < last; first += piece) {
    Sums<5> sums;
    ForLanes(first, first + piece < last ? first + piece : last, [&](auto d, std::size_t i) HWY_ATTR {
      const auto p = hn::LoadU(d, v.preconditioned + i), r = hn::LoadU(d, v.r + i);
      const auto image = hn::MulAdd(hn::LoadU(d, v.c + i), p, hn::LoadU(d, v.image + i));
      const auto direction = hn::LoadU(d, v.direction + i);
      hn::StoreU(image, d, v.image + i);
      sums.Add(d, 0, image, direction);
      sums.Add(d, 1, hn::LoadU(d, v.direction_image + i), direction);
      sums.Add(d, 2, image, p);
      sums.Add(d, 3, r, direction);
      sums.Add(d, 4, r, p);
    });
    products += {sums[0], sums[1], sums[2], sums[3], sums[4]};
  }
  return products;
}

StepSizes Take(const SystemVectors& v, float beta, float alpha, std::size_t first, std::size_t last) {
  StepSizes sizes;
  for (; first < last; first += piece) {
    Sums<2> sums;
    ForLanes(first, first + piece < last ? first + piece : last, [&](auto d, std::size_t i) HWY_ATTR {
      const auto by = hn::Set(d, beta), along = hn::Set(d, alpha);
      const auto direction =
          hn::MulAdd(by, hn::LoadU(d, v.direction + i), hn::LoadU(d, v.preconditioned + i));
      const auto image = hn::MulAdd(by, hn::LoadU(d, v.direction_image + i), hn::LoadU(d, v.image + i));
      const auto w = hn::MulAdd(along, direction, hn::LoadU(d, v.w + i));
      hn::StoreU(direction, d, v.direction + i);
      hn::StoreU(image, d, v.direction_image + i);
      hn::StoreU(w, d, v.w + i);
      hn::StoreU(hn::NegMulAdd(along, image, hn::LoadU(d, v.r + i)), d, v.r + i);
      const auto step = hn::Mul(along, direction);
      sums.Add(d, 0, step, step);
      sums.Add(d, 1, w, w);
    });
    sizes += {sums[0], sums[1]};
  }
  return sizes;
}

void Change(const SystemVectors& v, const float* changed, std::size_t first, std::size_t last) {
  ForLanes(first, last, [&](auto d, std::size_t i) HWY_ATTR {
    const auto c = hn::LoadU(d, changed + (i - first)), by = hn::Sub(c, hn::LoadU(d, v.c + i));
    hn::StoreU(c, d, v.c + i);
    hn::StoreU(hn::NegMulAdd(by, hn::LoadU(d, v.w + i), hn::LoadU(d, v.r + i)), d, v.r + i);
    hn::StoreU(hn::MulAdd(by, hn::LoadU(d, v.direction + i), hn::LoadU(d, v.direction_image + i)), d,
               v.direction_image + i);
  });
}

void Precondition(const SystemVectors& v, std::size_t first, std::size_t last) {
  ForLanes(first, last, [&](auto d, std::size_t i) HWY_ATTR {
    const auto m = hn::Add(hn::LoadU(d, v.c + i), hn::LoadU(d, v.diagonal + i));
    hn::StoreU(hn::Div(hn::LoadU(d, v.r + i), m), d, v.preconditioned + i);
  });
}

}  // namespace isr::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace isr {

HWY_EXPORT(Complete);
HWY_EXPORT(Take);
HWY_EXPORT(Change);
HWY_EXPORT(Precondition);

SystemProducts& SystemProducts::operator+=(const SystemProducts& other) {
  image_direction += other.image_direction;
  direction_direction += other.direction_direction;
  image_preconditioned += other.image_preconditioned;
  r_direction += other.r_direction;
  r_preconditioned += other.r_preconditioned;
  return *this;
}
StepSizes& StepSizes::operator+=(const StepSizes& other) {
  step += other.step;
  w += other.w;
  return *this;
}

SystemProducts complete_image(const SystemVectors& v, std::size_t first, std::size_t last) {
  return ISR_DISPATCH(Complete)(v, first, last);
}
StepSizes take_step(const SystemVectors& v, float beta, float alpha, std::size_t first, std::size_t last) {
  return ISR_DISPATCH(Take)(v, beta, alpha, first, last);
}
void change_diagonal(const SystemVectors& v, const float* changed, std::size_t first, std::size_t last) {
  ISR_DISPATCH(Change)(v, changed, first, last);
}
void precondition(const SystemVectors& v, std::size_t first, std::size_t last) {
  ISR_DISPATCH(Precondition)(v, first, last);
}

}  // namespace isr
#endif
