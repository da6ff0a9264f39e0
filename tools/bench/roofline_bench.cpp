// How near the kernels come to what one core can do: the roofline of Williams, Waterman and Patterson (2009).
//
// A kernel that does so many floating-point operations on so many bytes can at most do
//   min(multiply-adds of the core, operations a byte × bytes a second that the core reads from data of this
//   size)
// operations a second; both limits are measured before and after each kernel. `roof` is that limit, `share`
// what the kernel reaches of it, `bound` which of the two it is. Operations are those of the plain algorithm
// (4np for an iteration of descent on an n × p matrix, a multiplication and an addition each), bytes those of
// the data read once: kernels that need fewer operations than the plain algorithm, as those for ±1 matrices,
// exceed their roof. Transforms add alone, and have half of the multiply-adds; their data is read and written
// once.
//
//   build/release/bin/roofline_bench [--benchmark_filter=REGEX]     ISR_SIMD=avx2: the kernels for AVX2
#include <benchmark/benchmark.h>

#include <cmath>
#include <iostream>
#include <memory>
#include <numeric>
#include <vector>

#include "base/column_runs.h"
#include "base/dense_algebra.h"
#include "base/instruction_set.h"
#include "base/parallel.h"
#include "core_limits.h"
#include "sensing/basis.h"
#include "sensing/ensembles.h"
#include "sensing/random.h"
#include "sensing/sparse_product.h"
#include "sensing/structured_operators.h"
#include "solver/descent_path.h"

namespace {

using namespace isr;
using Eigen::MatrixXd;
using Eigen::VectorXd;

enum class Arithmetic { single_precision, double_precision, additions };  // additions: in single precision

// What a kernel does in one call, and the size of the data that it goes through.
struct Work {
  double operations, bytes, size;
  Arithmetic arithmetic = Arithmetic::double_precision;
};

struct Limits {
  double arithmetic, reading;  // operations and bytes a second

