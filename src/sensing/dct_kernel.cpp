#include "sensing/dct_kernel.h"

#include <cmath>
#include <numbers>

#include "base/instruction_set.h"
#include "sensing/lines_kernel.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "sensing/dct_kernel.cpp"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

HWY_BEFORE_NAMESPACE();
namespace isr::HWY_NAMESPACE {

namespace hn = hwy::HWY_NAMESPACE;
using Floats = hn::CappedTag<float, line_width>;

// Lines `step` lines apart; a negative step goes backwards.
struct LineSteps {
  float* first;
  std::ptrdiff_t step;

  float* operator[](std::size_t i) const {
    return first + static_cast<std::ptrdiff_t>(i) * step * static_cast<std::ptrdiff_t>(line_width);
  }
  LineSteps from(std::size_t i, std::ptrdiff_t stretch) const { return {(*this)[i], step * stretch}; }
};

// A matrix of order n, entry (k, j) at first[k · row_step + j · col_step].
struct SmallMatrix {
  const float* first;
  std::size_t order, row_step, col_step;
};

// Lines row … row + kRows of matrix · in.
template <std::size_t kRows>
void MultiplyRows(const SmallMatrix& matrix, std::size_t row, LineSteps in, LineSteps out) {
  const Floats d;
  for (std::size_t lane = 0; lane < line_width; lane += hn::Lanes(d)) {
    hn::Vec<Floats> sums[kRows];
    for (auto& sum : sums) sum = hn::Zero(d);
    for (std::size_t j = 0; j < matrix.order; ++j) {
      const auto x = hn::LoadU(d, in[j] + lane);
      const float* entry = matrix.first + row * matrix.row_step + j * matrix.col_step;
      for (std::size_t r = 0; r < kRows; ++r)
        sums[r] = hn::MulAdd(hn::Set(d, entry[r * matrix.row_step]), x, sums[r]);
    }
    for (std::size_t r = 0; r < kRows; ++r) hn::StoreU(sums[r], d, out[row + r] + lane);
  }
}

void Multiply(const SmallMatrix& matrix, LineSteps in, LineSteps out) {
  std::size_t row = 0;
  for (; row + 8 <= matrix.order; row += 8) MultiplyRows<8>(matrix, row, in, out);
  for (; row + 3 <= matrix.order; row += 3) MultiplyRows<3>(matrix, row, in, out);
  for (; row < matrix.order; ++row) MultiplyRows<1>(matrix, row, in, out);
}

// Acts in place on pairs, one after the other half of the lines: forwards, x_j and x_(n−1−j), j < n/2, become
// x_j and x_(n/2+j); backwards the other way round. op(j, a, b) changes the values of pair j.
template <bool kForwards, class Op>
HWY_INLINE void ForPairs(float* x, std::size_t n, const Op& op) {
  const Floats d;
  const std::size_t half = n / 2;
  for (std::size_t j = 0; j < (half + 1) / 2; ++j) {
    const std::size_t i = half - 1 - j;
    for (std::size_t lane = 0; lane < line_width; lane += hn::Lanes(d)) {
      float* const near_j = x + lane + j * line_width;
      float* const near_i = x + lane + i * line_width;
      float* const far_j = near_j + half * line_width;
      float* const far_i = near_i + half * line_width;
      auto a = hn::LoadU(d, near_j), b = hn::LoadU(d, kForwards ? far_i : far_j);
      auto c = hn::LoadU(d, near_i), e = hn::LoadU(d, kForwards ? far_j : far_i);
      op(j, a, b);
      op(i, c, e);
      hn::StoreU(a, d, near_j);
      hn::StoreU(b, d, kForwards ? far_j : far_i);
      hn::StoreU(c, d, near_i);
      hn::StoreU(e, d, kForwards ? far_i : far_j);
    }
  }
}

template <bool kForwards>
void SumsAndDifferences(float* x, std::size_t n) {
  ForPairs<kForwards>(x, n, [](std::size_t, auto& a, auto& b) {
    const auto sum = hn::Add(a, b);
    b = hn::Sub(a, b);
    a = sum;
  });
}

template <bool kForwards>
void Rotations(const DctTables& tables, float* x, std::size_t n) {
  const float* const rotations = tables.rotations.data() + 4 * (n / 2 - tables.leaf);
  ForPairs<kForwards>(x, n, [rotations](std::size_t j, auto& a, auto& b) {
    const Floats d;
    const float* m = rotations + 4 * j;
    const auto first = hn::MulAdd(hn::Set(d, m[0]), a, hn::Mul(hn::Set(d, m[kForwards ? 1 : 2]), b));
    b = hn::MulAdd(hn::Set(d, m[kForwards ? 2 : 1]), a, hn::Mul(hn::Set(d, m[3]), b));
    a = first;
  });
}

// The symmetric last step of a DCT-IV: (x_2m, x_(2m−1)) become their sum and difference, the ends are scaled.
void CombineHalves(LineSteps x, std::size_t n) {
  const Floats d;
  const auto root = hn::Set(d, std::numbers::sqrt2_v<float>);
  for (std::size_t lane = 0; lane < line_width; lane += hn::Lanes(d)) {
    hn::StoreU(hn::Mul(root, hn::LoadU(d, x[0] + lane)), d, x[0] + lane);
    hn::StoreU(hn::Neg(hn::Mul(root, hn::LoadU(d, x[n - 1] + lane))), d, x[n - 1] + lane);
  }
  for (std::size_t k = 2; k < n; k += 2)
    for (std::size_t lane = 0; lane < line_width; lane += hn::Lanes(d)) {
      const auto a = hn::LoadU(d, x[k] + lane), b = hn::LoadU(d, x[k - 1] + lane);
      hn::StoreU(hn::Add(a, b), d, x[k] + lane);
      hn::StoreU(hn::Sub(a, b), d, x[k - 1] + lane);
    }
}

// With h = n/2, the even outputs of a DCT-II of n are the DCT-II of the h sums, the odd ones the DCT-IV of
// the h differences. A DCT-IV of n is two DCT-II of h, of the pairs rotated: U_m and W_m, from which y_2m =
// U_m + W_(h−m), y_(2m−1) = U_m − W_(h−m). All steps are orthogonal up to a scale, which the leaves hold, so
// that rounding errors do not grow (Plonka and Tasche 2005).
void Dct2(const DctTables& tables, std::size_t n, float* in, LineSteps out);

void Dct4(const DctTables& tables, std::size_t n, float* in, LineSteps out) {
  if (n == tables.leaf) return Multiply({tables.dct4.data(), n, n, 1}, {in, 1}, out);
  const std::size_t half = n / 2;
  Rotations<true>(tables, in, n);
  Dct2(tables, half, in, out.from(0, 2));
  Dct2(tables, half, in + half * line_width, out.from(n - 1, -2));
  CombineHalves(out, n);
}

void Dct2(const DctTables& tables, std::size_t n, float* in, LineSteps out) {
  if (n == tables.leaf) return Multiply({tables.dct2.data(), n, n, 1}, {in, 1}, out);
  const std::size_t half = n / 2;
  SumsAndDifferences<true>(in, n);
  Dct2(tables, half, in, out.from(0, 2));
  Dct4(tables, half, in + half * line_width, out.from(1, 2));
}

// The transposes: the same steps backwards.
void TransposedDct2(const DctTables& tables, std::size_t n, LineSteps in, float* out);

void TransposedDct4(const DctTables& tables, std::size_t n, LineSteps in, float* out) {
  if (n == tables.leaf) return Multiply({tables.dct4.data(), n, 1, n}, in, {out, 1});
  const std::size_t half = n / 2;
  CombineHalves(in, n);
  TransposedDct2(tables, half, in.from(0, 2), out);
  TransposedDct2(tables, half, in.from(n - 1, -2), out + half * line_width);
  Rotations<false>(tables, out, n);
}

void TransposedDct2(const DctTables& tables, std::size_t n, LineSteps in, float* out) {
  if (n == tables.leaf) return Multiply({tables.dct2.data(), n, 1, n}, in, {out, 1});
  const std::size_t half = n / 2;
  TransposedDct2(tables, half, in.from(0, 2), out);
  TransposedDct4(tables, half, in.from(1, 2), out + half * line_width);
  SumsAndDifferences<false>(out, n);
}

void DctOfLines(const DctTables& tables, float* in, float* out) {
  Dct2(tables, tables.length, in, {out, 1});
}

void TransposedDctOfLines(const DctTables& tables, float* in, float* out) {
  TransposedDct2(tables, tables.length, {in, 1}, out);
}

}  // namespace isr::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace isr {

