// The gradient flow on the paper's problem: n = 392, p = 784, digits of the training set, w0 = 1e-3.
// Aims: limit to a residual of 1e-8 in 0.15 s for N = 2, 3 and 0.4 s for N = 5, on one core.
#include <benchmark/benchmark.h>

#include <memory>

#include "image/mnist.h"
#include "sensing/ensembles.h"
#include "solver/dense_newton.h"
#include "solver/descent_path.h"
#include "solver/ending.h"
#include "solver/matrix_free_newton.h"
#include "solver/newton_flow.h"
#include "solver/recover.h"

namespace isr {
namespace {

constexpr int digit_count = 10;

struct Paper {
  OperatorPtr op = make_ensemble(Ensemble::biased_sign, 392, 784, 42);
  PreparedMatrixPtr prepared = std::make_shared<PreparedMatrix>(*op);
  Eigen::MatrixXd y;
  Paper() {
    Eigen::MatrixXd truth(784, digit_count);
    const auto images = load_mnist(parse_mnist_source("mnist:train:0-9"), ISR_DATA_DIR "/mnist");
    for (int i = 0; i < digit_count; ++i)
      truth.col(i) =
          Eigen::Map<const Eigen::VectorXf>(images[static_cast<std::size_t>(i)].image.pixels.data(), 784)
              .cast<double>();
    y = prepared->matrix() * truth;
  }
};

const Paper& paper() {
  static const Paper problem;
  return problem;
}

FlowOptions options_of(int depth) {
  FlowOptions options;
  options.network = {depth, Model::nonnegative, 1e-3};
  return options;
}

void flow_to_the_limit(benchmark::State& state) {
  const FlowOptions options = options_of(static_cast<int>(state.range(0)));
  int digit = 0, newton = 0;
  double worst = 0;
  for (auto _ : state) {
    NewtonFlow path(make_dense_newton(paper().prepared), paper().y.col(digit++ % digit_count), options);
    const PathEnd end = follow(path);
    newton += path.factorizations();
    worst = std::max(worst, end.residual);
  }
  state.counters["newton"] = benchmark::Counter(newton, benchmark::Counter::kAvgIterations);
  state.counters["worst_residual"] = worst;
}
BENCHMARK(flow_to_the_limit)
    ->Arg(2)
    ->Arg(3)
    ->Arg(5)
    ->Arg(10)
    ->Iterations(digit_count)
    ->Unit(benchmark::kMillisecond);

// To the flow time of 10,000 iterations of the paper's gradient descent, τ = 50/N².
void flow_along_the_papers_path(benchmark::State& state) {
  FlowOptions options = options_of(static_cast<int>(state.range(0)));
  options.end_time = 50.0 / static_cast<double>(state.range(0) * state.range(0));
  const bool matrix = state.range(1) == 1;
  const Eigen::VectorXd norms = squared_column_norms(*paper().op);
  int digit = 0;
  for (auto _ : state) {
    auto system = matrix ? make_dense_newton(paper().prepared) : make_matrix_free_newton(*paper().op, norms);
    NewtonFlow path(std::move(system), paper().y.col(digit++ % digit_count), options);
    benchmark::DoNotOptimize(follow(path));
  }
}
BENCHMARK(flow_along_the_papers_path)
    ->ArgNames({"depth", "matrix"})
    ->ArgsProduct({{2, 3, 5}, {0, 1}})
    ->Iterations(digit_count)
    ->Unit(benchmark::kMillisecond);

void gradient_descent_along_the_papers_path(benchmark::State& state) {
  DescentOptions options;
  options.network = {static_cast<int>(state.range(0)), Model::nonnegative, 1e-3};
  const Eigen::MatrixXd y = paper().y.leftCols(1);
  for (auto _ : state) {
    DescentPath path(*paper().op, y, options);
    benchmark::DoNotOptimize(follow(path));
  }
}
BENCHMARK(gradient_descent_along_the_papers_path)->Arg(2)->Arg(3)->Arg(5)->Unit(benchmark::kMillisecond);

// Ten digits at once, all cores: hold-out, then the limit.
void recover_a_batch_by_hold_out(benchmark::State& state) {
  RecoverOptions options;
  options.depth = static_cast<int>(state.range(0));
  options.init = 1e-3;
  options.stop = parse_stop("holdout");
  MeasurementModel model;
  model.height = model.width = 28;
  model.measurements = 392;
  model.ensemble = "biased-sign";
  Problem problem{model, operators_of(paper().op, model), paper().y};
  for (auto _ : state) benchmark::DoNotOptimize(recover_each(problem, {&options, 1}));
}
BENCHMARK(recover_a_batch_by_hold_out)
    ->Arg(2)
    ->Arg(3)
    ->Arg(5)
    ->Iterations(1)
    ->UseRealTime()
    ->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace isr

BENCHMARK_MAIN();
