#include "solver/ground.h"

#include "solver/units.h"

namespace isr {

std::optional<Ground> find_ground(const Operators& operators, const Eigen::Ref<const Eigen::MatrixXd>& y) {
  constexpr double ordinary = 0.1, hidden = 1e-6;
  const LinearOperator& sensing = *operators.sensing;
  const double norm = y.norm();
  const auto [level, means] = fit_uniform(sensing, y);
  if (means.isZero(0)) return {};
  Ground ground;
  ground.details = y - level * means;
  ground.share = ground.details.norm() / norm;
  if (!(ground.share > hidden && ground.share < ordinary)) return {};
  Eigen::MatrixXf flat(operators.synthesis->cols(), 1);
  operators.synthesis->analyze(Eigen::MatrixXf::Ones(sensing.cols(), 1), flat);
  ground.w = flat.col(0).cast<double>() * means;
  return ground;
}

}  // namespace isr
