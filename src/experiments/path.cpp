#include "experiments/path.h"

#include "solver/gradient_descent.h"

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

}  // namespace

Status follow_path(const SyntheticProblem& problem, const DepthRun& run, PathSolver solver,
                   const PathVisitor& visit, const Cancelled& cancelled) {
  (void)solver;
  return follow_descent(problem, run, visit, cancelled);
}

}  // namespace isr
