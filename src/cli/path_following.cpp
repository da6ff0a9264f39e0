#include "cli/path_following.h"

#include <algorithm>

#include "base/error.h"
#include "cli/picture_solving.h"
#include "cli/terminal.h"
#include "solver/adaptive_flow.h"
#include "solver/gradient_descent.h"
#include "solver/gradient_flow.h"

namespace isr {
namespace {

constexpr double flow_residual = 1e-6;  // ‖Xw − y‖/‖y‖ at which the flow counts as arrived

FollowedPath follow_flow(const SplitMeasurements& split, const Eigen::VectorXf& y,
                         const PathRequest& request) {
  const MirrorMap map(request.network);
  const bool small = split.newton().is_dense();
  PathSampler sampler(map, small ? 24 : 4, small ? 0.03 : 0.2, small ? 12 : 2);
  const auto system = split.newton().make();
  FlowOptions options;
  options.network = request.network;
  options.limit_residual = std::max(flow_residual, 30 * system->accuracy());
  const FlowResult result = gradient_flow(
      *system, y.cast<double>(), options,
      [&](const FlowSegment& segment) {
        sampler.add(segment);
        return true;
      },
      interrupted);
  return {sampler.take(), to_string(result.status), 0};
}

FollowedPath follow_by_products(const SplitMeasurements& split, const Eigen::VectorXf& y,
                                const PathRequest& request) {
  AdaptiveFlowOptions options;
  options.flow.network = request.network;
  options.flow.step_growth = 2;  // short steps: the path is what is wanted, not its end
  options.flow.most_steps = 60;
  options.flow.first_step_factor = 0.02;
  FollowedPath path;
  const auto keep = [&](int, double time, const Eigen::MatrixXf& w, double residual) {
    path.samples.times.push_back(time);
    path.samples.residuals.push_back(residual);
    path.samples.w.push_back(w.col(0));
    return true;
  };
  const MatrixFreeFlowResult result = adaptive_flow(split.kept_sensing(), split.operators().synthesis.get(),
                                                    split.kept_system(), y, options, keep, interrupted);
  path.status = to_string(result.status);
  return path;
}

FollowedPath follow_descent(const SplitMeasurements& split, const Eigen::VectorXf& y,
                            const PathRequest& request) {
  const GradientDescentOptions options{request.network, StepRule::constant, request.step, request.iterations};
  const int per_decade = split.model().pixels() <= 96 * 96 ? 60 : 12;
  FollowedPath path;
  const auto keep = [&](const DescentPoint& point, std::vector<bool>&) {
    if (point.iteration == 0) return;
    path.samples.times.push_back(point.flow_time);
    path.samples.residuals.push_back(point.residual.col(0).norm() / y.norm());
    path.samples.w.push_back(point.w.col(0));
  };
  const DescentBatch batch =
      gradient_descent(split.kept_system(), y, options,
                       DescentSchedule::logarithmic(request.iterations, per_decade), keep, interrupted);
  path.status = to_string(batch.columns[0].status);
  return path;
}

}  // namespace

FollowedPath follow_path(const SplitMeasurements& split, const Eigen::VectorXf& y,
                         const PathRequest& request) {
  const bool by_products = request.network.depth > 1 && is_solved_by_products(split.model());
  FollowedPath path = !request.flow ? follow_descent(split, y, request)
                      : by_products ? follow_by_products(split, y, request)
                                    : follow_flow(split, y, request);
  check_interrupted();
  path.step = request.step / (request.network.depth * request.network.depth);
  if (path.samples.times.size() < 2)
    throw Error("the path of depth " + std::to_string(request.network.depth) + " has no moments (" +
                path.status + "); choose a smaller --step");
  return path;
}

}  // namespace isr
