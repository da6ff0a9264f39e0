// Overcomplete dictionaries of small shapes.
#pragma once

#include <Eigen/Core>
#include <vector>

#include "sensing/basis.h"

namespace isr {

// A small picture, a row of the matrix for a row of pixels.
using Stencil = Eigen::MatrixXf;

// W : coefficients → pixels of a height × width picture; an atom for every pixel, and then one for every
// place of every stencil at which it lies wholly inside the picture, in the order stencil, row, column.
// Stencils are used as they are given: scale them to unit norm (or to the weight wanted) before. Stencils
// larger than the picture have no place and are skipped. Stencils' values must not be negative: the sizes to
// expect near a picture are the largest at which an atom stays below it. Sparse: 12 bytes for each nonzero of
// each atom.
BasisPtr make_stencil_dictionary(const std::vector<Stencil>& stencils, Index height, Index width);

// Boxes of 1's of all sizes up to side × side, at unit norm, without the single pixel: side² − 1 stencils.
std::vector<Stencil> box_stencils(Index side);

}  // namespace isr
