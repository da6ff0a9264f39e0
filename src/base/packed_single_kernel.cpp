#include <algorithm>
#include <cmath>

#include "base/instruction_set.h"
#include "base/packed_kernel.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "base/packed_single_kernel.cpp"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

HWY_BEFORE_NAMESPACE();
namespace isr::HWY_NAMESPACE {
namespace in_single {

namespace hn = hwy::HWY_NAMESPACE;
using Value = float;
#include "base/packed_tiles_kernel.h"

// h += scale·P Qᵀ, the lower triangle, of n packed rows and `depth` columns each.
struct Update {
  const float *packed, *right;  // P, Q
  std::size_t n, depth;
  double* h;
  double scale;
  std::size_t column;  // of tiles

  template <std::size_t high>
  void run(std::size_t s) const {
    constexpr std::size_t height = high * strip;
    const std::size_t row = s * strip, col = column * tile_width;
    Sums<high> sums;
    SetZero<high>(sums);
    AddProducts<high, false>(packed + s * stride, right + col / strip * stride + col % strip, depth, sums);
    float products[tile_width][height];
    StoreWhole<high>(sums, products[0], height);
    const std::size_t rows = std::min(height, n - row);
    for (std::size_t c = 0; c < std::min(tile_width, n - col); ++c) {
      double* HWY_RESTRICT to = h + row + (col + c) * n;
      for (std::size_t r = 0; r < rows; ++r) to[r] += scale * static_cast<double>(products[c][r]);
    }
  }
};

void UpdateLower(Update update) {
  const std::size_t strips = StripsOf(update.n);
  for (std::size_t first = 0; first < strips; first += block) {
    const std::size_t last = std::min(first + block, strips);
    for (update.column = 0; update.column * tile_width < std::min(update.n, last * strip); ++update.column)
      ForTiles(std::max(first, update.column * tile_width / strip), last, update);
  }
}

// to[r] = by·from[r] for the rows of a strip.
HWY_INLINE void Convert(const double* from, double by, float* HWY_RESTRICT to) {
#if HWY_HAVE_FLOAT64 && !HWY_HAVE_SCALABLE
  const hn::CappedTag<double, std::max<std::size_t>(lanes / 2, 1)> wide;
  const hn::Rebind<float, decltype(wide)> half;
  const auto times = hn::Set(wide, by);
  for (std::size_t r = 0; r < strip; r += hn::MaxLanes(wide))
    hn::StoreU(hn::DemoteTo(half, hn::Mul(times, hn::LoadU(wide, from + r))), half, to + r);
#else
  for (std::size_t r = 0; r < strip; ++r) to[r] = static_cast<float>(by * from[r]);
#endif
}

// Packs the chosen columns from the first on, times their weights over `largest`, to the left, and as they
// are to the right.
void Pack(const WeightedColumns& columns, double largest, std::size_t n, std::size_t first, std::size_t count,
          float* left, float* right) {
  constexpr std::size_t together = 128;  // rows: long enough to read, few enough places to write to
  for (std::size_t top = 0; top < n; top += together) {
    const std::size_t end = std::min(n, top + together);
    for (std::size_t k = 0; k < count; ++k) {
      const double* from = columns.x + columns.chosen[first + k] * n;
      const double by = columns.weights[first + k] / largest;
      std::size_t at = top / strip * stride + k * strip;
      for (std::size_t i = top; i < end; i += strip, at += stride) {
        double rest[strip] = {};
        const double* rows = from + i;
        if (end - i < strip) {
          std::copy(from + i, from + end, rest);
          rows = rest;
        }
        Convert(rows, by, left + at);
        Convert(rows, 1, right + at);
      }
    }
  }
}

void AddColumns(const WeightedColumns& columns, std::size_t n, double* h, double* workspace) {
  double largest = 0;
  for (std::size_t k = 0; k < columns.count; ++k) largest = std::max(largest, std::abs(columns.weights[k]));
  if (largest == 0) return;
  auto* left = reinterpret_cast<float*>(workspace);
  auto* right = reinterpret_cast<float*>(workspace + packed_workspace(n));
  ForPieces(columns.count, [&](std::size_t first, std::size_t depth) {
    Pack(columns, largest, n, first, depth, left, right);
    UpdateLower({left, right, n, depth, h, largest, 0});
  });
}

}  // namespace in_single

void AddColumnsInSingle(const WeightedColumns& columns, std::size_t n, double* h, double* workspace) {
  in_single::AddColumns(columns, n, h, workspace);
}

}  // namespace isr::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace isr {

HWY_EXPORT(AddColumnsInSingle);

void add_columns_in_single_kernel(const WeightedColumns& columns, std::size_t n, double* h,
                                  double* workspace) {
  ISR_DISPATCH(AddColumnsInSingle)(columns, n, h, workspace);
}

}  // namespace isr
#endif
