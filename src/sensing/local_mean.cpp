#include "sensing/local_mean.h"

#include <algorithm>
#include <cmath>

namespace isr {
namespace {

using Eigen::Index;

constexpr double width = 0.8;
constexpr Index radius = 2;

// Weighted means of up to 2·radius + 1 values along the rows of `in`, then transposed.
Plane blurred_transposed(const Plane& in) {
  Plane out(in.cols(), in.rows());
  float weights[2 * radius + 1];
  for (Index k = -radius; k <= radius; ++k)
    weights[k + radius] = static_cast<float>(std::exp(-static_cast<double>(k * k) / (2 * width * width)));
  for (Index i = 0; i < in.rows(); ++i)
    for (Index j = 0; j < in.cols(); ++j) {
      float sum = 0, total = 0;
      for (Index k = std::max(-radius, -j); k <= std::min(radius, in.cols() - 1 - j); ++k) {
        sum += weights[k + radius] * in(i, j + k);
        total += weights[k + radius];
      }
      out(j, i) = sum / total;
    }
  return out;
}

}  // namespace

Plane local_mean(const Plane& in) {
  return blurred_transposed(blurred_transposed(in));
}

}  // namespace isr
