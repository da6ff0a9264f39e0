#include "sensing/dense_kernel.h"

#include <algorithm>
#include <type_traits>

#include "base/instruction_set.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "sensing/dense_kernel.cpp"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

HWY_BEFORE_NAMESPACE();
namespace isr::HWY_NAMESPACE {

namespace hn = hwy::HWY_NAMESPACE;
using D = hn::ScalableTag<float>;

// Sums are kept in registers, a tile of them for `group` columns: of as many as the registers hold, 16 or 32.
#if HWY_TARGET <= HWY_AVX3
constexpr std::size_t most_in_group = 6;
#else
constexpr std::size_t most_in_group = 3;
#endif
constexpr std::size_t tile_of_many = 4, tile_of_one = 8;  // rows, or vectors of a row

// What stays in the first-level cache, columns of the matrix, and in the second, entries.
constexpr std::size_t near_columns = 1024, near_entries = 49152;

// r of column b at this row += (begin == 0: = −y +) the lanes of `sums` and the products from column j on to
// end − 1.
HWY_INLINE void AddSum(const DenseBlock& k, std::size_t row, std::size_t b, std::size_t begin, std::size_t j,
                       std::size_t end, hn::Vec<D> sums) {
  const float* const x = k.matrix + row * k.stride;
  float sum = hn::GetLane(hn::SumOfLanes(D(), sums));
  for (; j < end; ++j) sum += x[j] * k.w[b][j];
  if (begin > 0)
    k.r[b][row] += sum;
  else
    k.r[b][row] = k.y[b] ? sum - k.y[b][row] : sum;
}

// r[first …] of `group` columns += (begin == 0: = −y +) the products of `rows` rows with w, from column begin
// to end − 1 of the matrix.
template <std::size_t rows, std::size_t group>
HWY_INLINE void DotTile(const DenseBlock& k, std::size_t row, std::size_t first, std::size_t begin,
                        std::size_t end) {
  const D d;
  const std::size_t lanes = hn::Lanes(d);
  const float *x[rows], *w[group];
  hn::Vec<D> sums[rows][group];
  for (std::size_t i = 0; i < rows; ++i) x[i] = k.matrix + (row + i) * k.stride;
  for (std::size_t b = 0; b < group; ++b) w[b] = k.w[first + b];
  for (auto& of_row : sums)
    for (auto& sum : of_row) sum = hn::Zero(d);
  std::size_t j = begin;
  for (; j + lanes <= end; j += lanes) {
    hn::Vec<D> v[rows];
    for (std::size_t i = 0; i < rows; ++i) v[i] = hn::LoadU(d, x[i] + j);
    for (std::size_t b = 0; b < group; ++b) {
      const auto column = hn::LoadU(d, w[b] + j);
      for (std::size_t i = 0; i < rows; ++i) sums[i][b] = hn::MulAdd(v[i], column, sums[i][b]);
    }
  }
  for (std::size_t b = 0; b < group; ++b)
    for (std::size_t i = 0; i < rows; ++i) AddSum(k, row + i, first + b, begin, j, end, sums[i][b]);
}

// g[first …] of `group` columns += rows begin … end − 1, weighted by r, at `vectors` vectors from column j.
template <class Tag, std::size_t vectors, std::size_t group>
HWY_INLINE void AddTile(Tag d, const DenseBlock& k, std::size_t begin, std::size_t end, std::size_t first,
                        std::size_t j) {
  const std::size_t lanes = hn::Lanes(d);
  const float* r[group];
  hn::Vec<Tag> sums[vectors][group];
  for (std::size_t b = 0; b < group; ++b) {
    r[b] = k.r[first + b];
    for (std::size_t i = 0; i < vectors; ++i) sums[i][b] = hn::LoadU(d, k.g[first + b] + j + i * lanes);
  }
  const float* x = k.matrix + begin * k.stride + j;
  for (std::size_t row = begin; row < end; ++row, x += k.stride) {
    hn::Vec<Tag> v[vectors];
    for (std::size_t i = 0; i < vectors; ++i) v[i] = hn::LoadU(d, x + i * lanes);
    for (std::size_t b = 0; b < group; ++b) {
      const auto weight = hn::Set(d, r[b][row]);
      for (std::size_t i = 0; i < vectors; ++i) sums[i][b] = hn::MulAdd(v[i], weight, sums[i][b]);
    }
  }
  for (std::size_t b = 0; b < group; ++b)
    for (std::size_t i = 0; i < vectors; ++i) hn::StoreU(sums[i][b], d, k.g[first + b] + j + i * lanes);
}

// Calls body(group, first) with the columns in groups of about equal size, which the compiler knows.
template <class Body>
HWY_INLINE void ForGroups(std::size_t columns, const Body& body) {
  std::size_t groups = (columns + most_in_group - 1) / most_in_group;
  for (std::size_t first = 0; groups > 0; --groups) {
    const std::size_t size = (columns - first + groups - 1) / groups;
    const auto call = [&](auto group) HWY_ATTR {
      if constexpr (group() <= most_in_group) body(group, first);
    };
    if (size == 1) call(std::integral_constant<std::size_t, 1>());
    if (size == 2) call(std::integral_constant<std::size_t, 2>());
    if (size == 3) call(std::integral_constant<std::size_t, 3>());
    if (size == 4) call(std::integral_constant<std::size_t, 4>());
    if (size == 5) call(std::integral_constant<std::size_t, 5>());
    if (size == 6) call(std::integral_constant<std::size_t, 6>());
    first += size;
  }
}

template <std::size_t tile>
void ProductsOfRows(const DenseBlock& k, std::size_t first_row, std::size_t last_row) {
  for (std::size_t begin = 0; begin == 0 || begin < k.cols; begin += near_columns) {
    const std::size_t end = std::min(k.cols, begin + near_columns);
    std::size_t row = first_row;
    for (; row + tile <= last_row; row += tile)
      ForGroups(k.columns, [&](auto group, std::size_t first)
                               HWY_ATTR { DotTile<tile, group()>(k, row, first, begin, end); });
    for (; row < last_row; ++row)
      ForGroups(k.columns, [&](auto group, std::size_t first)
                               HWY_ATTR { DotTile<1, group()>(k, row, first, begin, end); });
  }
}

template <std::size_t tile>
void GradientOfRows(const DenseBlock& k, std::size_t first_row, std::size_t last_row) {
  const D d;
  std::size_t j = 0;
  for (; j + tile * hn::Lanes(d) <= k.cols; j += tile * hn::Lanes(d))
    ForGroups(k.columns, [&](auto group, std::size_t first)
                             HWY_ATTR { AddTile<D, tile, group()>(d, k, first_row, last_row, first, j); });
  for (; j + hn::Lanes(d) <= k.cols; j += hn::Lanes(d))
    ForGroups(k.columns, [&](auto group, std::size_t first)
                             HWY_ATTR { AddTile<D, 1, group()>(d, k, first_row, last_row, first, j); });
  using One = hn::CappedTag<float, 1>;
  for (; j < k.cols; ++j)
    ForGroups(k.columns, [&](auto group, std::size_t first)
                             HWY_ATTR { AddTile<One, 1, group()>(One(), k, first_row, last_row, first, j); });
}

// One column: g += `rows` rows from `row` on, weighted by r, and r of as many after them, both at once: while
// these come from far away, those are near.
template <std::size_t rows>
HWY_INLINE void GradientAndNextProducts(const DenseBlock& k, std::size_t row) {
  const D d;
  const std::size_t lanes = hn::Lanes(d);
  const float *near[rows], *next[rows];
  hn::Vec<D> weights[rows], sums[rows];
  for (std::size_t i = 0; i < rows; ++i) {
    near[i] = k.matrix + (row + i) * k.stride;
    next[i] = near[i] + rows * k.stride;
    weights[i] = hn::Set(d, k.r[0][row + i]);
  }
  const float* const w = k.w[0];
  float* const g = k.g[0];
  for (std::size_t begin = 0; begin == 0 || begin < k.cols; begin += near_columns) {
    const std::size_t end = std::min(k.cols, begin + near_columns);
    for (auto& sum : sums) sum = hn::Zero(d);
    std::size_t j = begin;
    for (; j + lanes <= end; j += lanes) {
      const auto column = hn::LoadU(d, w + j);
      auto sum = hn::LoadU(d, g + j);
      for (std::size_t i = 0; i < rows; ++i) {
        sums[i] = hn::MulAdd(hn::LoadU(d, next[i] + j), column, sums[i]);
        sum = hn::MulAdd(hn::LoadU(d, near[i] + j), weights[i], sum);
      }
      hn::StoreU(sum, d, g + j);
    }
    using One = hn::CappedTag<float, 1>;
    for (std::size_t t = j; t < end; ++t) AddTile<One, 1, 1>(One(), k, row, row + rows, 0, t);
    for (std::size_t i = 0; i < rows; ++i) AddSum(k, row + rows + i, 0, begin, j, end, sums[i]);
  }
}

void FusedOfOne(const DenseBlock& k) {
  constexpr std::size_t rows = 4;
  std::size_t row = 0;
  if (k.rows >= 2 * rows) {
    ProductsOfRows<rows>(k, 0, rows);
    for (; row + 2 * rows <= k.rows; row += rows) GradientAndNextProducts<rows>(k, row);
    GradientOfRows<tile_of_one>(k, row, row + rows);
    row += rows;
  }
  ProductsOfRows<tile_of_one>(k, row, k.rows);
  GradientOfRows<tile_of_one>(k, row, k.rows);
}

template <bool products, bool gradient>
void Run(const DenseBlock& k) {
  const std::size_t at_once =
      std::max<std::size_t>(8, near_entries / std::max<std::size_t>(1, k.cols) / 8 * 8);
  for (std::size_t first = 0; first < k.rows; first += at_once) {
    const std::size_t last = std::min(k.rows, first + at_once);
    if constexpr (products)
      (k.columns == 1 ? ProductsOfRows<tile_of_one> : ProductsOfRows<tile_of_many>)(k, first, last);
    if constexpr (gradient)
      (k.columns == 1 ? GradientOfRows<tile_of_one> : GradientOfRows<tile_of_many>)(k, first, last);
  }
}

void Products(const DenseBlock& k) {
  Run<true, false>(k);
}
void Gradient(const DenseBlock& k) {
  Run<false, true>(k);
}
void Fused(const DenseBlock& k) {
  k.columns == 1 ? FusedOfOne(k) : Run<true, true>(k);
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
