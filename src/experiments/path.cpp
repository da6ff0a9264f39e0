#include "experiments/path.h"

#include <algorithm>
#include <cmath>
#include <memory>

#include "solver/dense_newton.h"
#include "solver/descent_path.h"
#include "solver/newton_flow.h"

namespace isr {
namespace {

Status follow_descent(const SyntheticProblem& problem, const DepthRun& run, const PathVisitor& visit,
                      const Cancelled& cancelled) {
  DescentOptions options;
  options.network = {run.depth, Model::signed_model, run.init};
  options.step = run.step * run.depth * run.depth;
  options.iterations = run.iterations;
  DescentPath path(*problem.x, problem.y.cast<double>(), options, DescentSchedule::every(1), cancelled);
  visit(0, path.w().col(0));
  while (path.advance()) visit(static_cast<double>(path.steps()), path.w().col(0));
  return path.status();
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
  NewtonFlow path(make_dense_newton(std::make_shared<PreparedMatrix>(*problem.x)),
                  problem.y.col(0).cast<double>(), options, cancelled);
  const std::vector<double> points = flow_points(run);
  std::size_t next = 0;
  Eigen::MatrixXd w;
  while (path.advance()) {
    const double rounding = 1e-9 * path.end_time();
    for (; next < points.size() && points[next] * run.step <= path.end_time() + rounding; ++next) {
      path.w_at(points[next] * run.step, w);
      visit(points[next], w.col(0).cast<float>());
    }
  }
  return path.status();
}

}  // namespace

Status follow_path(const SyntheticProblem& problem, const DepthRun& run, PathSolver solver,
                   const PathVisitor& visit, const Cancelled& cancelled) {
  return solver == PathSolver::descent ? follow_descent(problem, run, visit, cancelled)
                                       : follow_flow(problem, run, visit, cancelled);
}

}  // namespace isr
