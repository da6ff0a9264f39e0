#include "experiments/error_study.h"

#include <gtest/gtest.h>

#include "baselines/spectral.h"

namespace isr {
namespace {

ErrorStudy run(Figure figure, std::size_t depth_index, int replicates) {
  ErrorStudy study;
  study.options = paper_protocol(figure);
  study.options.runs = {study.options.runs[depth_index]};
  study.options.replicates = replicates;
  for (std::uint32_t seed : replicate_seeds(study.options)) {
    study.problems.push_back(make_synthetic_problem(study.options, seed));
  }
  std::vector<Job> jobs;
  add_jobs(study, PathSolver::descent, false, {}, jobs);
  run_jobs(std::move(jobs), {});
  finish(study);
  return study;
}

TEST(ErrorStudy, QuartilesInterpolateAsNumPysPercentile) {
  const Quartiles quartile = quartiles({4, 1, 3, 2});
  EXPECT_DOUBLE_EQ(quartile.lower, 1.75);
  EXPECT_DOUBLE_EQ(quartile.median, 2.5);
  EXPECT_DOUBLE_EQ(quartile.upper, 3.25);
  EXPECT_DOUBLE_EQ(quartiles({5}).median, 5);
}

TEST(ErrorStudy, TheWindowIsWhereTheMedianIsWithinHalfOfItsMinimum) {
  ReplicateErrors paths;
  paths.iteration.assign(3, {0, 10, 20, 30, 40});
  paths.error = {{2, -1, -2, -1.6f, 0}, {2, -1, -2, -1.6f, 0}, {9, 9, 9, 9, 9}};
  paths.seconds = {1, 1, 1};
  const ErrorCurve curve = summarize({}, paths);
  EXPECT_EQ(curve.minimum, -2);
  EXPECT_EQ(curve.minimum_iteration, 20);
  ASSERT_TRUE(curve.window);
  EXPECT_EQ(curve.window->first, 20);
  EXPECT_EQ(curve.window->second, 30);
  EXPECT_EQ(curve.seconds, 3);
}

TEST(ErrorStudy, LeavesOutReplicatesThatDiverged) {
  ReplicateErrors paths;
  paths.iteration = {{0, 1, 2}, {0, 1}, {0, 1, 2}};
  paths.error = {{1, 0, -1}, {1, 50}, {1, 0, NAN}};
  paths.seconds = {0, 0, 0};
  const ErrorCurve curve = summarize({}, paths);
  EXPECT_EQ(curve.diverged, 2);
  EXPECT_EQ(curve.error[2].median, -1);
  paths.error[0].back() = NAN;
  EXPECT_TRUE(summarize({}, paths).error.empty());
  EXPECT_TRUE(std::isnan(summarize({}, paths).minimum));
}

TEST(ErrorStudy, FindsTheWindowAndMinimumOfTheAuthorsCode) {
  const ErrorStudy study = run(Figure::early_stopping_error, 0, 30);
  const ErrorCurve& curve = study.curves[0];
  ASSERT_TRUE(curve.window);
  EXPECT_NEAR(curve.window->first, 216, 2);
  EXPECT_NEAR(curve.window->second, 626, 4);
  EXPECT_NEAR(curve.minimum, -5.96, 0.02);
}

TEST(ErrorStudy, FromALargeStartDescentPassesRidgeOnItsWayToLeastSquares) {
  const ErrorStudy study = run(Figure::kernel, 2, 9);
  const ErrorCurve& curve = study.curves[0];
  EXPECT_GT(curve.error.front().median, curve.minimum + 0.4);
  EXPECT_NEAR(curve.minimum, study.references.ridge.median, 0.15);
  EXPECT_NEAR(curve.error.back().median, study.references.least_squares.median, 0.02);
  EXPECT_GT(study.references.least_squares.median, study.references.ridge.median + 1);
}

TEST(ErrorStudy, CrossValidatedRidgeShrinksNoiseAndKeepsSignal) {
  ExperimentOptions options = paper_protocol(Figure::kernel);
  const SyntheticProblem noisy = make_synthetic_problem(options, 3);
  options.noise = 1e-3;
  const SyntheticProblem clean = make_synthetic_problem(options, 3);
  const Eigen::MatrixXd x = clean.x->dense();
  const Eigen::VectorXd truth = clean.truth.cast<double>();
  EXPECT_LT((cross_validated_ridge(x, clean.y.col(0).cast<double>()) - truth).norm(), 1e-3 * truth.norm());
  const Eigen::VectorXd y = noisy.y.col(0).cast<double>();
  EXPECT_LT(cross_validated_ridge(x, y).norm(), 0.9 * SpectralFactor(x).least_squares(y).norm());
}

}  // namespace
}  // namespace isr
