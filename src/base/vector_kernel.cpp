#include "base/vector_kernel.h"

#include <algorithm>

#include "base/instruction_set.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "base/vector_kernel.cpp"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

HWY_BEFORE_NAMESPACE();
namespace isr::HWY_NAMESPACE {

#include "base/double_vectors_kernel.h"
using D = hn::ScalableTag<double>;

constexpr std::size_t group = 8;  // columns that go together: the vector is read once for all of them

// y += Σ_c w_c x_c over the `columns` columns of x (n entries each, `ld` apart).
template <std::size_t columns>
HWY_INLINE void AddColumns(const double* x, std::size_t ld, std::size_t n, const double* w, double* y) {
  const D d;
  const std::size_t lanes = hn::Lanes(d);
  hn::Vec<D> scale[columns];
  HWY_UNROLL(8)
  for (std::size_t c = 0; c < columns; ++c) scale[c] = hn::Set(d, w[c]);
  std::size_t i = 0;
  for (; i + lanes <= n; i += lanes) {
    auto sum = hn::LoadU(d, y + i);
    HWY_UNROLL(8)
    for (std::size_t c = 0; c < columns; ++c) sum = hn::MulAdd(hn::LoadU(d, x + c * ld + i), scale[c], sum);
    hn::StoreU(sum, d, y + i);
  }
  for (; i < n; ++i)
    for (std::size_t c = 0; c < columns; ++c) y[i] += x[c * ld + i] * w[c];
}

// g_c = x_cᵀ r of the `columns` columns of x.
template <std::size_t columns>
HWY_INLINE void DotColumns(const double* x, std::size_t ld, std::size_t n, const double* r, double* g) {
  const D d;
  const std::size_t lanes = hn::Lanes(d);
  hn::Vec<D> sums[columns];
  HWY_UNROLL(8)
  for (std::size_t c = 0; c < columns; ++c) sums[c] = hn::Zero(d);
  std::size_t i = 0;
  for (; i + lanes <= n; i += lanes) {
    const auto right = hn::LoadU(d, r + i);
    HWY_UNROLL(8)
    for (std::size_t c = 0; c < columns; ++c)
      sums[c] = hn::MulAdd(hn::LoadU(d, x + c * ld + i), right, sums[c]);
  }
  HWY_UNROLL(8)
  for (std::size_t c = 0; c < columns; ++c) g[c] = hn::GetLane(hn::SumOfLanes(d, sums[c]));
  for (; i < n; ++i)
    for (std::size_t c = 0; c < columns; ++c) g[c] += x[c * ld + i] * r[i];
}

void Multiply(const double* x, std::size_t n, std::size_t p, const double* w, double* y) {
  std::fill_n(y, n, 0.0);
  std::size_t j = 0;
  for (; j + group <= p; j += group) AddColumns<group>(x + j * n, n, n, w + j, y);
  for (; j < p; ++j) AddColumns<1>(x + j * n, n, n, w + j, y);
}

void MultiplyTransposed(const double* x, std::size_t n, std::size_t p, const double* r, double* g) {
  std::size_t j = 0;
  for (; j + group <= p; j += group) DotColumns<group>(x + j * n, n, n, r, g + j);
  for (; j < p; ++j) DotColumns<1>(x + j * n, n, n, r, g + j);
}

// Columns j … end−1 and the rows between: what depends on one another there.
void SolveSquare(const double* l, std::size_t n, std::size_t j, std::size_t end, double* b) {
  for (; j < end; ++j) {
    b[j] /= l[j + j * n];
    for (std::size_t i = j + 1; i < end; ++i) b[i] -= l[i + j * n] * b[j];
  }
}

void SolveSquareTransposed(const double* l, std::size_t n, std::size_t j, std::size_t end, double* b) {
  while (end-- > j) {
    b[end] /= l[end + end * n];
    for (std::size_t i = j; i < end; ++i) b[i] -= l[end + i * n] * b[end];
  }
}

void SolveLower(const double* l, std::size_t n, double* b) {
  std::size_t j = 0;
  for (; j + group <= n; j += group) {
    const std::size_t below = j + group;
    SolveSquare(l, n, j, below, b);
    double negative[group];
    for (std::size_t c = 0; c < group; ++c) negative[c] = -b[j + c];
    AddColumns<group>(l + j * n + below, n, n - below, negative, b + below);
  }
  SolveSquare(l, n, j, n, b);
}

void SolveLowerTransposed(const double* l, std::size_t n, double* b) {
  std::size_t j = n - n % group;
  SolveSquareTransposed(l, n, j, n, b);
  while (j > 0) {
    const std::size_t below = j;
    j -= group;
    double dots[group];
    DotColumns<group>(l + j * n + below, n, n - below, b + below, dots);
    for (std::size_t c = 0; c < group; ++c) b[j + c] -= dots[c];
    SolveSquareTransposed(l, n, j, below, b);
  }
}

}  // namespace isr::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace isr {

HWY_EXPORT(Multiply);
HWY_EXPORT(MultiplyTransposed);
HWY_EXPORT(SolveLower);
HWY_EXPORT(SolveLowerTransposed);

void multiply_kernel(const double* x, std::size_t n, std::size_t p, const double* w, double* y) {
  ISR_DISPATCH(Multiply)(x, n, p, w, y);
}
void multiply_transposed_kernel(const double* x, std::size_t n, std::size_t p, const double* r, double* g) {
  ISR_DISPATCH(MultiplyTransposed)(x, n, p, r, g);
}
void solve_lower_kernel(const double* l, std::size_t n, double* b) {
  ISR_DISPATCH(SolveLower)(l, n, b);
}
void solve_lower_transposed_kernel(const double* l, std::size_t n, double* b) {
  ISR_DISPATCH(SolveLowerTransposed)(l, n, b);
}

}  // namespace isr
#endif
