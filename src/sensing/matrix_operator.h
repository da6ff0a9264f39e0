// The operator of a matrix that is given by its entries.
#pragma once

#include "sensing/dense_matrix.h"

namespace isr {

// Where the entries have two values alone, neither of them rare, as those of ±1 and 0/1 patterns do, they are
// kept as bits, with products many times as fast (see SignMatrix); otherwise a DenseMatrix.
OperatorPtr make_matrix(Eigen::MatrixXd entries);
OperatorPtr make_matrix(DenseMatrix::RowMajor entries);

}  // namespace isr