  explicit Limits(const Work& work)
      : arithmetic(work.arithmetic == Arithmetic::double_precision ? fma_peak_flops_double()
                   : work.arithmetic == Arithmetic::additions      ? fma_peak_flops() / 2
                                                                   : fma_peak_flops()),
        reading(read_bandwidth(static_cast<std::size_t>(work.size))) {}
};

template <class Body>
void measure(benchmark::State& state, const Work& work, const Body& body) {
  const Limits before(work);
  body();  // warm
  const double start = thread_seconds();
  for (auto _ : state) body();
  const double seconds = (thread_seconds() - start) / static_cast<double>(state.iterations());
  const Limits after(work);  // a shared machine may be slower by then
  const double intensity = work.operations / work.bytes, rate = work.operations / seconds,
               arithmetic = (before.arithmetic + after.arithmetic) / 2,
               reading = intensity * (before.reading + after.reading) / 2,
               roof = std::min(arithmetic, reading);
  state.counters["GFLOP/s"] = rate / 1e9;
  state.counters["op/byte"] = intensity;
  state.counters["roof"] = roof / 1e9;
  state.counters["share"] = rate / roof;
  state.SetLabel(reading < arithmetic ? "reading" : "arithmetic");
}

MatrixXd normal_matrix(Index rows, Index cols) {
  RandomStream stream = RandomStream::named(1, "bench");
  return MatrixXd::NullaryExpr(rows, cols, [&] { return stream.normal(); });
}

// Iterations of descent on problems that share a matrix.
void descent(benchmark::State& state, Ensemble ensemble, Index n, Index p, Index problems) {
  constexpr std::int64_t iterations = 100;
  const OperatorPtr matrix = make_ensemble(ensemble, n, p, 42);
  RandomStream stream = RandomStream::named(1, "truth");
  Eigen::MatrixXf truth(p, problems), y(n, problems);
  for (float& value : truth.reshaped()) value = stream.uniform() < 0.1 ? 1.0f : 0.0f;
  matrix->apply(truth, y);
  DescentOptions options;
  options.network = {3, Model::nonnegative, 1e-3};
  options.iterations = iterations;
  const MatrixXd measurements = y.cast<double>();
  const auto entries = static_cast<double>(n * p);
  // The matrix is read once for both products.
  const double bytes = ensemble == Ensemble::gaussian ? 4 * entries : entries / 8;
  measure(state,
          {4 * entries * static_cast<double>(problems * iterations), bytes * static_cast<double>(iterations),
           bytes, Arithmetic::single_precision},
          [&] {
            DescentPath path(*matrix, measurements, options);
            path.finish();
            benchmark::DoNotOptimize(path.w().data());
          });
}

void syrk(benchmark::State& state, Index n, Index p) {
  const MatrixXd x = normal_matrix(n, p);
  const VectorXd d = VectorXd::LinSpaced(p, 0.5, 2);
  MatrixXd h;
  DenseWorkspace workspace;
  const auto entries = static_cast<double>(n * p);
  measure(state, {static_cast<double>(n + 1) * entries, 8 * entries, 8 * entries},
          [&] { weighted_syrk(x, d, h, workspace); });
}

// The same, added in single precision to what is there.
void syrk_in_single(benchmark::State& state, Index n, Index p) {
  const MatrixXd x = normal_matrix(n, p);
  std::vector<std::size_t> columns(static_cast<std::size_t>(p));
  std::iota(columns.begin(), columns.end(), std::size_t{0});
  const std::vector<double> changes(columns.size(), 1.5);
  MatrixXd h = MatrixXd::Zero(n, n);
  DenseWorkspace workspace;
  const auto entries = static_cast<double>(n * p);
  measure(state,
          {static_cast<double>(n + 1) * entries, 8 * entries, 8 * entries, Arithmetic::single_precision},
          [&] { add_weighted_columns(x, columns, changes, SumPrecision::in_single, h, workspace); });
}

// With the copy of the matrix that it overwrites.
void factorization(benchmark::State& state, Index n) {
  const MatrixXd x = normal_matrix(n, n), a = x * x.transpose();
  MatrixXd factor;
  DenseWorkspace workspace;
  const auto entries = static_cast<double>(n * n);
  measure(state, {static_cast<double>(n) * entries / 3, 4 * entries, 8 * entries}, [&] {
    factor = a;
    benchmark::DoNotOptimize(cholesky(factor, workspace));
  });
}

void triangular_solves(benchmark::State& state, Index n) {
  MatrixXd l = normal_matrix(n, n) / static_cast<double>(n);
  l.diagonal().setOnes();
  const VectorXd b = VectorXd::Ones(n);
  VectorXd x = b;
  const auto entries = static_cast<double>(n * n);
  // Each reads the lower triangle.
  measure(state, {2 * entries, 8 * entries, 8 * entries}, [&] {
    x = b;
    solve_lower(l, x);
    solve_lower_transposed(l, x);
  });
}

void product(benchmark::State& state, Index n, Index p, bool transposed) {
  const MatrixXd x = normal_matrix(n, p);
  const VectorXd from = VectorXd::Ones(transposed ? n : p);
  VectorXd to;
  const auto entries = static_cast<double>(n * p);
  measure(state, {2 * entries, 8 * entries, 8 * entries},
          [&] { transposed ? multiply_transposed(x, from, to) : multiply(x, from, to); });
}

// X D Xᵀ of a picture's measurements in boxes, part by part.
void boxes(benchmark::State& state, Index n, Index side, bool of_atoms) {
  const Eigen::SparseMatrix<double> atoms = make_basis("boxes", side, side)->sparse_product()->sparse;
  const VectorXd d = VectorXd::LinSpaced(atoms.cols(), 0.5, 2);
  const ColumnRuns runs(atoms);
  WeightedProducts products(runs);
  PairedColumns b = products.update(d);
  const auto nonzeros =
      static_cast<double>(std::ranges::count_if(b.values(), [](double value) { return value != 0; }));
  if (of_atoms) {
    double operations = 0;
    for (Index j = 0; j < atoms.cols(); ++j) {
      const auto entries = static_cast<double>(atoms.col(j).nonZeros());
      operations += entries * (entries + 1);
    }
    const double bytes = 8.0 * static_cast<double>(atoms.cols()) + 12.0 * nonzeros;
    measure(state, {operations, bytes, bytes}, [&] { benchmark::DoNotOptimize(&products.update(d)); });
    return;
  }
  const StripedMatrix x(normal_matrix(n, side * side));
  MatrixXd c;
  const double bytes = 16.0 * static_cast<double>(n * side * side) + 12.0 * nonzeros;
  measure(state, {2.0 * static_cast<double>(n) * nonzeros, bytes, bytes}, [&] { multiply(x, b, c); });
}

// log2(p) additions a pixel, or as many as the filters of a wavelet have.
void transform(benchmark::State& state, const LinearOperator& op, double operations_a_pixel) {
  const Eigen::MatrixXf x = Eigen::MatrixXf::Random(op.cols(), 1);
  Eigen::MatrixXf y(op.rows(), 1);
  const auto pixels = static_cast<double>(op.cols());
  measure(state, {operations_a_pixel * pixels, 8 * pixels, 8 * pixels, Arithmetic::additions}, [&] {
    op.apply(x, y);
    benchmark::DoNotOptimize(y.data());
  });
}

template <class Kernel>
void add(const std::string& name, const Kernel& kernel) {
  benchmark::RegisterBenchmark(name.c_str(), kernel)->Unit(benchmark::kMicrosecond)->MinTime(0.2);
}

void add_all() {
  using State = benchmark::State;
  const auto shape = [](Index n, Index p) { return std::to_string(n) + "x" + std::to_string(p); };
  for (const auto& [n, p] : {std::pair<Index, Index>{392, 784}, {500, 3000}})
    for (const Index problems : {1, 3, 9})
      for (const Ensemble ensemble : {Ensemble::rademacher, Ensemble::gaussian})
        add("descent, " + std::string(to_string(ensemble)) + " " + shape(n, p) + ", " +
                std::to_string(problems),
            [=, n = n, p = p](State& state) { descent(state, ensemble, n, p, problems); });
  for (const auto& [n, p] : {std::pair<Index, Index>{392, 784}, {500, 3000}, {1000, 1000}}) {
    add("X D X' " + shape(n, p), [=, n = n, p = p](State& state) { syrk(state, n, p); });
    add("X D X' in single precision, " + shape(n, p),
        [=, n = n, p = p](State& state) { syrk_in_single(state, n, p); });
    add("X w " + shape(n, p), [=, n = n, p = p](State& state) { product(state, n, p, false); });
    add("X' r " + shape(n, p), [=, n = n, p = p](State& state) { product(state, n, p, true); });
  }
  for (const Index n : {392, 1000}) {
    add("Cholesky " + std::to_string(n), [=](State& state) { factorization(state, n); });
    add("triangular solves " + std::to_string(n), [=](State& state) { triangular_solves(state, n); });
  }
  add("boxes of 32x32, S D S'", [](State& state) { boxes(state, 256, 32, true); });
  add("boxes of 32x32, A (S D S') at n = 256", [](State& state) { boxes(state, 256, 32, false); });
  for (const Index side : {256, 1024}) {
    const Index p = side * side;
    const double stages = std::log2(static_cast<double>(p));
    const std::string size = " " + shape(side, side);
    add("Hadamard" + size,
        [=](State& state) { transform(state, *make_randomized_hadamard(p / 4, p, 1), stages); });
    add("cosines" + size,
        [=](State& state) { transform(state, *make_randomized_dct(p / 4, p, 1), 2 * stages); });
    // Lifting: 4 steps and a scaling in each direction, 4/3 of the first level for all.
    add("cdf97" + size,
        [=](State& state) { transform(state, *make_basis("cdf97", side, side), 2 * 13 / 2.0 * 4 / 3); });
  }
}

}  // namespace

int main(int argc, char** argv) {
  add_all();
  benchmark::Initialize(&argc, argv);
  if (benchmark::ReportUnrecognizedArguments(argc, argv)) return 2;
  set_thread_count(1);
  std::cerr << "One core, " << instruction_set() << ": multiply-adds " << fma_peak_flops() / 1e9
            << " GFLOP/s in single, " << fma_peak_flops_double() / 1e9
            << " in double precision; reads of 32 kB, 1 MB, 64 MB " << read_bandwidth(1 << 15) / 1e9 << ", "
            << read_bandwidth(1 << 20) / 1e9 << ", " << read_bandwidth(1 << 26) / 1e9 << " GB/s\n";
  benchmark::RunSpecifiedBenchmarks();
  return 0;
}
