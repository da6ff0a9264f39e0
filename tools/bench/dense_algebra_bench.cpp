// The speed of one core in dense linear algebra in double precision: the Newton systems of the gradient flow
// (weighted syrk, Cholesky, triangular solves) and the products that baselines spend their time in.
//
// GFLOP/s counts n(n+1)p operations for syrk, n³/3 for Cholesky, 2n² for both triangular solves and 2np for a
// product; `peak` is that over the multiply-adds that this core does at most, as measured at the start. What
// takes quadratic time is bound by memory. ISR_SIMD=avx2 measures the kernels for AVX2.
#include <benchmark/benchmark.h>

#include <iostream>

#include "base/dense_algebra.h"
#include "fma_peak.h"
#include "sensing/random.h"

namespace {

using namespace isr;
using Eigen::Index;

double peak_flops = 0;

Eigen::MatrixXd normal_matrix(Index rows, Index cols) {
  RandomStream stream = RandomStream::named(1, "bench");
  return Eigen::MatrixXd::NullaryExpr(rows, cols, [&] { return stream.normal(); });
}

// Runs body, which does so many operations, and reports its speed.
template <class Body>
void measure(benchmark::State& state, double operations, const Body& body) {
  const double start = thread_seconds();
  for (auto _ : state) body();
  const double seconds = (thread_seconds() - start) / static_cast<double>(state.iterations());
  state.counters["GFLOP/s"] = operations / seconds / 1e9;
  state.counters["peak"] = operations / seconds / peak_flops;
}

void syrk(benchmark::State& state) {
  const Index n = state.range(0), p = state.range(1);
  const Eigen::MatrixXd x = normal_matrix(n, p);
  const Eigen::VectorXd d = Eigen::VectorXd::LinSpaced(p, 0.5, 2);
  Eigen::MatrixXd h;
  DenseWorkspace workspace;
  measure(state, static_cast<double>(n * (n + 1)) * static_cast<double>(p),
          [&] { weighted_syrk(x, d, h, workspace); });
}
BENCHMARK(syrk)->Args({392, 784})->Args({196, 12544})->Args({500, 3000})->Args({1000, 1000});

// With the copy of the matrix that it overwrites.
void factorization(benchmark::State& state) {
  const Index n = state.range(0);
  const Eigen::MatrixXd x = normal_matrix(n, n), a = x * x.transpose();
  Eigen::MatrixXd factor;
  DenseWorkspace workspace;
  measure(state, static_cast<double>(n) * static_cast<double>(n * n) / 3, [&] {
    factor = a;
    benchmark::DoNotOptimize(cholesky(factor, workspace));
  });
}
BENCHMARK(factorization)->Arg(196)->Arg(392)->Arg(500)->Arg(1000);

void triangular_solves(benchmark::State& state) {
  const Index n = state.range(0);
  Eigen::MatrixXd l = normal_matrix(n, n) / static_cast<double>(n);
  l.diagonal().setOnes();
  const Eigen::VectorXd b = Eigen::VectorXd::Ones(n);
  Eigen::VectorXd x = b;
  measure(state, 2.0 * static_cast<double>(n * n), [&] {
    x = b;
    solve_lower(l, x);
    solve_lower_transposed(l, x);
  });
}
BENCHMARK(triangular_solves)->Arg(392)->Arg(1000);

void product(benchmark::State& state) {
  const Index n = state.range(0), p = state.range(1);
  const Eigen::MatrixXd x = normal_matrix(n, p);
  const Eigen::VectorXd w = Eigen::VectorXd::Ones(p);
  Eigen::VectorXd y;
  measure(state, 2.0 * static_cast<double>(n * p), [&] { multiply(x, w, y); });
}
BENCHMARK(product)->Args({392, 784})->Args({196, 12544});

void transposed_product(benchmark::State& state) {
  const Index n = state.range(0), p = state.range(1);
  const Eigen::MatrixXd x = normal_matrix(n, p);
  const Eigen::VectorXd r = Eigen::VectorXd::Ones(n);
  Eigen::VectorXd g;
  measure(state, 2.0 * static_cast<double>(n * p), [&] { multiply_transposed(x, r, g); });
}
BENCHMARK(transposed_product)->Args({392, 784})->Args({196, 12544});

}  // namespace

int main(int argc, char** argv) {
  benchmark::Initialize(&argc, argv);
  if (benchmark::ReportUnrecognizedArguments(argc, argv)) return 2;
  peak_flops = isr::fma_peak_flops_double();
  std::cerr << "Multiply-add peak of one core: " << peak_flops / 1e9 << " GFLOP/s in double precision\n";
  benchmark::RunSpecifiedBenchmarks();
  return 0;
}
