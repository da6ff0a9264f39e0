#include "experiments/path.h"

#include <algorithm>
#include <cmath>
#include <memory>

#include "solver/dense_newton.h"
#include "solver/gradient_descent.h"
#include "solver/gradient_flow.h"

namespace isr {
namespace {

Status follow_descent(const SyntheticProblem& problem, const DepthRun& run, const PathVisitor& visit,
                      const Cancelled& cancelled) {
  GradientDescentOptions options;
  options.network = {run.depth, Model::signed_model, run.init};
  options.step = run.step * run.depth * run.depth;
  options.iterations = run.iterations;
  const auto observe = [&visit](const DescentPoint& point, std::vector<bool>&) {
    visit(static_cast<double>(point.iteration), point.w.col(0));
  };
  const DescentBatch batch =
      gradient_descent(*problem.x, problem.y, options, DescentSchedule::every(1), observe, cancelled);
  return batch.columns[0].status;
}

// So that the curves are smooth to the eye between the steps too; coarser where a step is dear.
double flow_tolerance(const SyntheticProblem& problem) {
  return problem.x->rows() * problem.x->cols() > 200000 ? 2e-4 : 2e-5;
}

// Where the flow is looked at, in iterations: evenly spaced points for the curves, and as many per factor of
// time for first passages.
std::vector<double> flow_points(const DepthRun& run) {
  constexpr int even = 800, logarithmic = 1600;
  const double last = static_cast<double>(run.iterations);
  std::vector<double> points;
  for (int i = 0; i <= even; ++i) points.push_back(last * i / even);
  for (int i = 0; i < logarithmic; ++i)
    points.push_back(std::pow(last, static_cast<double>(i) / logarithmic));
  std::sort(points.begin(), points.end());
  return points;
}

Status follow_flow(const SyntheticProblem& problem, const DepthRun& run, const PathVisitor& visit,
                   const Cancelled& cancelled) {
  FlowOptions options;
  options.network = {run.depth, Model::signed_model, run.init};
  options.end_time = run.step * static_cast<double>(run.iterations);
  options.tolerance = flow_tolerance(problem);
  const auto system = make_dense_newton(std::make_shared<PreparedMatrix>(*problem.x));
  const MirrorMap map(options.network);
  const std::vector<double> points = flow_points(run);
  std::size_t next = 0;
  Eigen::VectorXd w = Eigen::VectorXd::Zero(problem.x->cols());
  const auto observe = [&](const FlowSegment& segment) {
    const double rounding = 1e-9 * segment.end_time;
    for (; next < points.size() && points[next] * run.step <= segment.end_time + rounding; ++next) {
      segment.w_at(map, points[next] * run.step, w);
      visit(points[next], w.cast<float>());
    }
    return true;
  };
  return gradient_flow(*system, problem.y.col(0).cast<double>(), options, observe, cancelled).status;
}

}  // namespace

Status follow_path(const SyntheticProblem& problem, const DepthRun& run, PathSolver solver,
                   const PathVisitor& visit, const Cancelled& cancelled) {
  return solver == PathSolver::descent ? follow_descent(problem, run, visit, cancelled)
                                       : follow_flow(problem, run, visit, cancelled);
}

}  // namespace isr
