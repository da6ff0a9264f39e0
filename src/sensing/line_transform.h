// One level of a wavelet transform along one side of a picture.
#pragma once

#include <memory>
#include <string>

#include "base/scratch.h"
#include "sensing/wavelet_filters.h"
#include "sensing/wavelet_kernel.h"

namespace isr {

// Sixteen signals side by side: sample i of signal l is lines[i · line_width + l].
using Lines = ScratchVector;

// A wavelet transform of sixteen signals of `length` >= 2 samples in place; coefficients are the low
// (coarse) half, then the high half. The low half has ⌈length/2⌉ of them.
class LineTransform {
 public:
  virtual ~LineTransform() = default;
  virtual bool orthonormal() const = 0;
  virtual void analyze(Lines& lines, std::size_t length) const = 0;  // samples → coefficients, the inverse of
  virtual void synthesize(Lines& lines, std::size_t length) const = 0;           // coefficients → samples
  virtual void transpose_synthesis(Lines& lines, std::size_t length) const = 0;  // samples → its adjoint
};

// "haar", "db4" and "sym8" are orthonormal and periodic; the last sample of an odd number is carried over to
// the low half as it is. "cdf97" is the biorthogonal Cohen–Daubechies–Feauveau 9/7 pair by lifting
// (Daubechies and Sweldens 1998), with symmetric extension at the ends, scaled for wavelets of nearly unit
// norm. Throws Error for another name.
std::unique_ptr<const LineTransform> make_line_transform(const std::string& wavelet);

}  // namespace isr
