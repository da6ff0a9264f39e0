// The product that active-set methods spend their time in.
#pragma once

#include <Eigen/Core>

namespace isr {

// g = Aᵀ r in double precision, on the calling thread (BLAS with its own threads off).
void transposed_product(const Eigen::MatrixXd& a, const Eigen::VectorXd& r, Eigen::VectorXd& g);

}  // namespace isr
