// How long the operators and bases for pictures take, beside the time of moving the same memory.
// Run: build/release/bin/pictures_bench
#include <benchmark/benchmark.h>

#include <chrono>
#include <cmath>
#include <cstring>

#include "base/parallel.h"
#include "sensing/basis.h"
#include "sensing/structured_operators.h"

namespace isr {
namespace {

// Reads and writes side² floats log2(side²) times, by all threads: what a transform that goes through memory
// once a stage would need at least. The buffer is 256 MB, far beyond the caches; the time is scaled to the
// bytes of the picture.
void memory_passes(benchmark::State& state) {
  const auto pixels = static_cast<std::size_t>(state.range(0) * state.range(0));
  std::vector<float> from(std::size_t{1} << 25, 1.0f), to(from.size());
  double seconds = 0;
  for (auto _ : state) {
    const auto start = std::chrono::steady_clock::now();
    parallel_for(64, [&](std::size_t part) {
      const std::size_t length = from.size() / 64;
      std::memcpy(to.data() + part * length, from.data() + part * length, length * sizeof(float));
    });
    benchmark::ClobberMemory();
    seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
    const double one_pass = seconds * static_cast<double>(pixels) / static_cast<double>(from.size());
    state.SetIterationTime(one_pass * std::log2(static_cast<double>(pixels)));
  }
}
BENCHMARK(memory_passes)->Arg(256)->Arg(512)->Arg(1024)->UseManualTime()->Unit(benchmark::kMillisecond);

void run(benchmark::State& state, const LinearOperator& op, bool adjoint) {
  const Eigen::MatrixXf x = Eigen::MatrixXf::Random(adjoint ? op.rows() : op.cols(), 1);
  Eigen::MatrixXf y(adjoint ? op.cols() : op.rows(), 1);
  for (auto _ : state) {
    adjoint ? op.adjoint(x, y) : op.apply(x, y);
    benchmark::DoNotOptimize(y.data());
  }
  const auto pixels = static_cast<double>(state.range(0) * state.range(0));
  state.counters["ns/pixel"] = benchmark::Counter(
      pixels * 1e-9, benchmark::Counter::kIsIterationInvariantRate | benchmark::Counter::kInvert);
}

void register_operator(const std::string& name, OperatorPtr (*make)(Index side)) {
  for (const bool adjoint : {false, true}) {
    auto* entry = benchmark::RegisterBenchmark(
        (name + (adjoint ? "/adjoint" : "/apply")).c_str(),
        [make, adjoint](benchmark::State& state) { run(state, *make(state.range(0)), adjoint); });
    entry->Arg(256)->Arg(512)->Arg(1024)->UseRealTime()->Unit(benchmark::kMillisecond);
  }
}

}  // namespace
}  // namespace isr

int main(int argc, char** argv) {
  using namespace isr;
  register_operator("hadamard",
                    [](Index side) { return make_randomized_hadamard(side * side / 4, side * side, 1); });
  register_operator("dct-operator",
                    [](Index side) { return make_randomized_dct(side * side / 4, side * side, 1); });
  register_operator("haar", [](Index side) -> OperatorPtr { return make_basis("haar", side, side); });
  register_operator("db4", [](Index side) -> OperatorPtr { return make_basis("db4", side, side); });
  register_operator("cdf97", [](Index side) -> OperatorPtr { return make_basis("cdf97", side, side); });
  register_operator("dct", [](Index side) -> OperatorPtr { return make_basis("dct", side, side); });
  register_operator("haar-ti", [](Index side) -> OperatorPtr { return make_basis("haar-ti", side, side); });
  register_operator("db4-ti", [](Index side) -> OperatorPtr { return make_basis("db4-ti", side, side); });
  benchmark::Initialize(&argc, argv);
  benchmark::RunSpecifiedBenchmarks();
}
