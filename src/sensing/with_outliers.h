// A basis of pictures, and beside the picture the errors of single measurements.
#pragma once

#include "sensing/basis.h"

namespace isr {

// diag(W, I): coefficients of the picture, then `count` values that stay as they are.
BasisPtr with_outliers(BasisPtr picture, Index count);

}  // namespace isr
