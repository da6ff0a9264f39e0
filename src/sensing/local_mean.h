// Means over neighbouring values of a picture or a band of coefficients.
#pragma once

#include <Eigen/Core>

namespace isr {

using Plane = Eigen::Matrix<float, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;

// The mean of the 5 × 5 values around each, weighted by a Gaussian of standard deviation 0.8; at the border,
// of those inside.
Plane local_mean(const Plane& in);

}  // namespace isr
