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

double InverseRoot(double q, int root) {
  if (root == 1) return 1 / q;
  return root == 2 ? 1 / std::sqrt(q) : std::exp(-std::log(q) / root);
}

#if HWY_HAVE_FLOAT64

template <class D, class V>
HWY_INLINE V Power(D d, V base, int exponent) {
  V result = hn::Set(d, 1.0);
  for (; exponent > 0; exponent >>= 1, base = hn::Mul(base, base))
    if (exponent & 1) result = hn::Mul(result, base);
  return result;
}

// exp(−log(q)/root) is off by what the logarithm is, which is large where q is far from 1; a Newton step on
// q·x^root = 1 leaves an ulp or two.
template <class D, class V>
HWY_INLINE V ByLogarithm(D d, V q, int root) {
  const V share = hn::Set(d, 1.0 / root);
  const V x = hn::Exp(d, hn::NegMulAdd(hn::Log(d, q), share, hn::Zero(d)));
  const V left = hn::NegMulAdd(q, Power(d, x, root), hn::Set(d, 1.0));
  return hn::MulAdd(hn::Mul(x, share), left, x);
}

#endif

void InverseRoots(const double* q, std::size_t count, int root, double* out) {
  std::size_t j = 0;
#if HWY_HAVE_FLOAT64
  const hn::ScalableTag<double> d;
  const auto one = hn::Set(d, 1.0), least = hn::Set(d, 1e-290), largest = hn::Set(d, 1e290);
  for (const std::size_t lanes = hn::Lanes(d); j + lanes <= count; j += lanes) {
    const auto values = hn::LoadU(d, q + j);
    if (root == 1)
      hn::StoreU(hn::Div(one, values), d, out + j);
    else if (root == 2)
      hn::StoreU(hn::Div(one, hn::Sqrt(values)), d, out + j);
    else if (hn::AllTrue(d, hn::And(hn::Ge(values, least), hn::Le(values, largest))))
      hn::StoreU(ByLogarithm(d, values, root), d, out + j);
    else
      for (std::size_t k = j; k < j + lanes; ++k) out[k] = InverseRoot(q[k], root);
  }
#endif
  for (; j < count; ++j) out[j] = InverseRoot(q[j], root);
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
