#include "sensing/dense_kernel.h"

#include "base/instruction_set.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "sensing/dense_kernel.cpp"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

HWY_BEFORE_NAMESPACE();
namespace isr::HWY_NAMESPACE {

namespace hn = hwy::HWY_NAMESPACE;
using D = hn::ScalableTag<float>;

// Four rows × `B` columns of dot products; 4·B accumulators stay in registers.
template <std::size_t B>
HWY_INLINE void RowsTimesColumns(const DenseBlock& k, std::size_t row, float (&sums)[4][B]) {
  const D d;
  const std::size_t lanes = hn::Lanes(d);
  const float* x0 = k.matrix + row * k.stride;
  const float *x1 = x0 + k.stride, *x2 = x1 + k.stride, *x3 = x2 + k.stride;
  hn::Vec<D> a0[B], a1[B], a2[B], a3[B];
  for (std::size_t b = 0; b < B; ++b) a0[b] = a1[b] = a2[b] = a3[b] = hn::Zero(d);
  std::size_t j = 0;
  for (; j + lanes <= k.cols; j += lanes) {
    const auto v0 = hn::LoadU(d, x0 + j), v1 = hn::LoadU(d, x1 + j);
    const auto v2 = hn::LoadU(d, x2 + j), v3 = hn::LoadU(d, x3 + j);
    for (std::size_t b = 0; b < B; ++b) {
      const auto w = hn::LoadU(d, k.w[b] + j);
      a0[b] = hn::MulAdd(v0, w, a0[b]);
      a1[b] = hn::MulAdd(v1, w, a1[b]);
      a2[b] = hn::MulAdd(v2, w, a2[b]);
      a3[b] = hn::MulAdd(v3, w, a3[b]);
    }
  }
  for (std::size_t b = 0; b < B; ++b) {
    sums[0][b] = hn::GetLane(hn::SumOfLanes(d, a0[b]));
    sums[1][b] = hn::GetLane(hn::SumOfLanes(d, a1[b]));
    sums[2][b] = hn::GetLane(hn::SumOfLanes(d, a2[b]));
    sums[3][b] = hn::GetLane(hn::SumOfLanes(d, a3[b]));
    for (std::size_t t = j; t < k.cols; ++t) {
      sums[0][b] += x0[t] * k.w[b][t];
      sums[1][b] += x1[t] * k.w[b][t];
      sums[2][b] += x2[t] * k.w[b][t];
      sums[3][b] += x3[t] * k.w[b][t];
    }
  }
}

// g += four rows, weighted by their residuals.
template <std::size_t B>
HWY_INLINE void AddRows(const DenseBlock& k, std::size_t row) {
  const D d;
  const std::size_t lanes = hn::Lanes(d);
  const float* x0 = k.matrix + row * k.stride;
  const float *x1 = x0 + k.stride, *x2 = x1 + k.stride, *x3 = x2 + k.stride;
  hn::Vec<D> r0[B], r1[B], r2[B], r3[B];
  for (std::size_t b = 0; b < B; ++b) {
    r0[b] = hn::Set(d, k.r[b][row]);
    r1[b] = hn::Set(d, k.r[b][row + 1]);
    r2[b] = hn::Set(d, k.r[b][row + 2]);
    r3[b] = hn::Set(d, k.r[b][row + 3]);
  }
  std::size_t j = 0;
  for (; j + lanes <= k.cols; j += lanes) {
    const auto v0 = hn::LoadU(d, x0 + j), v1 = hn::LoadU(d, x1 + j);
    const auto v2 = hn::LoadU(d, x2 + j), v3 = hn::LoadU(d, x3 + j);
    for (std::size_t b = 0; b < B; ++b) {
      auto g = hn::LoadU(d, k.g[b] + j);
      g = hn::MulAdd(v0, r0[b], g);
      g = hn::MulAdd(v1, r1[b], g);
      g = hn::MulAdd(v2, r2[b], g);
      g = hn::MulAdd(v3, r3[b], g);
      hn::StoreU(g, d, k.g[b] + j);
    }
  }
  for (; j < k.cols; ++j)
    for (std::size_t b = 0; b < B; ++b)
      k.g[b][j] +=
          x0[j] * k.r[b][row] + x1[j] * k.r[b][row + 1] + x2[j] * k.r[b][row + 2] + x3[j] * k.r[b][row + 3];
}

template <std::size_t B, bool products, bool gradient>
void Run(const DenseBlock& k) {
  std::size_t row = 0;
  for (; row + 4 <= k.rows; row += 4) {
    if constexpr (products) {
      float sums[4][B];
      RowsTimesColumns<B>(k, row, sums);
      for (std::size_t b = 0; b < B; ++b)
        for (std::size_t i = 0; i < 4; ++i) k.r[b][row + i] = sums[i][b] - (k.y[b] ? k.y[b][row + i] : 0.0f);
    }
    if constexpr (gradient) AddRows<B>(k, row);
  }
  for (; row < k.rows; ++row) {
    const float* x = k.matrix + row * k.stride;
    for (std::size_t b = 0; b < B; ++b) {
      if constexpr (products) {
        float sum = 0;
        for (std::size_t j = 0; j < k.cols; ++j) sum += x[j] * k.w[b][j];
        k.r[b][row] = sum - (k.y[b] ? k.y[b][row] : 0.0f);
      }
      if constexpr (gradient)
        for (std::size_t j = 0; j < k.cols; ++j) k.g[b][j] += x[j] * k.r[b][row];
    }
  }
}

template <bool products, bool gradient>
void ForColumns(const DenseBlock& k) {
  switch (k.columns) {
    case 1:
      return Run<1, products, gradient>(k);
    case 2:
      return Run<2, products, gradient>(k);
    case 3:
      return Run<3, products, gradient>(k);
    case 4:
      return Run<4, products, gradient>(k);
    default:
      return;
  }
}

void Products(const DenseBlock& k) {
  ForColumns<true, false>(k);
}
void Gradient(const DenseBlock& k) {
  ForColumns<false, true>(k);
}
void Fused(const DenseBlock& k) {
  ForColumns<true, true>(k);
}

}  // namespace isr::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace isr {

HWY_EXPORT(Products);
HWY_EXPORT(Gradient);
HWY_EXPORT(Fused);

void dense_products(const DenseBlock& block) {
  ISR_DISPATCH(Products)(block);
}
void dense_gradient(const DenseBlock& block) {
  ISR_DISPATCH(Gradient)(block);
}
void dense_fused(const DenseBlock& block) {
  ISR_DISPATCH(Fused)(block);
}

}  // namespace isr
#endif
