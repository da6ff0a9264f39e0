#include "experiments/synthetic_problem.h"

#include "base/error.h"
#include "sensing/ensembles.h"
#include "sensing/random.h"
#include "sensing/torch_noise.h"

namespace isr {
namespace {

constexpr std::uint32_t signal_seed = 42;
constexpr std::uint32_t seed_stride = 1000;

// numpy.random.seed(42); numpy.random.normal(0, 1, p). NumPy gives the two numbers of each pair that the
// polar method makes in the other order than RandomStream::normal.
Eigen::VectorXf gaussian_signal(Index p) {
  RandomStream stream = RandomStream::numpy(signal_seed);
  Eigen::VectorXf signal(p + p % 2);
  for (Index i = 0; i < signal.size(); i += 2) {
    signal[i + 1] = static_cast<float>(stream.normal());
    signal[i] = static_cast<float>(stream.normal());
  }
  return signal.head(p);
}

Eigen::VectorXf sparse_signal(const std::vector<double>& values, Index p) {
  Eigen::VectorXf signal = Eigen::VectorXf::Zero(p);
  for (std::size_t i = 0; i < values.size(); ++i) {
    signal[static_cast<Index>(i)] = static_cast<float>(values[i]);
  }
  return signal;
}

}  // namespace

SyntheticProblem make_synthetic_problem(const ExperimentOptions& options, std::uint32_t seed) {
  SyntheticProblem problem;
  problem.x = make_ensemble(Ensemble::rademacher, options.n, options.p, seed);
  problem.truth =
      options.signal.empty() ? gaussian_signal(options.p) : sparse_signal(options.signal, options.p);
  problem.y.resize(options.n, 1);
  problem.x->apply(problem.truth, problem.y);
  if (options.noise > 0) {
    problem.y.col(0) += static_cast<float>(options.noise) * torch_normals(seed, options.n);
  }
  if (!problem.y.allFinite())
    throw UsageError("signal and noise must leave the measurements finite in single precision");
  return problem;
}

std::vector<std::uint32_t> replicate_seeds(const ExperimentOptions& options) {
  std::vector<std::uint32_t> seeds;
  for (int i = 0; i < options.replicates; ++i) {
    seeds.push_back(options.seed + seed_stride * static_cast<std::uint32_t>(i));
  }
  return seeds;
}

}  // namespace isr
