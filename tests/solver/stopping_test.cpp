#include "solver/stopping.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "base/error.h"
#include "sensing/random.h"

namespace isr {
namespace {

TEST(Stop, ReadsEveryForm) {
  EXPECT_EQ(parse_stop("auto").rule, StopRule::automatic);
  EXPECT_EQ(parse_stop("limit").rule, StopRule::limit);
  EXPECT_EQ(parse_stop("oracle").rule, StopRule::oracle);
  EXPECT_EQ(parse_stop("iterations").rule, StopRule::iterations);
  EXPECT_EQ(parse_stop("residual:1e-6").residual, 1e-6);
  EXPECT_EQ(parse_stop("time:100").flow_time, 100);
  EXPECT_EQ(parse_stop("discrepancy:0.5").sigma, 0.5);
  EXPECT_FALSE(parse_stop("discrepancy").sigma);
  EXPECT_FALSE(parse_stop("discrepancy:0.5").factor);
  EXPECT_EQ(parse_stop("discrepancy:0.5:1.1").sigma, 0.5);
  EXPECT_EQ(parse_stop("discrepancy:0.5:1.1").factor, 1.1);
  EXPECT_FALSE(parse_stop("holdout").hold_out);
  EXPECT_EQ(parse_stop("holdout:7").hold_out->folds, 7);
  EXPECT_EQ(parse_stop("holdout:7").hold_out->used, 7);
  EXPECT_EQ(parse_stop("holdout:10%").hold_out->folds, 10);
  EXPECT_EQ(parse_stop("holdout:10%").hold_out->used, 1);
}

TEST(Stop, WritesWhatItReads) {
  for (const char* text :
       {"auto", "limit", "oracle", "iterations", "residual:1e-06", "time:100", "discrepancy",
        "discrepancy:0.5", "discrepancy:0.5:1.1", "holdout", "holdout:5", "holdout:10%"})
    EXPECT_EQ(to_string(parse_stop(text)), text);
}

TEST(Stop, RefusesEverythingElse) {
  for (const char* text :
       {"",           "soon",       "limit:3",        "residual",       "residual:",       "residual:0",
        "residual:1", "residual:x", "residual:1e-6 ", "discrepancy:0",  "discrepancy:-1",  "discrepancy:nan",
        "holdout:",   "holdout:1",  "holdout:2.5",    "holdout:0%",     "holdout:60%",     "time",
        "time:-1",    "time:inf",   "discrepancy:",   "discrepancy:1:", "discrepancy:1:0", "discrepancy::1"})
    EXPECT_THROW(parse_stop(text), UsageError) << text;
}

TEST(Stop, AutomaticDependsOnWhatIsKnownOfTheNoise) {
  const double unknown = std::numeric_limits<double>::quiet_NaN();
  EXPECT_EQ(resolved({}, 0).rule, StopRule::limit);
  EXPECT_EQ(resolved({}, 0.1).rule, StopRule::discrepancy);
  EXPECT_EQ(resolved({}, unknown).rule, StopRule::hold_out);
  EXPECT_EQ(resolved(parse_stop("holdout"), 0).rule, StopRule::hold_out);
}

TEST(Stop, TakesTheKnownNoiseUnlessAnotherIsGiven) {
  EXPECT_EQ(resolved(parse_stop("discrepancy"), 0.3).sigma, 0.3);
  EXPECT_EQ(resolved(parse_stop("discrepancy:0.5"), 0.3).sigma, 0.5);
  EXPECT_FALSE(resolved(parse_stop("discrepancy"), 0).sigma);
}

TEST(CoupledBootstrap, PartsTheNoiseInTwoIndependentHalves) {
  // What is fitted has the variance (1 + α)σ², what judges (1 + 1/α)σ², and their covariance is 0.
  constexpr Eigen::Index n = 200000;
  constexpr double sigma = 0.5, alpha = CoupledBootstrap::alpha;
  RandomStream stream = RandomStream::named(1, "noise");
  const Eigen::VectorXd y =
      sigma * Eigen::VectorXd::NullaryExpr(n, [&](Eigen::Index) { return stream.normal(); });
  const CoupledBootstrap halves(y, sigma, 3, 0);
  const double variance = sigma * sigma;
  EXPECT_NEAR(halves.to_fit.squaredNorm() / n, (1 + alpha) * variance, 0.01 * variance);
  EXPECT_NEAR(halves.to_judge_by.squaredNorm() / n, (1 + 1 / alpha) * variance, 0.05 * variance);
  EXPECT_NEAR(halves.to_fit.dot(halves.to_judge_by) / n, 0, 0.02 * variance);
  EXPECT_NE(CoupledBootstrap(y, sigma, 3, 1).to_fit, halves.to_fit);
}

TEST(Stop, DiscrepancyPrincipleAsksForTSigmaRootN) {
  EXPECT_DOUBLE_EQ(discrepancy_residual(1.1, 0.5, 400), 1.1 * 0.5 * 20);
}

TEST(HeldOutCurve, IsLinearInTheLogarithmOfTime) {
  HeldOutCurve curve;
  curve.append(1, 4);
  curve.append(100, 2);
  EXPECT_DOUBLE_EQ(curve.at(10), 3);
  EXPECT_EQ(curve.at(0.1), 4);
  EXPECT_EQ(curve.at(1000), 2);
}

TEST(HeldOutCurve, IsPastItsBestOnceADecadeIsFourTimesAsBad) {
  HeldOutCurve curve;
  curve.append(1, 1);
  curve.append(5, 9);
  EXPECT_FALSE(curve.is_past_best());  // too soon to say
  curve.append(11, 9);
  curve.append(60, 9);
  EXPECT_TRUE(curve.is_past_best());
  curve.append(70, 2);
  EXPECT_FALSE(curve.is_past_best());
}

TEST(ChoosePosition, FindsTheLeastSumOfSeveralCurves) {
  HeldOutCurve first, second;
  for (const double time : {1.0, 10.0, 100.0, 1000.0}) {
    first.append(time, std::abs(std::log10(time) - 1));
    second.append(time, 2 * std::abs(std::log10(time) - 2));
  }
  const HoldOutChoice choice = choose_position({first, second}, 10);
  EXPECT_NEAR(choice.position, 100, 1e-9);
  EXPECT_NEAR(choice.mean_square, 1.0 / 10, 1e-9);
  EXPECT_FALSE(choice.at_end);
}

TEST(ChoosePosition, SaysWhenTheErrorFallsToTheEnd) {
  HeldOutCurve falling;
  for (const double time : {1.0, 10.0, 100.0}) falling.append(time, 1 / time);
  EXPECT_TRUE(choose_position({falling}, 1).at_end);
}

}  // namespace
}  // namespace isr
