#include "base/packed_kernel.h"

#include <algorithm>
#include <cmath>

#include "base/instruction_set.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "base/packed_kernel.cpp"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

HWY_BEFORE_NAMESPACE();
namespace isr::HWY_NAMESPACE {

#include "base/double_vectors_kernel.h"
using Value = double;
#include "base/packed_tiles_kernel.h"
static_assert(tile_width == strip);  // of which the factorization makes use

// A place in a column-major matrix, and how many rows and columns there are from it on.
struct Place {
  double* first;
  std::size_t ld, rows, cols;
};

template <std::size_t high>
HWY_INLINE void LoadWhole(const double* from, std::size_t ld, Sums<high>& sums) {
  HWY_UNROLL(8)
  for (std::size_t c = 0; c < strip; ++c) {
    HWY_UNROLL(8)
    for (std::size_t v = 0; v < high * vectors; ++v) sums[v][c] = hn::LoadU(D(), from + c * ld + v * lanes);
  }
}

// What is beyond the matrix counts as 0 and is left alone.
template <std::size_t high>
HWY_INLINE void Load(const Place& from, Sums<high>& sums) {
  constexpr std::size_t rows = high * strip;
  if (from.rows >= rows && from.cols >= strip) return LoadWhole<high>(from.first, from.ld, sums);
  double copy[strip][rows] = {};
  for (std::size_t c = 0; c < std::min(strip, from.cols); ++c)
    std::copy_n(from.first + c * from.ld, std::min(rows, from.rows), copy[c]);
  LoadWhole<high>(copy[0], rows, sums);
}

template <std::size_t high>
HWY_INLINE void Store(const Sums<high>& sums, const Place& to) {
  constexpr std::size_t rows = high * strip;
  if (to.rows >= rows && to.cols >= strip) return StoreWhole<high>(sums, to.first, to.ld);
  double copy[strip][rows];
  StoreWhole<high>(sums, copy[0], rows);
  for (std::size_t c = 0; c < std::min(strip, to.cols); ++c)
    std::copy_n(copy[c], std::min(rows, to.rows), to.first + c * to.ld);
}

// c ±= P Qᵀ (`fresh`: c = P Qᵀ), the lower triangle, of n packed rows and `depth` columns each.
template <bool minus>
struct Update {
  const double *packed, *right;  // P, Q
  std::size_t n, depth;
  double* c;
  std::size_t ld;
  bool fresh;
  std::size_t column;  // strip

