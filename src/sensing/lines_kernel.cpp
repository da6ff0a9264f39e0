#include "sensing/lines_kernel.h"

#include "base/instruction_set.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "sensing/lines_kernel.cpp"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

HWY_BEFORE_NAMESPACE();
namespace isr::HWY_NAMESPACE {

namespace hn = hwy::HWY_NAMESPACE;

// out[j · out_stride + i] = in[i · in_stride + j], i < rows, j < cols.
void Transpose(const float* in, std::size_t in_stride, std::size_t rows, std::size_t cols, float* out,
               std::size_t out_stride) {
  std::size_t whole_rows = 0, whole_cols = 0;
#if HWY_TARGET != HWY_SCALAR
  const hn::FixedTag<float, 4> d;
  whole_rows = rows / 4 * 4;
  whole_cols = cols / 4 * 4;
  for (std::size_t j = 0; j < whole_cols; j += 4)
    for (std::size_t i = 0; i < whole_rows; i += 4) {
      const float* from = in + i * in_stride + j;
      float* to = out + j * out_stride + i;
      const auto a = hn::LoadU(d, from), b = hn::LoadU(d, from + in_stride);
      const auto c = hn::LoadU(d, from + 2 * in_stride), e = hn::LoadU(d, from + 3 * in_stride);
      const auto ac_low = hn::InterleaveLower(d, a, c), be_low = hn::InterleaveLower(d, b, e);
      const auto ac_high = hn::InterleaveUpper(d, a, c), be_high = hn::InterleaveUpper(d, b, e);
      hn::StoreU(hn::InterleaveLower(d, ac_low, be_low), d, to);
      hn::StoreU(hn::InterleaveUpper(d, ac_low, be_low), d, to + out_stride);
      hn::StoreU(hn::InterleaveLower(d, ac_high, be_high), d, to + 2 * out_stride);
      hn::StoreU(hn::InterleaveUpper(d, ac_high, be_high), d, to + 3 * out_stride);
    }
#endif
  for (std::size_t i = 0; i < rows; ++i)
    for (std::size_t j = i < whole_rows ? whole_cols : 0; j < cols; ++j)
      out[j * out_stride + i] = in[i * in_stride + j];
}

}  // namespace isr::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace isr {

HWY_EXPORT(Transpose);

void transpose_rows(const float* in, std::size_t in_stride, std::size_t rows, std::size_t cols, float* out,
                    std::size_t out_stride) {
  ISR_DISPATCH(Transpose)(in, in_stride, rows, cols, out, out_stride);
}

}  // namespace isr
#endif
