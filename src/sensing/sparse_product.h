// A matrix as a dense one times a sparse one.
#pragma once

#include <Eigen/SparseCore>

namespace isr {

// A = dense · sparse, in double precision: n × m times m × p. An empty `dense` is the identity.
struct SparseProduct {
  Eigen::MatrixXd dense;
  Eigen::SparseMatrix<double> sparse;
};

}  // namespace isr
