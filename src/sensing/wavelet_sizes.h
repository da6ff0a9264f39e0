// How large wavelet coefficients of pictures are: by scale, and by their neighbours.
#pragma once

#include <Eigen/Core>

#include "sensing/linear_operator.h"

namespace isr {

// The arrangement of coefficients of a decimated transform (see make_wavelet_basis).
struct WaveletLayout {
  Index height, width;
  int levels;
};

// Photographs' coefficients grow from the finest level to the coarser ones. 2^(0.6·level) with level 0 the
// finest, and the coarse band 4 times the coarsest details. The exponent was chosen by measurement on natural
// pictures: between 0.5 and 0.7 the recovery at 25 % is equally good, at 0 and at 1 it is 1 dB worse.
Eigen::VectorXf wavelet_sizes(const WaveletLayout& layout);

// The root of the local mean square of x (over all its columns): half from the 5 × 5 neighbours within the
// band, weighted by a Gaussian of width 0.8, half from the parent, the coefficient at the same place one
// level coarser, divided by 2; with a floor of 0.05·2^(0.6·level) times the root mean square of x, so that
// nothing is ruled out. Edges of pictures are large at the same places on all scales (Shapiro 1993; Candès,
// Wakin and Boyd 2008 for reweighting).
Eigen::VectorXf wavelet_sizes_near(const WaveletLayout& layout, ConstColumns x);

}  // namespace isr
