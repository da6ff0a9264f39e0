#include "experiments/coordinate_study.h"

#include <chrono>
#include <cmath>

namespace isr {
namespace {

constexpr double learned_within = 0.1;
constexpr int even_points = 600;
constexpr std::size_t most_points = 2400;  // with those where a coordinate moves fast
constexpr double fast = 0.02;              // of the largest |w*|, since the last point kept

// Sees every point of the path; keeps first passages and, of the curves, evenly spaced points and those
// that a fast coordinate needs.
class CoordinateRecorder {
 public:
  CoordinateRecorder(const SyntheticProblem& problem, const ExperimentOptions& options, CoordinatePath& path)
      : truth_(problem.truth), k_(static_cast<Index>(options.signal.size())), path_(path) {
    path_.support.resize(static_cast<std::size_t>(k_));
    path_.ninety_percent.resize(static_cast<std::size_t>(k_));
    path_.least_error = std::numeric_limits<double>::infinity();
    last_head_ = Eigen::VectorXf::Zero(k_);
    fast_ = static_cast<float>(fast * truth_.cwiseAbs().maxCoeff());
    spacing_ = static_cast<double>(path.run.iterations) / even_points;
  }

  void visit(double iteration, const Eigen::Ref<const Eigen::VectorXf>& w) {
    const auto head = w.head(k_);
    const auto tail = w.tail(w.size() - k_);
    const bool keep = iteration >= next_kept_ || (moved(head) && path_.iteration.size() < most_points);
    if (keep || !path_.noise_fitted || !path_.magnitude_fitted) {
      off_ = {tail.size() > 0 ? tail.maxCoeff() : 0, tail.size() > 0 ? tail.cwiseAbs().maxCoeff() : 0};
    }
    if (!path_.learned && (head - truth_.head(k_)).cwiseAbs().maxCoeff() < learned_within) {
      path_.learned = iteration;
      path_.when_learned = {tail.maxCoeff(), tail.cwiseAbs().maxCoeff()};
    }
    if (!path_.noise_fitted && off_.largest > path_.noise_bound()) path_.noise_fitted = iteration;
    if (!path_.magnitude_fitted && off_.magnitude > path_.noise_bound()) path_.magnitude_fitted = iteration;
    for (Index i = 0; i < k_; ++i) {
      auto& passed = path_.ninety_percent[static_cast<std::size_t>(i)];
      if (!passed && w[i] >= 0.9f * truth_[i]) passed = iteration;
    }
    if (const double error = (w - truth_).squaredNorm(); error < path_.least_error) {
      path_.least_error = error;
      path_.least_error_iteration = iteration;
    }
    if (keep) keep_point(iteration, w);
  }

 private:
  bool moved(const Eigen::Ref<const Eigen::VectorXf>& head) const {
    return (head - last_head_).cwiseAbs().maxCoeff() > fast_;
  }

  void keep_point(double iteration, const Eigen::Ref<const Eigen::VectorXf>& w) {
    path_.iteration.push_back(iteration);
    for (Index i = 0; i < k_; ++i) path_.support[static_cast<std::size_t>(i)].push_back(w[i]);
    path_.off_support.push_back(off_);
    last_head_ = w.head(k_);
    while (next_kept_ <= iteration) next_kept_ = spacing_ * static_cast<double>(++kept_);
  }

  const Eigen::VectorXf& truth_;
  Index k_;
  CoordinatePath& path_;
  OffSupport off_;
  Eigen::VectorXf last_head_;
  float fast_ = 0;
  double spacing_ = 1, next_kept_ = 0;
  std::int64_t kept_ = 0;
};

}  // namespace

double CoordinatePath::noise_bound() const {
  return std::pow(run.init, 0.25);
}

std::optional<std::pair<double, double>> CoordinatePath::window() const {
  if (!learned || iteration.empty()) return std::nullopt;
  const double end = noise_fitted.value_or(iteration.back());
  if (end <= *learned) return std::nullopt;
  return std::pair(*learned, end);
}

CoordinatePath trace_coordinates(const SyntheticProblem& problem, const ExperimentOptions& options,
                                 const DepthRun& run, PathSolver solver, const Cancelled& cancelled) {
  const auto start = std::chrono::steady_clock::now();
  CoordinatePath path;
  path.run = run;
  CoordinateRecorder recorder(problem, options, path);
  path.status = follow_path(
      problem, run, solver, [&recorder](double iteration, const auto& w) { recorder.visit(iteration, w); },
      cancelled);
  path.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  return path;
}

double expected_seconds(const ExperimentOptions& options, const DepthRun& run) {
  const double entries = static_cast<double>(options.n) * static_cast<double>(options.p);
  return static_cast<double>(run.iterations) * (2.5e-7 + 2.5e-11 * entries);
}

void add_jobs(CoordinateStudy& study, PathSolver solver, bool overlay_flow, const Cancelled& cancelled,
              std::vector<Job>& jobs) {
  const std::size_t count = study.options.runs.size();
  study.paths.resize(count);
  if (overlay_flow) study.flow.resize(count);
  for (std::size_t i = 0; i < count; ++i) {
    const DepthRun& run = study.options.runs[i];
    jobs.push_back({expected_seconds(study.options, run), [&study, &run, i, solver, cancelled] {
                      study.paths[i] =
                          trace_coordinates(study.problem, study.options, run, solver, cancelled);
                    }});
    if (!overlay_flow) continue;
    jobs.push_back({0.1, [&study, &run, i, cancelled] {
                      study.flow[i] =
                          trace_coordinates(study.problem, study.options, run, PathSolver::flow, cancelled);
                    }});
  }
}

}  // namespace isr
