#include "sensing/sign_table_kernel.h"

#include <algorithm>

#include "base/instruction_set.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "sensing/sign_table_kernel.cpp"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

HWY_BEFORE_NAMESPACE();
namespace isr::HWY_NAMESPACE {

namespace hn = hwy::HWY_NAMESPACE;
#if HWY_HAVE_SCALABLE
using D = hn::FixedTag<float, 4>;
#else
using D = hn::CappedTag<float, 16>;
#endif
constexpr std::size_t lanes = hn::MaxLanes(D());

#if HWY_TARGET == HWY_SCALAR || HWY_TARGET <= HWY_AVX3

std::size_t TableLanes() {
  return 0;
}
void MultiplyTables(const PackedSigns&, const float*, float*, std::size_t, std::size_t) {}

#else

std::size_t TableLanes() {
  return lanes;
}

static_assert(lanes == 4 || lanes == 8);
constexpr std::size_t group_columns = lanes == 8 ? 3 : 2;  // of sign_kernel.cpp
constexpr std::size_t table_columns = lanes == 8 ? 6 : 8, table_entries = 1 << table_columns;
constexpr std::size_t tables = lanes == 8 ? 5 : 2;  // at once, before their sum is added to what there is
constexpr std::size_t columns_at_once = tables * table_columns, block_cols = columns_in_word(lanes);
static_assert(block_cols % columns_at_once == 0);

// Entry e holds Σ_j (bit j of e ? +x_j : −x_j).
template <std::size_t columns>
HWY_INLINE void FillTable(const float* x, float* table) {
  const D d;
  if constexpr (columns == group_columns) {
    hn::Store(hn::Neg(hn::Load(d, x)), d, table);
    hn::Store(hn::Load(d, x), d, table + lanes);
    for (std::size_t j = 1; j < columns; ++j) {
      const auto value = hn::Load(d, x + j * lanes);
      const std::size_t count = (std::size_t{1} << j) * lanes;
      for (std::size_t e = 0; e < count; e += lanes) {
        const auto sum = hn::Load(d, table + e);
        hn::Store(hn::Sub(sum, value), d, table + e);
        hn::Store(hn::Add(sum, value), d, table + count + e);
      }
    }
  } else {
    constexpr std::size_t count = (std::size_t{1} << columns / 2) * lanes;
    HWY_ALIGN float low[count], high[count];
    FillTable<columns / 2>(x, low);
    FillTable<columns / 2>(x + columns / 2 * lanes, high);
    for (std::size_t h = 0; h < count; h += lanes) {
      const auto sum = hn::Load(d, high + h);
      for (std::size_t l = 0; l < count; l += lanes, table += lanes)
        hn::Store(hn::Add(hn::Load(d, low + l), sum), d, table);
    }
  }
}

using Table = float[table_entries * lanes];
constexpr std::size_t entry_bits = lanes == 8 ? 5 : 4;  // log2 of the bytes of an entry

// The entry that bits [shift, shift + table_columns) of the word select; its bytes are counted with one
// shift.
template <std::size_t shift>
HWY_INLINE hn::Vec<D> Entry(const Table& table, std::uint32_t word) {
  constexpr std::uint32_t mask = (table_entries - 1) << entry_bits;
  const std::uint32_t bytes =
      shift < entry_bits ? word << (entry_bits - shift) : word >> (shift - entry_bits);
  return hn::Load(D(), table + (bytes & mask) / sizeof(float));
}

// The sum of the entries that the bits select in tables [first, first + count), added in pairs.
template <std::size_t first, std::size_t count>
HWY_INLINE hn::Vec<D> Selected(const Table* entries, std::uint32_t word) {
  if constexpr (count == 1) {
    return Entry<first * table_columns>(entries[first], word);
  } else {
    constexpr std::size_t left = left_of_pair(count);
    return hn::Add(Selected<first, left>(entries, word), Selected<first + left, count - left>(entries, word));
  }
}

template <std::size_t count>
HWY_INLINE void AddColumns(const float* x, const std::uint32_t* words, std::size_t shift, std::size_t rows,
                           bool begin, float* out) {
  const D d;
  HWY_ALIGN Table entries[count];
  for (std::size_t t = 0; t < count; ++t) FillTable<table_columns>(x + t * table_columns * lanes, entries[t]);
  for (std::size_t i = 0; i < rows; ++i, out += lanes) {
    const auto sum = Selected<0, count>(entries, words[i] >> shift);
    hn::Store(begin ? sum : hn::Add(hn::Load(d, out), sum), d, out);
  }
}

void MultiplyTables(const PackedSigns& m, const float* x, float* out, std::size_t first, std::size_t last) {
  HWY_ALIGN float padded[columns_at_once * lanes];
  const std::size_t rows = (last - first) * lanes;
  out += first * lanes * lanes;
  for (std::size_t done = 0; done < m.cols; done += columns_at_once) {
    const std::size_t s = done / block_cols, cols = std::min(columns_at_once, m.cols - done);
    const std::uint32_t* words = m.indices.data() + (s * m.row_blocks + first) * lanes;
    const float* input = x + done * lanes;
    if (cols < columns_at_once) {
      std::fill(std::copy_n(input, cols * lanes, padded), padded + columns_at_once * lanes, 0.0f);
      input = padded;
    }
    if (cols <= table_columns)
      AddColumns<1>(input, words, done % block_cols, rows, done == 0, out);
    else
      AddColumns<tables>(input, words, done % block_cols, rows, done == 0, out);
  }
}

#endif

}  // namespace isr::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace isr {

HWY_EXPORT(TableLanes);
HWY_EXPORT(MultiplyTables);

std::size_t table_lanes() {
  return ISR_DISPATCH(TableLanes)();
}

void multiply_tables(const PackedSigns& matrix, const float* x, float* out, std::size_t first,
                     std::size_t last) {
  ISR_DISPATCH(MultiplyTables)(matrix, x, out, first, last);
}

}  // namespace isr
#endif
