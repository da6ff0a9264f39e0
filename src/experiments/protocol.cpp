#include "experiments/protocol.h"

#include <cmath>
#include <limits>

#include "base/error.h"
#include "solver/parametrization.h"

namespace isr {
namespace {

constexpr std::uint32_t paper_seed = 42;

struct Iterations {
  int depth;
  std::int64_t iterations;
};

std::vector<Iterations> protocol_iterations(Figure figure) {
  switch (figure) {
    case Figure::convergence:
      return {{2, 300}, {3, 5000}, {5, 30000}};
    case Figure::initialization:
      return {{2, 1000}, {3, 2000}, {10, 5000}};
    case Figure::early_stopping_coordinates:
      return {{2, 3000}, {3, 50000}, {4, 3200000}};
    case Figure::early_stopping_error:
      return {{2, 3000}, {3, 10000}, {4, 25000}};
    case Figure::incremental:
      return {{2, 2500}, {3, 6000}, {5, 15000}};
    case Figure::kernel:
      return {{2, 5000}, {3, 300}, {4, 100}};
  }
  return {};
}

double protocol_init(Figure figure, int depth) {
  switch (figure) {
    case Figure::convergence:
      return 1e-6;
    case Figure::initialization:
      return 2e-3;
    case Figure::early_stopping_coordinates:
      return std::pow(0.005, depth);  // u starts at 0.005 at every depth
    case Figure::early_stopping_error:
      return 1e-5;
    case Figure::incremental:
      return 1e-4;
    case Figure::kernel:
      return 1e3;
  }
  return 0;
}

double protocol_step(Figure figure, int depth) {
  const double square = depth * depth;
  switch (figure) {
    case Figure::convergence:
      return 0.2 / square;
    case Figure::initialization:
      return (depth == 2 ? 0.1 : 0.2) / square;
    case Figure::early_stopping_coordinates:
    case Figure::early_stopping_error:
      return 1e-2;
    case Figure::incremental:
      return 1e-3;
    case Figure::kernel:
      return 1e-7;
  }
  return 0;
}

constexpr Index most_a_side = std::numeric_limits<std::int32_t>::max();
constexpr int most_replicates = 100'000;
constexpr std::int64_t most_iterations = 1'000'000'000'000;

void require(bool condition, const char* rule) {
  if (!condition) throw UsageError(rule);
}

}  // namespace

const char* to_string(Figure figure) {
  switch (figure) {
    case Figure::convergence:
      return "convergence";
    case Figure::initialization:
      return "initialization";
    case Figure::early_stopping_coordinates:
      return "early-stopping-coordinates";
    case Figure::early_stopping_error:
      return "early-stopping-error";
    case Figure::incremental:
      return "incremental";
    case Figure::kernel:
      return "kernel";
  }
  return "unknown";
}

void ExperimentOptions::validate() const {
  require(n >= 16 && n <= most_a_side, "measurements must be from 16 to 2147483647");
  require(p >= 1 && p <= most_a_side, "unknowns must be from 1 to 2147483647");
  require(static_cast<Index>(signal.size()) <= p, "signal must not have more values than there are unknowns");
  require(replicated() || !signal.empty(), "signal needs at least one value");
  require(noise >= 0 && std::isfinite(noise), "noise must be a number of at least 0");
  require(replicates >= 1 && replicates <= most_replicates, "replicates must be from 1 to 100000");
  require(!runs.empty(), "depth needs at least one depth");
  for (const DepthRun& run : runs) {
    Parametrization{run.depth, Model::signed_model, run.init}.validate();
    require(run.step > 0 && std::isfinite(run.step), "step must be a positive number");
    require(run.iterations >= 1 && run.iterations <= most_iterations,
            "iterations must be from 1 to 1000000000000");
  }
}

DepthRun protocol_run(Figure figure, int depth) {
  DepthRun run{depth, protocol_init(figure, depth), protocol_step(figure, depth), 0};
  for (const Iterations& known : protocol_iterations(figure)) {
    if (known.depth == depth) run.iterations = known.iterations;
  }
  return run;
}

ExperimentOptions paper_protocol(Figure figure) {
  ExperimentOptions options;
  options.figure = figure;
  options.signal.assign(5, 1.0);
  options.seed = paper_seed;
  for (const Iterations& known : protocol_iterations(figure)) {
    options.runs.push_back(protocol_run(figure, known.depth));
  }
  switch (figure) {
    case Figure::convergence:
    case Figure::initialization:
      break;
    case Figure::early_stopping_error:
      options.seed = 0;
      options.replicates = 30;
      [[fallthrough]];
    case Figure::early_stopping_coordinates:
      options.n = 100;
      options.p = 200;
      break;
    case Figure::incremental:
      options.signal = {1, 2, 3, 4};
      break;
    case Figure::kernel:
      options.n = 500;
      options.p = 100;
      options.signal.clear();
      options.noise = 25;
      options.seed = 0;
      options.replicates = 30;
      break;
  }
  return options;
}

}  // namespace isr
