#include "solver/path_sampler.h"

#include <gtest/gtest.h>

#include <cmath>

#include "solver/flow_problems.h"

namespace isr {
namespace {

// One measurement of one unknown: dw/dτ = −2x(xw − y)·4w at depth 2, nonnegative, with y = x = 1:
// logistic growth, w(τ) = 1/(1 + (1/w0 − 1)·e^(−8τ)).
SampledPath logistic(double init, int per_decade, double most_change) {
  const Parametrization network{2, Model::nonnegative, init};
  PathSampler sampler(per_decade, most_change, 50);
  FlowOptions options;
  options.network = network;
  options.tolerance = 1e-5;
  dense_flow(Eigen::MatrixXd::Ones(1, 1), Eigen::VectorXd::Ones(1), options,
             [&](const NewtonFlow& flow) { sampler.add(flow); });
  return sampler.take();
}

TEST(PathSampler, FollowsTheExactSolution) {
  const double init = 1e-3;
  const SampledPath path = logistic(init, 20, 0.1);
  ASSERT_GT(path.times.size(), 30u);
  EXPECT_LT(path.w.front()(0), 2 * init);
  EXPECT_GT(path.w.back()(0), 0.999);
  for (std::size_t i = 0; i < path.times.size(); ++i) {
    const double exact = 1 / (1 + (1 / init - 1) * std::exp(-8 * path.times[i]));
    EXPECT_NEAR(path.w[i](0), exact, 2e-3 * exact + 1e-6) << "at " << path.times[i];
  }
}

TEST(PathSampler, GivesResidualsOfTheSamples) {
  const SampledPath path = logistic(1e-3, 20, 0.1);
  for (std::size_t i = 0; i < path.times.size(); ++i) {
    if (path.residuals[i] < 1e-4) break;  // beyond single precision of 1 − w
    EXPECT_NEAR(path.residuals[i], 1 - path.w[i](0), 0.05 * path.residuals[i]) << "at " << path.times[i];
  }
}

TEST(PathSampler, KeepsTheGapsInLogTimeAndInWSmall) {
  const SampledPath path = logistic(1e-3, 20, 0.05);
  for (std::size_t i = 1; i < path.times.size(); ++i) {
    EXPECT_GT(path.times[i], path.times[i - 1]);
    EXPECT_LT(std::log10(path.times[i] / path.times[i - 1]), 1.0 / 20 + 1e-9);
    EXPECT_LT(path.w[i](0) - path.w[i - 1](0), 0.12);
  }
}

}  // namespace
}  // namespace isr
