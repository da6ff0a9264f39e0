#include "base/inverse_root_kernel.h"

#include <cmath>

#include "base/instruction_set.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "base/inverse_root_kernel.cpp"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

#include <hwy/contrib/math/math-inl.h>

HWY_BEFORE_NAMESPACE();
namespace isr::HWY_NAMESPACE {

namespace hn = hwy::HWY_NAMESPACE;

#if HWY_HAVE_FLOAT64

template <class D, class V>
HWY_INLINE V Power(D d, V base, int exponent) {
  V result = hn::Set(d, 1.0);
  for (; exponent > 0; exponent >>= 1, base = hn::Mul(base, base))
    if (exponent & 1) result = hn::Mul(result, base);
  return result;
}

// exp(−log(q)/root) is off by what the logarithm is, which is large where q is far from 1; a Newton step on
// q·x^root = 1 leaves an ulp or two. What is beyond the range of either is left to std::pow.
template <class D>
HWY_INLINE void RootsOfVector(D d, const double* q, int root, double* out) {
  const auto one = hn::Set(d, 1.0), values = hn::LoadU(d, q);
  if (root == 1) return hn::StoreU(hn::Div(one, values), d, out);
  if (root == 2) return hn::StoreU(hn::Div(one, hn::Sqrt(values)), d, out);
  const auto inside = hn::And(hn::Ge(values, hn::Set(d, 1e-290)), hn::Le(values, hn::Set(d, 1e290)));
  if (!hn::AllTrue(d, inside)) {
    for (std::size_t j = 0; j < hn::Lanes(d); ++j) out[j] = std::pow(q[j], -1.0 / root);
    return;
  }
  const auto share = hn::Set(d, 1.0 / root);
  const auto x = hn::Exp(d, hn::Neg(hn::Mul(hn::Log(d, values), share)));
  const auto left = hn::NegMulAdd(values, Power(d, x, root), one);
  hn::StoreU(hn::MulAdd(hn::Mul(x, share), left, x), d, out);
}

#endif

void InverseRoots(const double* q, std::size_t count, int root, double* out) {
  std::size_t j = 0;
#if HWY_HAVE_FLOAT64
  const hn::ScalableTag<double> d;
  for (const std::size_t lanes = hn::Lanes(d); j + lanes <= count; j += lanes)
    RootsOfVector(d, q + j, root, out + j);
  for (; j < count; ++j) RootsOfVector(hn::CappedTag<double, 1>(), q + j, root, out + j);
#else
  for (; j < count; ++j) out[j] = std::pow(q[j], -1.0 / root);
#endif
}

}  // namespace isr::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace isr {

HWY_EXPORT(InverseRoots);

void inverse_root_kernel(const double* q, std::size_t count, int root, double* out) {
  ISR_DISPATCH(InverseRoots)(q, count, root, out);
}

}  // namespace isr
#endif
