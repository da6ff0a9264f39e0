// Speed of the baselines on the paper's matrix, n = 392, p = 784, and in a dictionary with p ≫ n. One core.
#include <benchmark/benchmark.h>

#include "base/parallel.h"
#include "baselines/baselines.h"
#include "image/mnist.h"
#include "sensing/dense_matrix.h"
#include "sensing/ensembles.h"
#include "sensing/random.h"

namespace {

using namespace isr;

// The first ten bundled digits, one problem after the other.
Eigen::MatrixXd digits() {
  const auto images = load_mnist({MnistSplit::train, {0, 1, 2, 3, 4, 5, 6, 7, 8, 9}}, ISR_DATA_DIR "/mnist");
  Eigen::MatrixXd columns(784, 10);
  for (Index b = 0; b < 10; ++b)
    columns.col(b) = images[static_cast<std::size_t>(b)].image.pixels.cast<double>();
  return columns;
}

// Time for one problem, without what all problems on a matrix share (for ls and ridge the decomposition).
void solve_each(benchmark::State& state, Baseline kind, const LinearOperator& op, const Eigen::MatrixXd& y) {
  set_thread_count(1);
  Baselines baselines(op);
  baselines.run(kind, y.col(0));
  Index b = 0;
  for (auto _ : state) benchmark::DoNotOptimize(baselines.run(kind, y.col(b++ % y.cols())));
}

void digit(benchmark::State& state, Baseline kind) {
  static const OperatorPtr op = make_ensemble(Ensemble::biased_sign, 392, 784, 42);
  static const Eigen::MatrixXd y = op->dense() * digits();
  solve_each(state, kind, *op, y);
}

void wide(benchmark::State& state, Baseline kind) {
  static const OperatorPtr op = make_ensemble(Ensemble::gaussian, 196, 12000, 42);
  static const Eigen::MatrixXd y = [] {
    RandomStream stream = RandomStream::named(1, "bench");
    Eigen::MatrixXd w = Eigen::MatrixXd::Zero(12000, 4);
    for (Index b = 0; b < 4; ++b)
      for (int k = 0; k < 40; ++k) w(static_cast<Index>(stream.below(12000)), b) = stream.uniform();
    return Eigen::MatrixXd(op->dense() * w);
  }();
  solve_each(state, kind, *op, y);
}

// What is shared: the singular value decomposition, for the first problem on a matrix.
void decomposition(benchmark::State& state) {
  const OperatorPtr op = make_ensemble(Ensemble::biased_sign, 392, 784, 42);
  const Eigen::MatrixXd y = op->dense() * digits().col(0);
  for (auto _ : state) benchmark::DoNotOptimize(run_baseline(Baseline::least_squares, *op, y));
}

const auto unit = benchmark::kMillisecond;
BENCHMARK(decomposition)->Unit(unit);
BENCHMARK_CAPTURE(digit, ls, Baseline::least_squares)->Unit(unit);
BENCHMARK_CAPTURE(digit, ridge, Baseline::ridge)->Unit(unit);
BENCHMARK_CAPTURE(digit, nnls, Baseline::nnls)->Unit(unit);
BENCHMARK_CAPTURE(digit, lasso, Baseline::lasso)->Unit(unit);
BENCHMARK_CAPTURE(digit, omp, Baseline::omp)->Unit(unit);
BENCHMARK_CAPTURE(wide, nnls, Baseline::nnls)->Unit(unit);
BENCHMARK_CAPTURE(wide, lasso, Baseline::lasso)->Unit(unit);
BENCHMARK_CAPTURE(wide, omp, Baseline::omp)->Unit(unit);

}  // namespace

BENCHMARK_MAIN();
