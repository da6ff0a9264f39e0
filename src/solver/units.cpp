#include "solver/units.h"

#include <algorithm>
#include <cmath>

#include "solver/matrix_free_newton.h"

namespace isr {
namespace {

using Eigen::MatrixXd;

// κ: columns of this mean squared length become as long as those of a matrix of ±1.
double matrix_unit(const LinearOperator& op, double squared_column) {
  return squared_column > 0 ? std::sqrt(static_cast<double>(op.rows()) / squared_column) : 1;
}

}  // namespace

Scaling operator_units(const Operators& operators, const Plan& plan) {
  // Lengths of columns, the longest over the shortest, from which on they are scaled: of a matrix, and of
  // estimates, which by chance may differ by 2.4. And the share of the longest below which a column stays as
  // it is: one of an operator in single precision may be rounding alone.
  constexpr double unequal = 1.5, unequal_estimates = 3, negligible = 1e-12, negligible_product = 1e-6;
  const LinearOperator& system = *operators.system;
  Eigen::VectorXd squares = system.known_squared_norms();
  const bool known = squares.size() > 0;
  if (!known)
    squares = plan.equal_columns ? Eigen::VectorXd::Constant(system.cols(), mean_squared_column(system))
                                 : squared_column_norms(system);
  Scaling units;
  const auto nonzero = static_cast<double>((squares.array() > 0).count());
  if (nonzero == 0) return units;
  const double mean = squares.sum() / nonzero;
  if (plan.relative_start) units.matrix = matrix_unit(system, mean);
  units.squared_norms = (units.matrix * units.matrix * squares).cast<float>();
  // Depth 1 stays least squares of least norm.
  if (!plan.relative_start || plan.network.depth == 1) return units;
  const double longest = squares.maxCoeff(), least = known ? negligible : negligible_product;
  const auto counts = [&](double square) { return square > least * least * longest; };
  const double shortest =
      squares.unaryExpr([&](double square) { return counts(square) ? square : longest; }).minCoeff();
  const double differ = known ? unequal : unequal_estimates;
  if (longest > differ * differ * shortest)
    units.columns =
        squares.unaryExpr([&](double square) { return counts(square) ? std::sqrt(mean / square) : 1.0; })
            .cast<float>();
  return units;
}

double size_of_solution(const LinearOperator& x, const Scaling& units, const Eigen::Ref<const MatrixXd>& y) {
  const double norm = y.norm();
  if (norm == 0) return 1;
  const OperatorPtr system = units.system(x);
  Eigen::MatrixXf correlation(x.cols(), y.cols()), image(x.rows(), y.cols());
  system->adjoint((y / norm).cast<float>(), correlation);
  const double largest = correlation.cwiseAbs().maxCoeff();
  if (!(largest > 0)) return 1;
  correlation /= static_cast<float>(largest);
  system->apply(correlation, image);
  const double squares = image.cast<double>().squaredNorm();
  // argmin over a of ‖a·Xc − y‖, with c = Xᵀy of largest entry 1, and Xᵀy·c = largest·‖c‖².
  const double size = squares > 0 ? norm * largest * correlation.cast<double>().squaredNorm() / squares : 0;
  return size > 0 && std::isfinite(size * units.matrix) ? size * units.matrix : 1;
}

UniformFit fit_uniform(const LinearOperator& sensing, const Eigen::Ref<const MatrixXd>& y) {
  constexpr double rounding = 1e-6;  // of products in single precision
  Eigen::MatrixXf level(sensing.rows(), 1);
  sensing.apply(Eigen::MatrixXf::Ones(sensing.cols(), 1), level);
  UniformFit fit{level.col(0).cast<double>(), Eigen::RowVectorXd::Zero(y.cols())};
  const double squares = fit.level.squaredNorm();
  const double ordinary = mean_squared_column(sensing) * static_cast<double>(sensing.cols());
  if (squares > rounding * rounding * ordinary) fit.means = fit.level.transpose() * y / squares;
  return fit;
}

Scaling sized_units(const Operators& operators, const Eigen::Ref<const MatrixXd>& y) {
  // The share of the picture's root mean square that the smallest expected size stands for.
  constexpr double first_share = 0.02;
  // A mean far above the details says nothing of their size.
  constexpr double over_details = 2.2;
  const LinearOperator& sensing = *operators.sensing;
  const Basis& basis = *operators.synthesis;
  Scaling units;
  const double squared = mean_squared_column(sensing);
  if (!(squared > 0)) return units;
  units.matrix = matrix_unit(sensing, squared);
  const double count = static_cast<double>(sensing.cols() * y.cols());
  const double rms = y.norm() / std::sqrt(squared * count);
  units.squared_norms = static_cast<float>(units.matrix * units.matrix * squared) * basis.squared_norms();
  units.columns = static_cast<float>(first_share) * basis.expected_sizes();
  if (!(rms > 0)) return units;

  const auto [level, means] = fit_uniform(sensing, y);
  const double details = (y - level * means).norm() / std::sqrt(squared * count);
  units.weights = std::min(rms, over_details * details);
  if (!(units.weights > 1e-6 * rms)) units.weights = rms;
  Eigen::MatrixXf flat(basis.cols(), 1);
  basis.analyze(Eigen::MatrixXf::Ones(sensing.cols(), 1), flat);
  const double mean = means.cwiseAbs().maxCoeff() / units.weights;
  units.columns = units.columns.cwiseMax(static_cast<float>(first_share * mean) * flat.col(0).cwiseAbs());
  return units;
}

double relative_residual(const LinearOperator& system, const Scaling& units, const MatrixXd& w,
                         const Eigen::Ref<const MatrixXd>& y) {
  const MatrixXd residual = units.residual(system, w, y), measured = units.measurements(y);
  double worst = 0;
  for (Index b = 0; b < y.cols(); ++b) {
    const double norm = measured.col(b).norm();
    worst = std::max(worst, residual.col(b).norm() / (norm > 0 ? norm : 1));
  }
  return worst;
}

}  // namespace isr
