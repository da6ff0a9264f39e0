#include "experiments/protocol.h"

#include <gtest/gtest.h>

#include "base/error.h"
#include "experiments/synthetic_problem.h"
#include "sensing/torch_noise.h"

namespace isr {
namespace {

TEST(Protocol, HasThePapersSettings) {
  const ExperimentOptions convergence = paper_protocol(Figure::convergence);
  EXPECT_EQ(convergence.n, 500);
  EXPECT_EQ(convergence.p, 3000);
  EXPECT_EQ(convergence.signal, std::vector<double>(5, 1.0));
  ASSERT_EQ(convergence.runs.size(), 3u);
  EXPECT_EQ(convergence.runs[2].depth, 5);
  EXPECT_DOUBLE_EQ(convergence.runs[2].step, 0.2 / 25);
  EXPECT_EQ(convergence.runs[2].iterations, 30000);

  const ExperimentOptions coordinates = paper_protocol(Figure::early_stopping_coordinates);
  EXPECT_EQ(coordinates.n, 100);
  EXPECT_EQ(coordinates.runs[2].iterations, 3200000);
  for (const DepthRun& run : coordinates.runs) {
    EXPECT_NEAR(std::pow(run.init, 1.0 / run.depth), 0.005, 1e-15);
  }
  EXPECT_DOUBLE_EQ(paper_protocol(Figure::initialization).runs[0].step, 0.1 / 4);
  EXPECT_DOUBLE_EQ(paper_protocol(Figure::initialization).runs[1].step, 0.2 / 9);
  EXPECT_EQ(paper_protocol(Figure::kernel).replicates, 30);
  EXPECT_EQ(paper_protocol(Figure::kernel).noise, 25);
}

TEST(Protocol, LeavesTheIterationsOfOtherDepthsToTheCaller) {
  EXPECT_EQ(protocol_run(Figure::convergence, 4).iterations, 0);
  EXPECT_DOUBLE_EQ(protocol_run(Figure::convergence, 4).step, 0.2 / 16);
}

TEST(Protocol, RefusesSettingsOutOfRange) {
  ExperimentOptions options = paper_protocol(Figure::incremental);
  EXPECT_NO_THROW(options.validate());
  options.p = 3;
  EXPECT_THROW(options.validate(), UsageError);
  options = paper_protocol(Figure::incremental);
  options.n = 15;
  EXPECT_THROW(options.validate(), UsageError);
  options = paper_protocol(Figure::incremental);
  options.runs[0].step = -1;
  EXPECT_THROW(options.validate(), UsageError);
}

TEST(SyntheticProblem, ObservesTheSignalWithPyTorchsNoise) {
  const ExperimentOptions options = paper_protocol(Figure::early_stopping_coordinates);
  const SyntheticProblem problem = make_synthetic_problem(options, options.seed);
  EXPECT_EQ(problem.truth.head(5), Eigen::VectorXf::Ones(5));
  EXPECT_EQ(problem.truth.tail(195), Eigen::VectorXf::Zero(195));
  const Eigen::MatrixXd x = problem.x->dense();
  EXPECT_EQ(x(0, 0), -1);  // numpy.random.seed(42): 0.3745, 0.9507, 0.7320, 0.5987, 0.1560
  EXPECT_EQ(x(0, 1), 1);
  EXPECT_EQ(x(0, 4), -1);
  const Eigen::VectorXd noise = problem.y.col(0).cast<double>() - x * problem.truth.cast<double>();
  EXPECT_LT((noise - 0.5 * torch_normals(42, 100).cast<double>()).norm(), 1e-5);
}

TEST(SyntheticProblem, DrawsAGaussianSignalAsNumPyDoesForSeed42) {
  const ExperimentOptions options = paper_protocol(Figure::kernel);
  const SyntheticProblem first = make_synthetic_problem(options, 0);
  const SyntheticProblem second = make_synthetic_problem(options, 1000);
  const float expected[] = {0.49671415f, -0.1382643f, 0.64768854f, 1.52302986f, -0.23415337f};
  for (int i = 0; i < 5; ++i) EXPECT_NEAR(first.truth[i], expected[i], 1e-7);
  EXPECT_EQ(first.truth, second.truth);
  EXPECT_NE(first.y, second.y);
}

}  // namespace
}  // namespace isr
