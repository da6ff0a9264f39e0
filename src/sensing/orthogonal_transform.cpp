#include "sensing/orthogonal_transform.h"

#include <algorithm>
#include <bit>
#include <cmath>

#include "base/error.h"
#include "base/parallel.h"
#include "base/scratch.h"
#include "sensing/dct.h"
#include "sensing/hadamard_kernel.h"

namespace isr {
namespace {

constexpr std::size_t row_length = 1 << 13;  // 32 KB: a row of butterflies stays in the first-level cache
constexpr std::size_t strip_width = 64;      // columns of a strip: four cache lines, fetched together

// Transforms the columns first … first + strip_width of the rows × row_length array.
// The copy avoids lines that are a power of two apart, which would share a few cache sets.
void transform_strip(float* x, std::size_t rows, std::size_t first, float scale) {
  ScratchVector strip(rows * strip_width);
  for (std::size_t r = 0; r < rows; ++r)
    std::copy_n(x + r * row_length + first, strip_width, strip.data() + r * strip_width);
  hadamard_butterflies(strip.data(), strip.size(), strip_width);
  for (std::size_t r = 0; r < rows; ++r)
    for (std::size_t j = 0; j < strip_width; ++j)
      x[r * row_length + first + j] = scale * strip[r * strip_width + j];
}

class WalshHadamard final : public OrthogonalTransform {
 public:
  explicit WalshHadamard(Index size) : size_(size) {}
  Index size() const override { return size_; }
  void forward(float* x) const override { fast_walsh_hadamard(x, static_cast<std::size_t>(size_)); }
  void backward(float* x) const override { forward(x); }
  std::size_t memory_bytes() const override { return 0; }

 private:
  Index size_;
};

class SquareDct final : public OrthogonalTransform {
 public:
  explicit SquareDct(Index side) : dct_(side, side) {}
  Index size() const override { return dct_.rows() * dct_.cols(); }
  void forward(float* x) const override { dct_.forward(x, x); }
  void backward(float* x) const override { dct_.backward(x, x); }
  std::size_t memory_bytes() const override { return dct_.memory_bytes(); }

 private:
  SeparableDct dct_;
};

}  // namespace

// H of order R·C is H_R ⊗ H_C: all rows of an R × C array, then all its columns, so that memory is read and
// written twice whatever the size.
void fast_walsh_hadamard(float* x, std::size_t size) {
  const float scale = static_cast<float>(1 / std::sqrt(static_cast<double>(size)));
  if (size <= row_length) {
    hadamard_butterflies(x, size, 1);
    for (std::size_t i = 0; i < size; ++i) x[i] *= scale;
    return;
  }
  const std::size_t rows = size / row_length;
  parallel_for(rows, [&](std::size_t r) { hadamard_butterflies(x + r * row_length, row_length, 1); });
  parallel_for(row_length / strip_width,
               [&](std::size_t s) { transform_strip(x, rows, s * strip_width, scale); });
}

OrthogonalTransformPtr make_walsh_hadamard(Index size) {
  if (size < 1 || !std::has_single_bit(static_cast<std::size_t>(size)))
    throw Error("the Walsh–Hadamard transform needs a size that is a power of two");
  return std::make_unique<WalshHadamard>(size);
}

OrthogonalTransformPtr make_square_dct(Index side) {
  return std::make_unique<SquareDct>(side);
}

}  // namespace isr
