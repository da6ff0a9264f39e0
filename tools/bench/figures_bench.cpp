// Time and memory of the paper's five synthetic experiments at their full protocol, as `isr reproduce
// convergence initialization early-stopping incremental kernel` runs them, drawing included; and of the
// longest, 3.2 million iterations of depth 4. peak_MB is the process's peak so far.
#include <benchmark/benchmark.h>

#include <filesystem>

#include "experiments/charts.h"
#include "experiments/suite.h"
#include "report/results.h"

namespace isr {
namespace {

void report_memory(benchmark::State& state) {
  state.counters["peak_MB"] = static_cast<double>(peak_memory_bytes()) / 1e6;
}

void longest_path(benchmark::State& state) {
  const ExperimentOptions options = paper_protocol(Figure::early_stopping_coordinates);
  const SyntheticProblem problem = make_synthetic_problem(options, options.seed);
  const DepthRun& run = options.runs.back();
  for (auto _ : state) {
    benchmark::DoNotOptimize(trace_coordinates(problem, options, run, PathSolver::descent).learned);
  }
  state.counters["ns_per_iteration"] =
      benchmark::Counter(static_cast<double>(run.iterations) * 1e-9,
                         benchmark::Counter::kIsIterationInvariantRate | benchmark::Counter::kInvert);
  report_memory(state);
}
BENCHMARK(longest_path)->Unit(benchmark::kSecond)->UseRealTime()->Iterations(1);

void all_five(benchmark::State& state) {
  const std::filesystem::path folder = std::filesystem::temp_directory_path() / "isr-figures-bench";
  std::filesystem::create_directories(folder);
  SuiteOptions options;
  for (Figure figure : {Figure::convergence, Figure::initialization, Figure::early_stopping_coordinates,
                        Figure::early_stopping_error, Figure::incremental, Figure::kernel}) {
    options.experiments.push_back(paper_protocol(figure));
  }
  for (auto _ : state) {
    const Suite suite = run_suite(options);
    draw_figures(suite, folder.string());
  }
  std::filesystem::remove_all(folder);
  report_memory(state);
}
BENCHMARK(all_five)->Unit(benchmark::kSecond)->UseRealTime()->Iterations(1);

}  // namespace
}  // namespace isr

BENCHMARK_MAIN();