HWY_EXPORT(DctOfLines);
HWY_EXPORT(TransposedDctOfLines);

namespace {

// Row k of the DCT-II (offset 0) or DCT-IV (offset 1/2) of order n: cos(π (2j + 1)(k + offset) / 2n).
AlignedVector<float> cosine_matrix(std::size_t n, bool fourth, double scale) {
  AlignedVector<float> matrix(n * n);
  const auto order = static_cast<double>(n);
  for (std::size_t k = 0; k < n; ++k)
    for (std::size_t j = 0; j < n; ++j) {
      const std::size_t quarters = (2 * j + 1) * (2 * k + (fourth ? 1 : 0)) % (8 * n);  // of π/n
      const double norm = std::sqrt((k == 0 && !fourth ? 1 : 2) / order);
      const double angle = std::numbers::pi * static_cast<double>(quarters) / (4 * order);
      matrix[k * n + j] = static_cast<float>(scale * norm * std::cos(angle));
    }
  return matrix;
}

}  // namespace

DctTables::DctTables(std::size_t signal_length) : length(signal_length), leaf(signal_length) {
  constexpr std::size_t largest_even_leaf = 8;
  while (leaf % 2 == 0 && leaf > largest_even_leaf) leaf /= 2;
  const double scale = std::sqrt(static_cast<double>(leaf) / static_cast<double>(length));
  dct2 = cosine_matrix(leaf, false, scale);
  if (leaf < length) dct4 = cosine_matrix(leaf, true, scale);
  for (std::size_t n = 2 * leaf; 2 * n <= length; n *= 2)
    for (std::size_t j = 0; j < n / 2; ++j) {
      const double angle = std::numbers::pi * static_cast<double>(2 * j + 1) / static_cast<double>(4 * n);
      const auto cosine = static_cast<float>(std::cos(angle)), sine = static_cast<float>(std::sin(angle));
      const float sign = j % 2 == 0 ? 1 : -1;
      rotations.insert(rotations.end(), {cosine, sine, -sign * sine, sign * cosine});
    }
}

void dct_lines(const DctTables& tables, float* in, float* out) {
  ISR_DISPATCH(DctOfLines)(tables, in, out);
}

void transposed_dct_lines(const DctTables& tables, float* in, float* out) {
  ISR_DISPATCH(TransposedDctOfLines)(tables, in, out);
}

}  // namespace isr
#endif
