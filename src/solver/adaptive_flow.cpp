#include "solver/adaptive_flow.h"

#include <cmath>

#include "sensing/random.h"

namespace isr {
namespace {

// ‖Φ‖_F²/pixels, about: the mean squared length of a column, from one vector of random signs.
double mean_squared_column(const LinearOperator& sensing) {
  RandomStream stream = RandomStream::named(0, "column length");
  const Eigen::MatrixXf signs =
      Eigen::MatrixXf::NullaryExpr(sensing.cols(), 1, [&] { return stream.below(2) == 1 ? 1.0f : -1.0f; });
  Eigen::MatrixXf y(sensing.rows(), 1);
  sensing.apply(signs, y);
  return static_cast<double>(y.squaredNorm()) / static_cast<double>(sensing.cols());
}

// The share of the picture's root mean square that the smallest expected size stands for before anything is
// known.
constexpr double first_share = 0.02;

}  // namespace

MatrixFreeFlowResult adaptive_flow(const LinearOperator& sensing, const Basis* synthesis,
                                   const LinearOperator& system, ConstColumns y,
                                   const AdaptiveFlowOptions& options, const FlowStepObserver& observer,
                                   const Cancelled& cancelled) {
  const double column = mean_squared_column(sensing);
  const auto count = static_cast<double>(sensing.cols() * y.cols());
  const double picture_rms = std::sqrt(static_cast<double>(y.squaredNorm()) / (column * count));
  ColumnScaling scaling;
  scaling.squared_norms =
      static_cast<float>(column) *
      (synthesis ? synthesis->squared_norms() : Eigen::VectorXf(Eigen::VectorXf::Ones(system.cols())));
  const bool sized = synthesis && options.flow.network.depth > 1;
  if (sized && picture_rms > 0)
    scaling.scale = static_cast<float>(first_share * picture_rms) * synthesis->expected_sizes();

  MatrixFreeFlowOptions rough = options.flow;
  rough.limit_residual = std::max(options.rough_residual, options.flow.limit_residual);
  MatrixFreeFlowResult result;
  Eigen::MatrixXf previous;
  int products = 0;
  for (int round = 0; round <= options.rounds; ++round) {
    const bool last = round == options.rounds || !sized;
    result =
        matrix_free_flow(system, y, last ? options.flow : rough, scaling, round > 0 ? &previous : nullptr,
                         last ? observer : FlowStepObserver(), cancelled);
    products += result.products;
    if (last || result.status == Status::cancelled) break;
    const Eigen::VectorXf sizes = synthesis->expected_sizes_near(result.w);
    if (sizes.size() > 0)
      scaling.scale = sizes;
    else
      round = options.rounds - 1;
    previous = std::move(result.w);
  }
  result.products = products;
  return result;
}

}  // namespace isr