  template <std::size_t high>
  void run(std::size_t s) const {
    const std::size_t row = s * strip, col = column * strip;
    const Place place{c + row + col * ld, ld, n - row, n - col};
    Sums<high> sums;
    if (!minus && fresh)
      SetZero<high>(sums);
    else
      Load<high>(place, sums);
    AddProducts<high, minus>(packed + s * stride, right + column * stride, depth, sums);
    Store<high>(sums, place);
  }
};

template <bool minus>
void UpdateLower(Update<minus> update) {
  const std::size_t strips = StripsOf(update.n);
  for (std::size_t first = 0; first < strips; first += block) {
    const std::size_t last = std::min(first + block, strips);
    for (update.column = 0; update.column < last; ++update.column)
      ForTiles(std::max(first, update.column), last, update);
  }
}

// Packs the columns column(k), n values each, times scale(k), for k of [0, count).
template <class Column, class Scale>
void Pack(std::size_t n, std::size_t count, const Column& column, const Scale& scale, double* packed) {
  constexpr std::size_t together = 128;  // rows: long enough to read, few enough places to write to
  const D d;
  for (std::size_t top = 0; top < n; top += together) {
    const std::size_t end = std::min(n, top + together), whole = end - (end - top) % strip;
    for (std::size_t k = 0; k < count; ++k) {
      const double *from = column(k), by = scale(k);
      double* to = packed + top / strip * stride + k * strip;
      const V times = hn::Set(d, by);
      for (std::size_t i = top; i < whole; i += strip, to += stride)
        for (std::size_t v = 0; v < strip; v += lanes)
          hn::Store(hn::Mul(times, hn::LoadU(d, from + i + v)), d, to + v);
      if (whole == end) continue;
      for (std::size_t i = 0; i < strip; ++i) to[i] = whole + i < end ? by * from[whole + i] : 0;
    }
  }
}

constexpr auto unscaled = [](std::size_t) { return 1.0; };

void WeightedSyrk(const double* x, const double* weights, std::size_t n, std::size_t p, double* h,
                  double* workspace) {
  ForPieces(p, [&](std::size_t first, std::size_t depth) {
    Pack(
        n, depth, [&](std::size_t k) { return x + (first + k) * n; },
        [&](std::size_t k) { return std::sqrt(weights[first + k]); }, workspace);
    UpdateLower(Update<false>{workspace, workspace, n, depth, h, n, first == 0, 0});
  });
}

void SymmetricProduct(const double* a, const double* b, std::size_t n, std::size_t p, double* h,
                      double* workspace) {
  double* right = workspace + packed_workspace(n);
  ForPieces(p, [&](std::size_t first, std::size_t depth) {
    Pack(
        n, depth, [&](std::size_t k) { return a + (first + k) * n; }, unscaled, workspace);
    Pack(
        n, depth, [&](std::size_t k) { return b + (first + k) * n; }, unscaled, right);
    UpdateLower(Update<false>{workspace, right, n, depth, h, n, first == 0, 0});
  });
}

void AddColumns(const WeightedColumns& columns, std::size_t n, double* h, double* workspace) {
  double* right = workspace + packed_workspace(n);
  ForPieces(columns.count, [&](std::size_t first, std::size_t depth) {
    const auto column = [&](std::size_t k) { return columns.x + columns.chosen[first + k] * n; };
    const double* weights = columns.weights + first;
    const bool nonnegative = std::all_of(weights, weights + depth, [](double w) { return w >= 0; });
    if (nonnegative) {
      Pack(
          n, depth, column, [&](std::size_t k) { return std::sqrt(weights[k]); }, workspace);
    } else {
      Pack(
          n, depth, column, [&](std::size_t k) { return weights[k]; }, workspace);
      Pack(n, depth, column, unscaled, right);
    }
    UpdateLower(Update<false>{workspace, nonnegative ? workspace : right, n, depth, h, n, false, 0});
  });
}

// A square on the diagonal, its lower triangle column by column.
using Triangle = double[strip][strip];

// Overwrites the first `size` rows and columns with their Cholesky factor. Returns the number of positive
// pivots.
std::size_t FactorTriangle(Triangle& t, std::size_t size) {
  for (std::size_t c = 0; c < size; ++c) {
    if (!(t[c][c] > 0) || !std::isfinite(t[c][c])) return c;
    t[c][c] = std::sqrt(t[c][c]);
    const double inverse = 1 / t[c][c];
    for (std::size_t r = c + 1; r < strip; ++r) t[c][r] *= inverse;
    for (std::size_t b = c + 1; b < strip; ++b)
      for (std::size_t r = b; r < strip; ++r) t[b][r] -= t[c][r] * t[c][b];
  }
  return size;
}

// The panel of a factorization: columns that are factored together, at most packed_depth, with all rows from
// their diagonal on. Column strip `column` is the one at work; those before it are final, and packed.
struct Panel {
  double* a;  // first entry on the diagonal
  std::size_t ld, n, width;
  double* packed;
  Triangle* triangles;  // of the columns done, with the reciprocals of the diagonal
  std::size_t column;

  Place At(std::size_t s) const {
    return {a + s * strip + column * strip * ld, ld, n - s * strip, n - column * strip};
  }
  double* Packed(std::size_t s) const { return packed + s * stride; }

  // The strip on the diagonal. Returns the number of positive pivots.
  std::size_t Factor() const {
    const Place place = At(column);
    const std::size_t size = std::min(strip, place.rows);
    Sums<1> sums;
    Load<1>(place, sums);
    AddProducts<1, true>(Packed(column), Packed(column), column * strip, sums);
    Triangle& t = triangles[column];
    StoreWhole<1>(sums, t[0], strip);
    const std::size_t pivots = FactorTriangle(t, size);
    double* to = Packed(column) + column * strip * strip;
    for (std::size_t c = 0; c < pivots; ++c) {
      std::fill_n(to + c * strip, c, 0.0);
      std::copy(t[c] + c, t[c] + strip, to + c * strip + c);
      std::copy(t[c] + c, t[c] + size, place.first + c * ld + c);
      t[c][c] = 1 / t[c][c];
    }
    return pivots;
  }

