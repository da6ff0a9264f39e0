// The speed of one core in gradient descent: iterations of the paper's MNIST problem (392 × 784, matrix of
// ±1) and of a synthetic one (500 × 3000), with one and with several problems that share the matrix.
//
// GFLOP/s counts what a matrix of floats would take, 4·n·p operations an iteration and problem (X w and Xᵀr,
// a multiplication and an addition each). `peak` is that over the multiply-adds this core does at most, as
// measured at the start: the sign kernel exceeds it because it adds precomputed sums in place of multiplying.
#include <benchmark/benchmark.h>

#include <iostream>

#include "base/parallel.h"
#include "fma_peak.h"
#include "sensing/ensembles.h"
#include "sensing/random.h"
#include "solver/descent_path.h"

namespace {

using namespace isr;

constexpr std::int64_t iterations = 200;
double peak_flops = 0;

void descend(benchmark::State& state, Ensemble ensemble, Index n, Index p) {
  const Index problems = state.range(0);
  const OperatorPtr matrix = make_ensemble(ensemble, n, p, 42);
  RandomStream stream = RandomStream::named(1, "truth");
  Eigen::MatrixXf truth(p, problems), y(n, problems);
  for (Index b = 0; b < problems; ++b)
    for (Index j = 0; j < p; ++j) truth(j, b) = stream.uniform() < 0.1 ? 1.0f : 0.0f;
  matrix->apply(truth, y);
  DescentOptions options;
  options.network = {3, Model::nonnegative, 1e-3};
  options.iterations = iterations;
  const double start = isr::thread_seconds();
  for (auto _ : state) {
    DescentPath path(*matrix, y.cast<double>(), options);
    path.finish();
    benchmark::DoNotOptimize(path.w().data());
  }
  const double seconds = (isr::thread_seconds() - start) / static_cast<double>(state.iterations());
  const double flops = 4.0 * static_cast<double>(n * p * problems * iterations);
  state.counters["GFLOP/s"] = flops / seconds / 1e9;
  state.counters["peak"] = flops / seconds / peak_flops;
  state.counters["us/step"] = 1e6 * seconds / static_cast<double>(iterations);
}

void signs_mnist(benchmark::State& state) {
  descend(state, Ensemble::biased_sign, 392, 784);
}
void gaussian_mnist(benchmark::State& state) {
  descend(state, Ensemble::gaussian, 392, 784);
}
void signs_synthetic(benchmark::State& state) {
  descend(state, Ensemble::rademacher, 500, 3000);
}
void gaussian_synthetic(benchmark::State& state) {
  descend(state, Ensemble::gaussian, 500, 3000);
}

BENCHMARK(signs_mnist)->Arg(1)->Arg(3)->Arg(4)->Unit(benchmark::kMillisecond);
BENCHMARK(gaussian_mnist)->Arg(1)->Arg(3)->Arg(4)->Unit(benchmark::kMillisecond);
BENCHMARK(signs_synthetic)->Arg(1)->Arg(3)->Arg(4)->Unit(benchmark::kMillisecond);
BENCHMARK(gaussian_synthetic)->Arg(1)->Arg(3)->Arg(4)->Unit(benchmark::kMillisecond);

}  // namespace

int main(int argc, char** argv) {
  benchmark::Initialize(&argc, argv);
  if (benchmark::ReportUnrecognizedArguments(argc, argv)) return 2;
  isr::set_thread_count(1);
  peak_flops = isr::fma_peak_flops();
  std::cerr << "Multiply-add peak of one core: " << peak_flops / 1e9 << " GFLOP/s\n";
  benchmark::RunSpecifiedBenchmarks();
  return 0;
}
