#include "solver/dense_newton.h"

#include "base/error.h"
#include "solver/cholesky_newton.h"
#include "solver/kept_products.h"

namespace isr {
namespace {

using Eigen::Index;
using Eigen::MatrixXd;
using Eigen::VectorXd;

// How far Newton matrices may be off: what this saves is more than what further iterations with them cost.
constexpr double usual_share = 0.25;

class DenseNewton final : public CholeskyNewton {
 public:
  explicit DenseNewton(PreparedMatrixPtr matrix)
      : CholeskyNewton(matrix->basis(), matrix->squared_column_norms()),
        matrix_(std::move(matrix)),
        kept_(matrix_->matrix()) {}

  Index rows() const override { return matrix_->matrix().rows(); }
  Index cols() const override { return matrix_->matrix().cols(); }
  void apply(const VectorXd& w, VectorXd& y) const override { multiply(matrix_->matrix(), w, y); }
  void adjoint(const VectorXd& lambda, VectorXd& z) const override {
    multiply_transposed(matrix_->matrix(), lambda, z);
  }
  double inexactness() const override { return share_; }

 protected:
  const MatrixXd& products(const VectorXd& slope, double s, DenseWorkspace& workspace) override {
    // Asked for again in the same stage: the matrix was not good enough.
    share_ = s == s_ ? 0.25 * share_ : usual_share;
    s_ = s;
    return kept_.update(slope, s, share_, squared_column_norms(), workspace);
  }

 private:
  PreparedMatrixPtr matrix_;
  KeptProducts kept_;
  double share_ = usual_share, s_ = 0;
};

}  // namespace

PreparedMatrix::PreparedMatrix(MatrixXd x) : x_(std::move(x)) {
  if (!x_.allFinite()) throw Error("the measurement matrix has entries that are not finite");
  basis_ = reduce_to_range(x_);
  column_norms_ = x_.colwise().squaredNorm().transpose();
}

std::unique_ptr<NewtonSystem> make_dense_newton(PreparedMatrixPtr matrix) {
  return std::make_unique<DenseNewton>(std::move(matrix));
}

}  // namespace isr
