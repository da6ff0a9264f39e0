// Orthogonal transforms of a vector of any length, without a matrix: the mixing part of a structured
// operator.
#pragma once

#include <cstddef>
#include <memory>

#include "sensing/linear_operator.h"

namespace isr {

// An orthogonal matrix T of order size(), applied in place. Uses parallel_for inside; safe to call from
// several threads.
class OrthogonalTransform {
 public:
  virtual ~OrthogonalTransform() = default;
  virtual Index size() const = 0;
  virtual void forward(float* x) const = 0;   // x ← T x
  virtual void backward(float* x) const = 0;  // x ← Tᵀ x
  virtual std::size_t memory_bytes() const = 0;
};

using OrthogonalTransformPtr = std::unique_ptr<const OrthogonalTransform>;

// x ← H x / √size, H the Walsh–Hadamard matrix in its natural order (H_2m = [H_m H_m; H_m −H_m]), its own
// inverse. size is a power of two.
void fast_walsh_hadamard(float* x, std::size_t size);

// The Walsh–Hadamard transform above. size must be a power of two.
OrthogonalTransformPtr make_walsh_hadamard(Index size);

// The DCT-II of a side × side array: C X Cᵀ with C the orthonormal DCT matrix. The vector has side² values.
OrthogonalTransformPtr make_square_dct(Index side);

}  // namespace isr
