#include "sensing/sign_kernel.h"

#include "base/instruction_set.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "sensing/sign_kernel.cpp"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

HWY_BEFORE_NAMESPACE();
namespace isr::HWY_NAMESPACE {

namespace hn = hwy::HWY_NAMESPACE;
#if HWY_HAVE_SCALABLE
using Floats = hn::FixedTag<float, 4>;  // the kernel must know its lanes when it is compiled
#else
using Floats = hn::CappedTag<float, 16>;
#endif
using Words = hn::RebindToUnsigned<Floats>;
constexpr std::size_t groups = 8;  // groups of columns in one 32-bit index word

std::size_t KernelLanes() {
  return hn::Lanes(Floats());
}

#if HWY_TARGET == HWY_SCALAR

// Without vectors: groups of one column, no permute.
void Multiply(const PackedSigns& m, const float* x, float* out, std::size_t first, std::size_t last) {
  for (std::size_t i = first; i < last; ++i) {
    float sum = 0;
    for (std::size_t j = 0; j < m.cols; ++j)
      sum += (m.indices[j / groups * m.row_blocks + i] >> (j % groups) & 1) ? x[j] : -x[j];
    out[i] = sum;
  }
}

#else

constexpr std::size_t Log2(std::size_t lanes) {
  return lanes <= 1 ? 0 : 1 + Log2(lanes / 2);
}

// Selects table[index mod lanes] in each lane. Permute instructions of AVX2 and AVX-512 ignore the higher
// bits.
template <class V, class I>
HWY_INLINE V Select(V table, I word) {
  const Floats df;
#if HWY_TARGET == HWY_AVX3 || HWY_TARGET == HWY_AVX3_DL
  return V{_mm512_permutexvar_ps(word.raw, table.raw)};
#elif HWY_TARGET == HWY_AVX2
  return V{_mm256_permutevar8x32_ps(table.raw, word.raw)};
#else
  const hn::RebindToSigned<Floats> di;
  const Words du;
  const auto index = hn::And(word, hn::Set(du, static_cast<std::uint32_t>(hn::Lanes(df) - 1)));
  return hn::TableLookupLanes(table, hn::IndicesFromVec(df, hn::BitCast(di, index)));
#endif
}

// The 2^k signed sums of x[0..k): lane l holds Σ_j (bit j of l ? +x[j] : −x[j]).
HWY_INLINE hn::Vec<Floats> SignedSums(const float* x, const float* signs, std::size_t k, std::size_t lanes) {
  const Floats df;
  auto sums = hn::Mul(hn::Set(df, x[0]), hn::Load(df, signs));
  for (std::size_t j = 1; j < k; ++j)
    sums = hn::MulAdd(hn::Set(df, x[j]), hn::Load(df, signs + j * lanes), sums);
  return sums;
}

void Multiply(const PackedSigns& m, const float* x, float* out, std::size_t first, std::size_t last) {
  const Floats df;
  const Words du;
  constexpr std::size_t lanes = hn::MaxLanes(df), k = Log2(lanes), block_cols = groups * k;
  HWY_ALIGN float signs[4 * 16];
  for (std::size_t j = 0; j < k; ++j)
    for (std::size_t l = 0; l < lanes; ++l) signs[j * lanes + l] = (l >> j & 1) ? 1.0f : -1.0f;

  for (std::size_t s = 0; s < m.column_blocks; ++s) {
    const float* input = x + s * block_cols;
    float padded[groups * 4] = {};
    if ((s + 1) * block_cols > m.cols) {
      for (std::size_t j = s * block_cols; j < m.cols; ++j) padded[j - s * block_cols] = x[j];
      input = padded;
    }
    const auto t0 = SignedSums(input, signs, k, lanes);
    const auto t1 = SignedSums(input + k, signs, k, lanes);
    const auto t2 = SignedSums(input + 2 * k, signs, k, lanes);
    const auto t3 = SignedSums(input + 3 * k, signs, k, lanes);
    const auto t4 = SignedSums(input + 4 * k, signs, k, lanes);
    const auto t5 = SignedSums(input + 5 * k, signs, k, lanes);
    const auto t6 = SignedSums(input + 6 * k, signs, k, lanes);
    const auto t7 = SignedSums(input + 7 * k, signs, k, lanes);
    const std::uint32_t* indices = m.indices.data() + (s * m.row_blocks + first) * lanes;
    for (std::size_t b = first; b < last; ++b, indices += lanes) {
      const auto word = hn::LoadU(du, indices);
      const auto s0 = Select(t0, word);
      const auto s1 = Select(t1, hn::ShiftRight<k>(word));
      const auto s2 = Select(t2, hn::ShiftRight<2 * k>(word));
      const auto s3 = Select(t3, hn::ShiftRight<3 * k>(word));
      const auto s4 = Select(t4, hn::ShiftRight<4 * k>(word));
      const auto s5 = Select(t5, hn::ShiftRight<5 * k>(word));
      const auto s6 = Select(t6, hn::ShiftRight<6 * k>(word));
      const auto s7 = Select(t7, hn::ShiftRight<7 * k>(word));
      const auto sum =
          hn::Add(hn::Add(hn::Add(s0, s1), hn::Add(s2, s3)), hn::Add(hn::Add(s4, s5), hn::Add(s6, s7)));
      float* target = out + b * lanes;
      hn::StoreU(s == 0 ? sum : hn::Add(hn::LoadU(df, target), sum), df, target);
    }
  }
}

#endif

}  // namespace isr::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace isr {

HWY_EXPORT(KernelLanes);
HWY_EXPORT(Multiply);

SignBits SignBits::transposed() const {
  SignBits result(cols, rows);
  for (std::size_t i = 0; i < rows; ++i)
    for (std::size_t j = 0; j < cols; ++j)
      if (positive(i, j)) result.set_positive(j, i);
  return result;
}

PackedSigns pack_signs(const SignBits& bits) {
  PackedSigns packed;
  packed.rows = bits.rows;
  packed.cols = bits.cols;
  packed.lanes = ISR_DISPATCH(KernelLanes)();
  const std::size_t block_cols = packed.columns_per_block();
  packed.row_blocks = (bits.rows + packed.lanes - 1) / packed.lanes;
  packed.column_blocks = (bits.cols + block_cols - 1) / block_cols;
  packed.indices.assign(packed.column_blocks * packed.row_blocks * packed.lanes, 0);
  for (std::size_t i = 0; i < bits.rows; ++i)
    for (std::size_t s = 0; s < packed.column_blocks; ++s) {
      std::uint32_t word = 0;
      for (std::size_t j = 0; j < block_cols && s * block_cols + j < bits.cols; ++j)
        word |= std::uint32_t{bits.positive(i, s * block_cols + j)} << j;
      packed.indices[s * packed.row_blocks * packed.lanes + i] = word;
    }
  return packed;
}

void multiply_signs(const PackedSigns& matrix, const float* x, float* out, std::size_t first,
                    std::size_t last) {
  ISR_DISPATCH(Multiply)(matrix, x, out, first, last);
}

}  // namespace isr
#endif
