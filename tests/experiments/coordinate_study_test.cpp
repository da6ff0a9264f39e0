#include "experiments/coordinate_study.h"

#include <gtest/gtest.h>

namespace isr {
namespace {

CoordinatePath trace(Figure figure, std::size_t depth_index, PathSolver solver = PathSolver::descent) {
  const ExperimentOptions options = paper_protocol(figure);
  const SyntheticProblem problem = make_synthetic_problem(options, options.seed);
  return trace_coordinates(problem, options, options.runs[depth_index], solver);
}

// The values are those of the authors' code on the same data; rounding may differ.
void expect_iteration(const std::optional<double>& measured, double authors) {
  ASSERT_TRUE(measured);
  EXPECT_NEAR(*measured, authors, std::max(2.0, 0.005 * authors));
}

TEST(CoordinateStudy, FindsTheEarlyStoppingWindowsOfTheAuthorsCode) {
  const CoordinatePath two = trace(Figure::early_stopping_coordinates, 0);
  ASSERT_TRUE(two.window());
  expect_iteration(two.window()->first, 194);
  expect_iteration(two.window()->second, 722);
  EXPECT_LT(*two.magnitude_fitted, *two.noise_fitted);  // max |w| passes the bound before max w
  const CoordinatePath three = trace(Figure::early_stopping_coordinates, 1);
  ASSERT_TRUE(three.window());
  expect_iteration(three.window()->first, 4100);
  expect_iteration(three.window()->second, 23278);
}

TEST(CoordinateStudy, LearnsLargeCoordinatesFirstAtTheAuthorsIterations) {
  const CoordinatePath path = trace(Figure::incremental, 0);
  constexpr double authors[] = {1616, 754, 497, 391};
  for (std::size_t i = 0; i < 4; ++i) expect_iteration(path.ninety_percent[i], authors[i]);
}

TEST(CoordinateStudy, KeepsTheStartTheEndAndEveryFastChange) {
  const CoordinatePath path = trace(Figure::early_stopping_coordinates, 1);
  EXPECT_EQ(path.iteration.front(), 0);
  EXPECT_EQ(path.iteration.back(), 50000);
  for (const auto& coordinate : path.support) {
    ASSERT_EQ(coordinate.size(), path.iteration.size());
    for (std::size_t i = 1; i < coordinate.size(); ++i) {
      EXPECT_LT(std::abs(coordinate[i] - coordinate[i - 1]), 0.06) << path.iteration[i];
    }
  }
}

TEST(CoordinateStudy, KeepsNoMorePointsOfALongerPath) {
  const CoordinatePath two = trace(Figure::early_stopping_coordinates, 0);    // 3,000 iterations
  const CoordinatePath three = trace(Figure::early_stopping_coordinates, 1);  // 50,000
  EXPECT_LT(two.iteration.size(), 3100u);
  EXPECT_LT(three.iteration.size(), 3100u);
}

TEST(CoordinateStudy, HasNoWindowWhenTheSupportIsNeverLearned) {
  const CoordinatePath path = trace(Figure::initialization, 0);
  EXPECT_FALSE(path.learned);
  EXPECT_FALSE(path.window());
  EXPECT_GT(path.least_error, 0.1);
}

TEST(CoordinateStudy, TheFlowAgreesWithDescentOfASmallStep) {
  const CoordinatePath flow = trace(Figure::early_stopping_coordinates, 1, PathSolver::flow);
  const CoordinatePath descent = trace(Figure::early_stopping_coordinates, 1);
  ASSERT_TRUE(flow.window());
  EXPECT_NEAR(flow.window()->first / descent.window()->first, 1, 0.01);
  EXPECT_NEAR(flow.window()->second / descent.window()->second, 1, 0.01);
  for (std::size_t i = 0; i < 5; ++i) EXPECT_NEAR(flow.support[i].back(), descent.support[i].back(), 0.01);
}

}  // namespace
}  // namespace isr
