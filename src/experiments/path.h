// The path of w from the start, by either solver, seen at iterations of gradient descent.
#pragma once

#include <Eigen/Core>
#include <functional>
#include <vector>

#include "experiments/synthetic_problem.h"
#include "solver/path.h"

namespace isr {

enum class PathSolver {
  descent,  // gradient descent, seen at every iteration
  flow      // the gradient flow, seen at 2400 points (a third evenly spaced, the others in equal ratios);
            // iteration = τ/η
};

// Called with w (p values) at 0, …, run.iterations, ascending.
using PathVisitor = std::function<void(double iteration, const Eigen::Ref<const Eigen::VectorXf>& w)>;

// Runs the signed model on the problem. Returns Status::finished, or why the path ended early. Nothing is
// kept: memory does not depend on the number of iterations.
Status follow_path(const SyntheticProblem& problem, const DepthRun& run, PathSolver solver,
                   const PathVisitor& visit, const Cancelled& cancelled = {});

}  // namespace isr
