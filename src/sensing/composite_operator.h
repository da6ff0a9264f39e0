// One operator after another.
#pragma once

#include "sensing/linear_operator.h"

namespace isr {

// outer · inner, e.g. measurements Φ of the pixels W c that coefficients c stand for.
// Throws Error when outer->cols() differs from inner->rows().
OperatorPtr compose(OperatorPtr outer, OperatorPtr inner);

}  // namespace isr
