#include "sweep/statistics.h"

#include <gtest/gtest.h>

#include <cmath>

namespace isr {
namespace {

// Brown, Cai and DasGupta (2001) and any table: 9 of 10.
TEST(WilsonInterval, IsThatOfTables) {
  const Interval interval = wilson_interval(9, 10);
  EXPECT_NEAR(interval.low, 0.5958, 1e-4);
  EXPECT_NEAR(interval.high, 0.9821, 1e-4);
  EXPECT_EQ(wilson_interval(0, 10).low, 0);
  EXPECT_NEAR(wilson_interval(0, 10).high, 0.2775, 1e-4);
}

TEST(LogisticFit, FindsTheCurveThatMadeTheTrials) {
  std::vector<Trials> trials;
  for (double x = 0.1; x < 0.95; x += 0.05) trials.push_back({x, 1e5 / (1 + std::exp(-(9 - 20 * x))), 1e5});
  const auto fit = fit_logistic(trials);
  ASSERT_TRUE(fit);
  EXPECT_NEAR(fit->a, 9, 1e-2);
  EXPECT_NEAR(fit->b, -20, 2e-2);
  EXPECT_NEAR(fit->half, 0.45, 1e-4);
  EXPECT_GT(fit->half_error, 0);
}

// The error of the half-point shrinks as 1/√trials.
TEST(LogisticFit, KnowsHowSureItIs) {
  std::vector<Trials> few, many;
  for (double x = 0; x <= 1; x += 0.1) {
    const double p = 1 / (1 + std::exp(-(5 - 10 * x)));
    few.push_back({x, 100 * p, 100}), many.push_back({x, 10000 * p, 10000});
  }
  EXPECT_NEAR(fit_logistic(few)->half_error / fit_logistic(many)->half_error, 10, 0.5);
}

// Greatest likelihood alone would have an infinite slope.
TEST(LogisticFit, IsFiniteWhereSuccessAndFailureArePartedWithoutOverlap) {
  std::vector<Trials> trials;
  for (int i = 0; i < 10; ++i) trials.push_back({0.1 * i, i < 5 ? 8.0 : 0.0, 8});
  const auto fit = fit_logistic(trials);
  ASSERT_TRUE(fit);
  EXPECT_NEAR(fit->half, 0.45, 0.01) << "between the last success and the first failure";
  EXPECT_LT(fit->half_error, 0.05);
}

TEST(LogisticFit, NeedsSuccessAndFailure) {
  EXPECT_FALSE(fit_logistic({{0, 5, 5}, {1, 5, 5}}));
  EXPECT_FALSE(fit_logistic({{0, 0, 5}, {1, 0, 5}}));
  EXPECT_FALSE(fit_logistic({{1, 2, 5}}));
  EXPECT_FALSE(fit_logistic({}));
}

}  // namespace
}  // namespace isr