  // Strips below the diagonal: (A − L Lᵀ) T⁻ᵀ, T the triangle of these columns.
  template <std::size_t high>
  void run(std::size_t s) const {
    const D d;
    const Place place = At(s);
    Sums<high> sums;
    Load<high>(place, sums);
    AddProducts<high, true>(Packed(s), Packed(column), column * strip, sums);
    const Triangle& t = triangles[column];
    double* to = Packed(s) + column * strip * strip;
    HWY_UNROLL(8)
    for (std::size_t c = 0; c < strip; ++c) {
      const V inverse = hn::Set(d, t[c][c]);
      HWY_UNROLL(8)
      for (std::size_t v = 0; v < high * vectors; ++v) {
        sums[v][c] = hn::Mul(sums[v][c], inverse);
        hn::Store(sums[v][c], d, to + v / vectors * stride + c * strip + v % vectors * lanes);
      }
      HWY_UNROLL(8)
      for (std::size_t b = c + 1; b < strip; ++b) {
        const V factor = hn::Set(d, t[c][b]);
        HWY_UNROLL(8)
        for (std::size_t v = 0; v < high * vectors; ++v)
          sums[v][b] = hn::NegMulAdd(sums[v][c], factor, sums[v][b]);
      }
    }
    Store<high>(sums, place);
  }
};

// The square on the diagonal, then block after block of the rows below. Returns the number of positive
// pivots.
std::size_t FactorPanel(Panel panel) {
  const std::size_t wide = StripsOf(panel.width), strips = StripsOf(panel.n);
  for (panel.column = 0; panel.column < wide; ++panel.column) {
    const std::size_t size = std::min(strip, panel.width - panel.column * strip), pivots = panel.Factor();
    if (pivots < size) return panel.column * strip + pivots;
    ForTiles(panel.column + 1, wide, panel);
  }
  for (std::size_t first = wide; first < strips; first += block)
    for (panel.column = 0; panel.column < wide; ++panel.column)
      ForTiles(first, std::min(first + block, strips), panel);
  return panel.width;
}

std::size_t Cholesky(double* a, std::size_t n, double* workspace) {
  auto* triangles = reinterpret_cast<Triangle*>(workspace);
  double* packed = workspace + packed_depth * strip;
  for (std::size_t k = 0; k < n; k += packed_depth) {
    const std::size_t width = std::min(packed_depth, n - k), below = n - k - width;
    const std::size_t pivots = FactorPanel({a + k + k * n, n, n - k, width, packed, triangles, 0});
    if (pivots < width) return k + pivots;
    if (below == 0) break;
    const std::size_t next = k + width;
    const double* rest = packed + width / strip * stride;
    UpdateLower(Update<true>{rest, rest, below, width, a + next + next * n, n, false, 0});
  }
  return n;
}

}  // namespace isr::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace isr {

HWY_EXPORT(WeightedSyrk);
HWY_EXPORT(SymmetricProduct);
HWY_EXPORT(AddColumns);
HWY_EXPORT(Cholesky);

void weighted_syrk_kernel(const double* x, const double* d, std::size_t n, std::size_t p, double* h,
                          double* workspace) {
  ISR_DISPATCH(WeightedSyrk)(x, d, n, p, h, workspace);
}
void symmetric_product_kernel(const double* a, const double* b, std::size_t n, std::size_t p, double* h,
                              double* workspace) {
  ISR_DISPATCH(SymmetricProduct)(a, b, n, p, h, workspace);
}
void add_columns_kernel(const WeightedColumns& columns, std::size_t n, double* h, double* workspace) {
  ISR_DISPATCH(AddColumns)(columns, n, h, workspace);
}
std::size_t cholesky_kernel(double* a, std::size_t n, double* workspace) {
  return ISR_DISPATCH(Cholesky)(a, n, workspace);
}

}  // namespace isr
#endif
