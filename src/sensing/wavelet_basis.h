// Wavelet bases and frames for pictures of any size.
#pragma once

#include <string>

#include "sensing/basis.h"

namespace isr {

// The number of levels used when none is asked for: five, if these leave at least 2 samples along the longer
// side, and more where these leave at least 8.
int default_wavelet_levels(Index height, Index width);

// W : coefficients → pixels of a height × width picture, for the wavelet "haar", "db4", "sym8" or
// "cdf97" (see line_transform.h): a separable transform, square and invertible at every size, and orthonormal
// at every size unless it is "cdf97". A side of length 1 is left alone. Coefficients are laid out as a
// picture: the coarse band in the upper left corner, around it the finer ones.
BasisPtr make_wavelet_basis(const std::string& wavelet, Index height, Index width, int levels);

// The orthonormal wavelets without decimation: every shift of every wavelet is an atom, (3·levels +
// 1)·height·width of them, scaled so that W Wᵀ = I (a Parseval frame; the adjoint is a right inverse).
// Periodic, any size. Coefficients: for each level from the finest, the bands low-high, high-low, high-high
// (vertical, horizontal filter), each a picture; at the end the coarse band.
BasisPtr make_undecimated_wavelets(const std::string& wavelet, Index height, Index width, int levels);

}  // namespace isr
