// One level of a wavelet transform along one side of a picture.
#pragma once

#include <cstddef>
#include <memory>
#include <string>

namespace isr {

// The part of a picture that a level works on: its first rows, and of each the first columns.
struct LevelSize {
  std::size_t height, width;
  std::size_t stride;  // floats from one row of the picture to the next
};

// A wavelet transform of all columns, or all rows, of a level: from samples to coefficients, the low (coarse)
// half of which comes first and has ⌈length/2⌉ of them, or back. Lengths are at least 2; `in` and `out`, of
// the same stride, must not overlap.
class LineTransform {
 public:
  enum class Direction {
    analyze,             // samples → coefficients, the inverse of
    synthesize,          // coefficients → samples
    transpose_synthesis  // samples → coefficients, its adjoint
  };

  virtual ~LineTransform() = default;
  virtual bool orthonormal() const = 0;

  // Columns, and rows, from first to last − 1.
  virtual void columns(Direction direction, const LevelSize& size, std::size_t first, std::size_t last,
                       const float* in, float* out) const = 0;
  virtual void rows(Direction direction, const LevelSize& size, std::size_t first, std::size_t last,
                    const float* in, float* out) const = 0;
};

// "haar", "db4" and "sym8" are orthonormal and periodic; the last sample of an odd number is carried over to
// the low half as it is. "cdf97" is the biorthogonal Cohen–Daubechies–Feauveau 9/7 pair by lifting
// (Daubechies and Sweldens 1998), with symmetric extension at the ends, scaled for wavelets of nearly unit
// norm. Throws Error for another name.
std::unique_ptr<const LineTransform> make_line_transform(const std::string& wavelet);

}  // namespace isr
