#include "experiments/error_study.h"

#include <algorithm>
#include <chrono>
#include <cmath>

#include "baselines/spectral.h"
#include "experiments/coordinate_study.h"
#include "sensing/folds.h"

namespace isr {
namespace {

constexpr std::int64_t most_losses = 25000;
constexpr double window_depth = 0.5;  // in log2
constexpr int folds = 5;

double log2_error(const Eigen::VectorXd& w, const Eigen::VectorXf& truth) {
  return std::log2((w - truth.cast<double>()).squaredNorm());
}

void trace_errors(const SyntheticProblem& problem, const DepthRun& run, PathSolver solver,
                  const Cancelled& cancelled, ReplicateErrors& paths, std::size_t replicate) {
  const auto start = std::chrono::steady_clock::now();
  const std::int64_t stride = (run.iterations + most_losses - 1) / most_losses;
  std::vector<double>& iterations = paths.iteration[replicate];
  std::vector<float>& errors = paths.error[replicate];
  double next = 0;
  follow_path(
      problem, run, solver,
      [&](double iteration, const auto& w) {
        if (iteration < next) return;
        if (solver == PathSolver::descent) next += static_cast<double>(stride);
        iterations.push_back(iteration);
        errors.push_back(std::log2((w - problem.truth).squaredNorm()));
      },
      cancelled);
  paths.seconds[replicate] = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

void compare_known_methods(const SyntheticProblem& problem, float& least_squares, float& ridge) {
  const Eigen::MatrixXd x = problem.x->dense();
  const Eigen::VectorXd y = problem.y.col(0).cast<double>();
  least_squares = static_cast<float>(log2_error(SpectralFactor(x).least_squares(y), problem.truth));
  ridge = static_cast<float>(log2_error(cross_validated_ridge(x, y), problem.truth));
}

double percentile(const std::vector<float>& sorted, double share) {
  const double position = share * static_cast<double>(sorted.size() - 1);
  const std::size_t below = static_cast<std::size_t>(position);
  const std::size_t above = std::min(below + 1, sorted.size() - 1);
  return sorted[below] + (position - static_cast<double>(below)) * (sorted[above] - sorted[below]);
}

void find_window(ErrorCurve& curve) {
  std::size_t best = 0;
  for (std::size_t i = 0; i < curve.error.size(); ++i) {
    if (curve.error[i].median < curve.error[best].median) best = i;
  }
  curve.minimum = curve.error[best].median;
  curve.minimum_iteration = curve.iteration[best];
  for (std::size_t i = 0; i < curve.error.size(); ++i) {
    if (curve.error[i].median >= curve.minimum + window_depth) continue;
    if (!curve.window) curve.window = {curve.iteration[i], curve.iteration[i]};
    curve.window->second = curve.iteration[i];
  }
}

double standard_deviation(const std::vector<float>& sample) {
  double sum = 0, squares = 0;
  for (double value : sample) sum += value;
  const double mean = sum / static_cast<double>(sample.size());
  for (double value : sample) squares += (value - mean) * (value - mean);
  return sample.size() > 1 ? std::sqrt(squares / static_cast<double>(sample.size() - 1)) : 0;
}

}  // namespace

Quartiles quartiles(std::vector<float> sample) {
  std::sort(sample.begin(), sample.end());
  return {percentile(sample, 0.25), percentile(sample, 0.5), percentile(sample, 0.75)};
}

Eigen::VectorXd cross_validated_ridge(const Eigen::MatrixXd& x, const Eigen::VectorXd& y) {
  constexpr int candidates = 100;
  const double largest = x.squaredNorm();  // at least the greatest eigenvalue of XᵀX
  const auto lambda = [&](int i) { return largest * std::pow(10.0, 1 - 7.0 * i / (candidates - 1)); };
  std::vector<double> loss(candidates, 0);
  for (const Fold& fold : make_folds(x.rows(), folds, 0)) {
    const SpectralFactor factor(x(fold.kept, Eigen::all));
    const Eigen::MatrixXd held_out = x(fold.held_out, Eigen::all);
    for (int i = 0; i < candidates; ++i) {
      const Eigen::VectorXd w = factor.ridge(y(fold.kept), lambda(i));
      loss[static_cast<std::size_t>(i)] += (held_out * w - y(fold.held_out)).squaredNorm();
    }
  }
  const auto best = std::min_element(loss.begin(), loss.end()) - loss.begin();
  return SpectralFactor(x).ridge(y, lambda(static_cast<int>(best)));
}

ErrorCurve summarize(const DepthRun& run, const ReplicateErrors& paths) {
  ErrorCurve curve;
  curve.run = run;
  std::size_t longest = 0;
  for (std::size_t r = 0; r < paths.error.size(); ++r) {
    curve.seconds += paths.seconds[r];
    if (paths.error[r].size() > paths.error[longest].size()) longest = r;
  }
  curve.iteration = paths.iteration[longest];
  const auto complete = [&](const std::vector<float>& error) {
    return error.size() == curve.iteration.size() && std::isfinite(error.back());
  };
  std::vector<const std::vector<float>*> whole;
  for (const auto& error : paths.error) {
    if (complete(error)) whole.push_back(&error);
  }
  curve.diverged = static_cast<int>(paths.error.size() - whole.size());
  if (whole.empty()) {
    curve.iteration.clear();
    return curve;
  }
  std::vector<float> sample(whole.size());
  const auto sample_at = [&](std::size_t point) {
    for (std::size_t r = 0; r < whole.size(); ++r) sample[r] = (*whole[r])[point];
  };
  for (std::size_t point = 0; point < curve.iteration.size(); ++point) {
    sample_at(point);
    curve.error.push_back(quartiles(sample));
  }
  find_window(curve);
  const auto at = std::find(curve.iteration.begin(), curve.iteration.end(), curve.minimum_iteration);
  sample_at(static_cast<std::size_t>(at - curve.iteration.begin()));
  curve.minimum_deviation =
      1.2533 * standard_deviation(sample) / std::sqrt(static_cast<double>(sample.size()));
  return curve;
}

void add_jobs(ErrorStudy& study, PathSolver solver, bool overlay_flow, const Cancelled& cancelled,
              std::vector<Job>& jobs) {
  const std::size_t replicates = study.problems.size();
  const auto add_paths = [&](std::vector<ReplicateErrors>& all, PathSolver path_solver) {
    all.resize(study.options.runs.size());
    for (std::size_t depth = 0; depth < all.size(); ++depth) {
      const DepthRun& run = study.options.runs[depth];
      ReplicateErrors& paths = all[depth];
      paths.iteration.resize(replicates);
      paths.error.resize(replicates);
      paths.seconds.resize(replicates);
      const double cost = path_solver == PathSolver::flow ? 0.1 : expected_seconds(study.options, run);
      for (std::size_t r = 0; r < replicates; ++r) {
        jobs.push_back({cost, [&study, &run, &paths, path_solver, r, cancelled] {
                          trace_errors(study.problems[r], run, path_solver, cancelled, paths, r);
                        }});
      }
    }
  };
  add_paths(study.paths, solver);
  if (overlay_flow) add_paths(study.flow_paths, PathSolver::flow);
  if (!study.compare) return;
  study.least_squares_error.resize(replicates);
  study.ridge_error.resize(replicates);
  for (std::size_t r = 0; r < replicates; ++r) {
    jobs.push_back({0.02, [&study, r] {
                      compare_known_methods(study.problems[r], study.least_squares_error[r],
                                            study.ridge_error[r]);
                    }});
  }
}

void finish(ErrorStudy& study) {
  const auto summarize_all = [&](std::vector<ReplicateErrors>& paths, std::vector<ErrorCurve>& curves) {
    curves.resize(paths.size());
    parallel_for(paths.size(), [&](std::size_t depth) {
      curves[depth] = summarize(study.options.runs[depth], paths[depth]);
    });
    paths = {};
  };
  summarize_all(study.paths, study.curves);
  summarize_all(study.flow_paths, study.flow);
  if (study.compare) study.references = {quartiles(study.least_squares_error), quartiles(study.ridge_error)};
}

}  // namespace isr
