#include "base/sparse_kernel.h"

#include <algorithm>

#include "base/instruction_set.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "base/sparse_kernel.cpp"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

HWY_BEFORE_NAMESPACE();
namespace isr::HWY_NAMESPACE {

#include "base/double_vectors_kernel.h"
#if HWY_HAVE_SCALABLE
using D = hn::FixedTag<double, 2>;  // the kernel must know its lanes when it is compiled
#else
using D = hn::CappedTag<double, 8>;
#endif
constexpr std::size_t lanes = hn::MaxLanes(D());
constexpr std::size_t vectors = std::min<std::size_t>(4, stripe_rows / lanes);  // whose sums are in registers

// vectors·lanes rows of both columns of a pair, which are to begin at c and c + distance. x has the rows of
// the stripe.
HWY_INLINE void MultiplyPair(const double* x, const SparsePairs& b, std::size_t pair, double* c,
                             std::size_t distance) {
  const D d;
  hn::Vec<D> first[vectors], second[vectors];
  HWY_UNROLL(4)
  for (std::size_t v = 0; v < vectors; ++v) first[v] = second[v] = hn::Zero(d);
  for (int k = b.begin[pair]; k < b.begin[pair + 1]; ++k) {
    const double* column = x + static_cast<std::size_t>(b.row[k]) * stripe_rows;
    const auto one = hn::Set(d, b.values[2 * k]), other = hn::Set(d, b.values[2 * k + 1]);
    HWY_UNROLL(4)
    for (std::size_t v = 0; v < vectors; ++v) {
      const auto entries = hn::LoadU(d, column + v * lanes);
      first[v] = hn::MulAdd(entries, one, first[v]);
      second[v] = hn::MulAdd(entries, other, second[v]);
    }
  }
  HWY_UNROLL(4)
  for (std::size_t v = 0; v < vectors; ++v) {
    hn::StoreU(first[v], d, c + v * lanes);
    hn::StoreU(second[v], d, c + distance + v * lanes);
  }
}

void MultiplyPairs(const double* x, std::size_t n, const SparsePairs& b, double* c) {
  constexpr std::size_t together = vectors * lanes;
  for (std::size_t i = 0; i < n; i += together) {
    const double* stripe = x + i / stripe_rows * stripe_rows * b.rows + i % stripe_rows;
    double* out = c + i;
    for (std::size_t pair = 0; pair < b.pairs; ++pair, out += 2 * n) {
      if (i + together <= n) {
        MultiplyPair(stripe, b, pair, out, n);
        continue;
      }
      double both[2 * together];
      MultiplyPair(stripe, b, pair, both, together);
      std::copy_n(both, n - i, out);
      std::copy_n(both + together, n - i, out + n);
    }
  }
}

void AddMultiples(const Multiple* multiples, std::size_t count, const double* from, double* to) {
  const D d;
  for (const Multiple* m = multiples; m < multiples + count; ++m) {
    const double* in = from + m->first;
    double* out = to + m->place;
    const auto length = static_cast<std::size_t>(m->length);
    const auto factor = hn::Set(d, m->factor);
    std::size_t k = 0;
    for (; k + lanes <= length; k += lanes)
      hn::StoreU(hn::MulAdd(hn::LoadU(d, in + k), factor, hn::LoadU(d, out + k)), d, out + k);
    for (; k < length; ++k) out[k] += m->factor * in[k];
  }
}

}  // namespace isr::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace isr {

HWY_EXPORT(MultiplyPairs);
HWY_EXPORT(AddMultiples);

void multiply_pairs_kernel(const double* x, std::size_t n, const SparsePairs& b, double* c) {
  ISR_DISPATCH(MultiplyPairs)(x, n, b, c);
}
void add_multiples_kernel(const Multiple* multiples, std::size_t count, const double* from, double* to) {
  ISR_DISPATCH(AddMultiples)(multiples, count, from, to);
}

}  // namespace isr
#endif
