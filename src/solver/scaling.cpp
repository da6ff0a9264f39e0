#include "solver/scaling.h"

#include "sensing/scaled_columns.h"

namespace isr {

OperatorPtr Scaling::system(const LinearOperator& x) const {
  if (!scales_operator()) return {OperatorPtr(), &x};
  return std::make_shared<ScaledColumns>(x, columns, matrix);
}

void Scaling::to_user(Eigen::MatrixXd& w) const {
  if (columns.size() > 0) w.array().colwise() *= columns.cast<double>().array();
  if (weights != 1) w *= weights;
}

void Scaling::from_user(Eigen::MatrixXd& w) const {
  if (columns.size() > 0) w.array().colwise() /= columns.cast<double>().array();
  if (weights != 1) w /= weights;
}

Eigen::MatrixXd Scaling::residual(const LinearOperator& x, const Eigen::MatrixXd& w,
                                  const Eigen::Ref<const Eigen::MatrixXd>& y) const {
  Eigen::MatrixXf fitted(x.rows(), w.cols());
  x.apply((w / weights).cast<float>(), fitted);
  return matrix * fitted.cast<double>() - measurements(y);
}

Eigen::VectorXf Scaling::scaled_squared_norms() const {
  if (columns.size() == 0) return squared_norms;
  if (squared_norms.size() == 0) return columns.cwiseAbs2();
  return squared_norms.cwiseProduct(columns.cwiseAbs2());
}

}  // namespace isr
