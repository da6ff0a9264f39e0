#include "experiments/suite.h"

#include <algorithm>
#include <chrono>

#include "experiments/limits.h"

namespace isr {
namespace {

std::unique_ptr<ErrorStudy> error_study_of(const ExperimentOptions& options) {
  auto study = std::make_unique<ErrorStudy>();
  study->options = options;
  return study;
}

void prepare(Suite& suite) {
  for (const ExperimentOptions& experiment : suite.options.experiments) {
    experiment.validate();
    if (!experiment.replicated()) {
      suite.coordinates.push_back(std::make_unique<CoordinateStudy>());
      suite.coordinates.back()->options = experiment;
      continue;
    }
    suite.errors.push_back(error_study_of(experiment));
    if (experiment.figure != Figure::early_stopping_error) continue;
    suite.larger_start = error_study_of(experiment);
    suite.larger_start->compare = false;
    for (DepthRun& run : suite.larger_start->options.runs) run.init *= larger_start_factor;
  }
  const bool descent = suite.options.solver == PathSolver::descent;
  require_affordable(suite.options.experiments, descent, !descent || suite.options.overlay_flow);
}

void make_problems(Suite& suite, const Cancelled& cancelled) {
  std::vector<Job> jobs;
  for (const auto& study : suite.coordinates) {
    jobs.push_back(
        {0.05, [&study] { study->problem = make_synthetic_problem(study->options, study->options.seed); }});
  }
  for (const auto& study : suite.errors) {
    const auto seeds = replicate_seeds(study->options);
    study->problems.resize(seeds.size());
    for (std::size_t r = 0; r < seeds.size(); ++r) {
      jobs.push_back({0.001, [&study, r, seed = seeds[r]] {
                        study->problems[r] = make_synthetic_problem(study->options, seed);
                      }});
    }
  }
  run_jobs(std::move(jobs), cancelled);
}

}  // namespace

const CoordinateStudy* Suite::coordinate_study(Figure figure) const {
  for (const auto& study : coordinates) {
    if (study->options.figure == figure) return study.get();
  }
  return nullptr;
}

const ErrorStudy* Suite::error_study(Figure figure) const {
  for (const auto& study : errors) {
    if (study->options.figure == figure) return study.get();
  }
  return nullptr;
}

Suite run_suite(const SuiteOptions& options, const Cancelled& cancelled, const Progress& progress) {
  const auto start = std::chrono::steady_clock::now();
  Suite suite;
  suite.options = options;
  prepare(suite);
  make_problems(suite, cancelled);
  std::vector<Job> jobs;
  for (const auto& study : suite.coordinates) {
    add_jobs(*study, options.solver, options.overlay_flow, cancelled, jobs);
  }
  for (const auto& study : suite.errors) {
    add_jobs(*study, options.solver, options.overlay_flow, cancelled, jobs);
  }
  if (suite.larger_start) {
    suite.larger_start->problems = suite.error_study(Figure::early_stopping_error)->problems;
    add_jobs(*suite.larger_start, options.solver, false, cancelled, jobs);
  }
  run_jobs(std::move(jobs), cancelled, progress);
  if (!cancelled || !cancelled()) {
    for (const auto& study : suite.errors) finish(*study);
    if (suite.larger_start) finish(*suite.larger_start);
  }
  suite.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  return suite;
}

}  // namespace isr
