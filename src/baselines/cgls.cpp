#include "baselines/cgls.h"

namespace isr {
namespace {

Eigen::ArrayXd squared_norms(const Eigen::MatrixXf& columns) {
  return columns.cast<double>().colwise().squaredNorm().transpose();
}

}  // namespace

CglsResult cgls(const LinearOperator& op, ConstColumns y, const Eigen::VectorXd& lambda,
                const CglsOptions& options) {
  const Eigen::VectorXf ridge = lambda.cast<float>();
  CglsResult result;
  result.w = Eigen::MatrixXf::Zero(op.cols(), y.cols());
  Eigen::MatrixXf r = y, s(op.cols(), y.cols()), q(op.rows(), y.cols());
  op.adjoint(r, s);
  Eigen::MatrixXf direction = s;
  Eigen::ArrayXd gamma = squared_norms(s);
  const Eigen::ArrayXd goal = gamma * options.tolerance * options.tolerance;
  while (!(result.converged = (gamma <= goal).all()) && result.iterations < options.iterations) {
    op.apply(direction, q);
    const Eigen::ArrayXd curvature = squared_norms(q) + lambda.array() * squared_norms(direction);
    // A column that has converged stands still.
    const Eigen::ArrayXd step = (gamma > goal && curvature > 0).select(gamma / curvature, 0.0);
    const auto steps = step.cast<float>().matrix().asDiagonal();
    result.w += direction * steps;
    r -= q * steps;
    op.adjoint(r, s);
    s -= result.w * ridge.asDiagonal();
    const Eigen::ArrayXd next = squared_norms(s);
    const Eigen::ArrayXd beta = (gamma > goal).select(next / gamma, 0.0);
    direction = s + direction * beta.cast<float>().matrix().asDiagonal();
    gamma = (gamma > goal).select(next, gamma);
    ++result.iterations;
  }
  return result;
}

}  // namespace isr
