#include "sensing/sign_table_kernel.h"

#include <algorithm>

#include "base/instruction_set.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "sensing/sign_table_kernel.cpp"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

#ifndef ISR_SIGN_TABLES
#define ISR_SIGN_TABLES
namespace isr {
constexpr std::size_t table_columns = 7, tables_at_once = 4, table_entries = 1 << table_columns;
}
#endif

HWY_BEFORE_NAMESPACE();
namespace isr::HWY_NAMESPACE {

namespace hn = hwy::HWY_NAMESPACE;

#if HWY_TARGET == HWY_SCALAR

std::size_t TableLanes() {
  return 0;
}
void MultiplyTables(const TableSigns&, const float*, float*) {}

#else

using D = hn::CappedTag<float, 16>;
constexpr std::size_t lanes = hn::MaxLanes(D());

std::size_t TableLanes() {
  return lanes;
}

// Entry e holds Σ_j (bit j of e ? +x_j : −x_j) over `cols` columns.
HWY_INLINE void FillTable(const float* x, std::size_t cols, float* table) {
  const D d;
  auto sum = hn::Zero(d);
  for (std::size_t j = 0; j < cols; ++j) sum = hn::Sub(sum, hn::Load(d, x + j * lanes));
  hn::Store(sum, d, table);
  for (std::size_t j = 0; j < cols; ++j) {
    const auto value = hn::Load(d, x + j * lanes), twice = hn::Add(value, value);
    const std::size_t count = (std::size_t{1} << j) * lanes;
    for (std::size_t e = 0; e < count; e += lanes)
      hn::Store(hn::Add(hn::Load(d, table + e), twice), d, table + count + e);
  }
}

void MultiplyTables(const TableSigns& m, const float* x, float* out) {
  const D d;
  HWY_ALIGN float tables[tables_at_once][table_entries * lanes];
  for (std::size_t quad = 0; quad < m.quads; ++quad) {
    for (std::size_t t = 0; t < tables_at_once; ++t) {
      const std::size_t first = std::min(m.cols, (quad * tables_at_once + t) * table_columns);
      FillTable(x + first * lanes, std::min(table_columns, m.cols - first), tables[t]);
    }
    const std::uint8_t* index = m.indices.data() + quad * m.rows * tables_at_once;
    for (float* row = out; row < out + m.rows * lanes; row += lanes, index += tables_at_once) {
      const auto entry = [&](std::size_t t) { return hn::Load(d, tables[t] + index[t] * lanes); };
      const auto sum = hn::Add(hn::Add(entry(0), entry(1)), hn::Add(entry(2), entry(3)));
      hn::Store(quad == 0 ? sum : hn::Add(hn::Load(d, row), sum), d, row);
    }
  }
}

#endif

}  // namespace isr::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace isr {

HWY_EXPORT(TableLanes);
HWY_EXPORT(MultiplyTables);

TableSigns pack_tables(const SignBits& bits) {
  TableSigns packed;
  packed.rows = bits.rows;
  packed.cols = bits.cols;
  const std::size_t columns = tables_at_once * table_columns;
  packed.quads = (bits.cols + columns - 1) / columns;
  packed.indices.assign(packed.quads * packed.rows * tables_at_once, 0);
  for (std::size_t i = 0; i < bits.rows; ++i)
    for (std::size_t j = 0; j < bits.cols; ++j) {
      const std::size_t quad = j / columns, table = j % columns / table_columns, bit = j % table_columns;
      packed.indices[(quad * packed.rows + i) * tables_at_once + table] |=
          static_cast<std::uint8_t>(bits.positive(i, j) << bit);
    }
  return packed;
}

std::size_t table_lanes() {
  return ISR_DISPATCH(TableLanes)();
}

void multiply_tables(const TableSigns& matrix, const float* x, float* out) {
  ISR_DISPATCH(MultiplyTables)(matrix, x, out);
}

}  // namespace isr
#endif
