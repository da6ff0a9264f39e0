#include "sensing/sign_kernel.h"

#include <algorithm>

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

std::size_t KernelLanes() {
  return hn::Lanes(Floats());
}

#if HWY_TARGET == HWY_SCALAR

// Without vectors the signed sums of four columns lie in memory.
void Multiply(const PackedSigns& m, const float* x, float* out, std::size_t first, std::size_t last) {
  constexpr std::size_t k = 4, tables = 8;
  for (std::size_t s = 0; s < m.column_blocks; ++s) {
    float input[tables * k] = {}, sums[tables][1 << k];
    for (std::size_t j = s * tables * k; j < std::min((s + 1) * tables * k, m.cols); ++j)
      input[j - s * tables * k] = x[j];
    for (std::size_t t = 0; t < tables; ++t)
      for (std::size_t l = 0; l < 1 << k; ++l) {
        sums[t][l] = 0;
        for (std::size_t j = 0; j < k; ++j) sums[t][l] += (l >> j & 1) ? input[t * k + j] : -input[t * k + j];
      }
    const std::uint32_t* words = m.indices.data() + s * m.row_blocks;
    for (std::size_t i = first; i < last; ++i) {
      float sum = 0;
      for (std::size_t t = 0; t < tables; ++t) sum += sums[t][words[i] >> (t * k) & 15];
      out[i] = s == 0 ? sum : out[i] + sum;
    }
  }
}

#else

constexpr std::size_t Log2(std::size_t lanes) {
  return lanes <= 1 ? 0 : 1 + Log2(lanes / 2);
}

constexpr std::size_t lanes = hn::MaxLanes(Floats()), k = Log2(lanes);
constexpr std::size_t block_cols = columns_in_word(lanes);
// As many groups of a word at once as have their sums in registers: 8 with AVX-512, 10 with AVX2, half a
// word's 16 with SSE.
constexpr std::size_t tables = std::min<std::size_t>(block_cols / k, lanes == 4 ? 8 : 16);

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
  const auto index = hn::And(word, hn::Set(du, static_cast<std::uint32_t>(lanes - 1)));
  return hn::TableLookupLanes(table, hn::IndicesFromVec(df, hn::BitCast(di, index)));
#endif
}

// The 2^k signed sums of x[0..k): lane l holds Σ_j (bit j of l ? +x[j] : −x[j]).
HWY_INLINE hn::Vec<Floats> SignedSums(const float* x, const float* signs) {
  const Floats df;
  auto sums = hn::Mul(hn::Set(df, x[0]), hn::Load(df, signs));
  for (std::size_t j = 1; j < k; ++j)
    sums = hn::MulAdd(hn::Set(df, x[j]), hn::Load(df, signs + j * lanes), sums);
  return sums;
}

// The sums that the word's groups [first, first + count) select, added in pairs.
template <std::size_t shift, std::size_t first, std::size_t count>
HWY_INLINE hn::Vec<Floats> Selected(const hn::Vec<Floats>* sums, hn::Vec<Words> word) {
  if constexpr (count == 1) {
    return Select(sums[first], hn::ShiftRight<shift + first * k>(word));
  } else {
    constexpr std::size_t left = left_of_pair(count);
    return hn::Add(Selected<shift, first, left>(sums, word),
                   Selected<shift, first + left, count - left>(sums, word));
  }
}

// Adds the products with count·k columns, whose bits begin with bit `shift`, to `out`, or begins with them.
template <std::size_t shift, std::size_t count>
HWY_INLINE void AddColumns(const float* x, const float* signs, const std::uint32_t* words, std::size_t blocks,
                           bool begin, float* out) {
  const Floats df;
  const Words du;
  hn::Vec<Floats> sums[count];
  for (std::size_t t = 0; t < count; ++t) sums[t] = SignedSums(x + t * k, signs);
  for (std::size_t i = 0; i < blocks * lanes; i += lanes) {
    const auto sum = Selected<shift, 0, count>(sums, hn::LoadU(du, words + i));
    hn::StoreU(begin ? sum : hn::Add(hn::LoadU(df, out + i), sum), df, out + i);
  }
}

void Multiply(const PackedSigns& m, const float* x, float* out, std::size_t first, std::size_t last) {
  HWY_ALIGN float signs[k * lanes];
  for (std::size_t j = 0; j < k; ++j)
    for (std::size_t l = 0; l < lanes; ++l) signs[j * lanes + l] = (l >> j & 1) ? 1.0f : -1.0f;

  out += first * lanes;
  for (std::size_t s = 0; s < m.column_blocks; ++s) {
    const std::uint32_t* words = m.indices.data() + (s * m.row_blocks + first) * lanes;
    const std::size_t cols = std::min(block_cols, m.cols - s * block_cols);
    const float* input = x + s * block_cols;
    float padded[block_cols] = {};
    if (cols < block_cols) {
      std::copy_n(input, cols, padded);
      input = padded;
    }
    if (cols <= tables / 2 * k) {
      AddColumns<0, tables / 2>(input, signs, words, last - first, s == 0, out);
      continue;
    }
    AddColumns<0, tables>(input, signs, words, last - first, s == 0, out);
    if constexpr (block_cols > tables * k)
      AddColumns<tables * k, tables>(input + tables * k, signs, words, last - first, false, out);
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
  const std::size_t block_cols = columns_in_word(packed.lanes);
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
