#include "baselines/transposed_product.h"

#include <cblas.h>

namespace isr {

void transposed_product(const Eigen::MatrixXd& a, const Eigen::VectorXd& r, Eigen::VectorXd& g) {
  cblas_dgemv(CblasColMajor, CblasTrans, static_cast<blasint>(a.rows()), static_cast<blasint>(a.cols()), 1.0,
              a.data(), static_cast<blasint>(a.rows()), r.data(), 1, 0.0, g.data(), 1);
}

}  // namespace isr
