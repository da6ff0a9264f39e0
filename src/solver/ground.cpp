#include "solver/ground.h"

namespace isr {

std::optional<Ground> find_ground(const Operators& operators, const Eigen::Ref<const Eigen::MatrixXd>& y) {
  constexpr double ordinary = 0.1, hidden = 1e-6;
  const LinearOperator& sensing = *operators.sensing;
  const Eigen::MatrixXf ones = Eigen::MatrixXf::Ones(sensing.cols(), 1);
  Eigen::MatrixXf level(sensing.rows(), 1);
  sensing.apply(ones, level);
  const Eigen::VectorXd a = level.col(0).cast<double>();
  const double squares = a.squaredNorm(), norm = y.norm();
  if (!(squares > 0 && norm > 0)) return {};
  Ground ground;
  const Eigen::RowVectorXd means = a.transpose() * y / squares;
  ground.details = y - a * means;
  ground.share = ground.details.norm() / norm;
  if (!(ground.share > hidden && ground.share < ordinary)) return {};
  Eigen::MatrixXf flat(operators.synthesis->cols(), 1);
  operators.synthesis->analyze(ones, flat);
  ground.w = flat.col(0).cast<double>() * means;
  return ground;
}

}  // namespace isr
