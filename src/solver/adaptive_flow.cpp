#include "solver/adaptive_flow.h"

#include <algorithm>
#include <cmath>

#include "sensing/composite_operator.h"
#include "sensing/random.h"
#include "sensing/shifted_basis.h"

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

MatrixFreeFlowOptions flow_options(const AdaptiveFlowOptions& options, bool last) {
  MatrixFreeFlowOptions flow = options.flow;
  if (!last) flow.limit_residual = std::max(options.rough_residual, flow.limit_residual);
  return flow;
}

MatrixFreeDescentOptions descent_options(const AdaptiveFlowOptions& options, bool last, int done) {
  const MatrixFreeFlowOptions flow = flow_options(options, last);
  MatrixFreeDescentOptions descent{flow.network, *options.descent, flow.end_time, flow.limit_residual};
  const std::int64_t all = options.descent->iterations;
  descent.steps.iterations = last ? std::max<std::int64_t>(0, all - done) : 2 * all / (5 * options.rounds);
  if (!last) descent.network.depth = std::min(2, flow.network.depth);
  return descent;
}

OperatorPtr borrowed(const LinearOperator& op) {
  return {OperatorPtr(), &op};
}

// One more round on each of the other grids; `result` becomes the mean of all pictures.
void spin(const LinearOperator& sensing, const Basis& synthesis, const LinearOperator& system, ConstColumns y,
          const AdaptiveFlowOptions& options, const Eigen::VectorXf& squared_norms,
          MatrixFreeFlowResult& result, const Cancelled& cancelled) {
  constexpr Index down = 11, right = 13;  // from grid to grid: odd, and different
  Eigen::MatrixXf picture(sensing.cols(), y.cols());
  synthesis.apply(result.w, picture);
  Eigen::MatrixXf sum = picture, start(synthesis.cols(), y.cols());
  for (int k = 1; k < options.shifts; ++k) {
    const ShiftedBasis shifted(synthesis, options.width, k * down, k * right);
    const OperatorPtr shifted_system = compose(borrowed(sensing), borrowed(shifted));
    shifted.analyze(picture, start);
    const MatrixFreeFlowResult one =
        matrix_free_flow(*shifted_system, y, options.flow,
                         {shifted.expected_sizes_near(start), squared_norms}, &start, {}, cancelled);
    result.products += one.products;
    result.steps += one.steps;
    if (one.status != Status::limit_reached) result.status = one.status;
    if (one.status == Status::cancelled) return;
    shifted.apply(one.w, picture);
    sum += picture;
  }
  synthesis.analyze(sum / static_cast<float>(options.shifts), result.w);
  Eigen::MatrixXf residual(y.rows(), y.cols());
  system.apply(result.w, residual);
  residual -= y;
  for (Index b = 0; b < y.cols(); ++b)
    result.relative_residual[b] = residual.col(b).norm() / std::max(1e-30f, y.col(b).norm());
}

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

  MatrixFreeFlowResult result;
  Eigen::MatrixXf previous;
  int products = 0, steps = 0;
  bool adapted = false;
  for (int round = 0; round <= options.rounds; ++round) {
    const bool last = round == options.rounds || !sized;
    const FlowStepObserver& shown = last ? observer : FlowStepObserver();
    if (options.descent)
      result =
          matrix_free_descent(system, y, descent_options(options, last, steps), scaling, shown, cancelled);
    else
      result = matrix_free_flow(system, y, flow_options(options, last), scaling,
                                round > 0 ? &previous : nullptr, shown, cancelled);
    products += result.products;
    steps += result.steps;
    if (last || result.status == Status::cancelled) break;
    const Eigen::VectorXf sizes = synthesis->expected_sizes_near(result.w);
    adapted = sizes.size() > 0 && sizes.maxCoeff() > 0;
    if (adapted)
      scaling.scale = sizes;
    else
      round = options.rounds - 1;
    previous = std::move(result.w);
  }
  result.products = products;
  if (options.descent) result.steps = steps;
  if (adapted && options.shifts > 1 && result.status != Status::cancelled)
    spin(sensing, *synthesis, system, y, options, scaling.squared_norms, result, cancelled);
  return result;
}

}  // namespace isr
