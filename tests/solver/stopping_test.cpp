#include "solver/stopping.h"

#include <gtest/gtest.h>

#include <cmath>

#include "base/error.h"
#include "solver/error_curve.h"

namespace isr {
namespace {

TEST(StopRule, ReadsEveryForm) {
  EXPECT_EQ(parse_stop_rule("limit").kind, StopKind::limit);
  EXPECT_EQ(parse_stop_rule("oracle").kind, StopKind::oracle);
  EXPECT_EQ(parse_stop_rule("residual:1e-6").residual, 1e-6);
  EXPECT_EQ(parse_stop_rule("time:100").time, 100);
  EXPECT_EQ(parse_stop_rule("iterations:5000").iterations, 5000);
  const StopRule known = parse_stop_rule("discrepancy:0.5x1.2");
  EXPECT_EQ(known.kind, StopKind::discrepancy);
  EXPECT_EQ(known.sigma, 0.5);
  EXPECT_EQ(known.factor, 1.2);
  EXPECT_EQ(parse_stop_rule("discrepancy:0.5").factor, 0);
  EXPECT_EQ(parse_stop_rule("discrepancy").sigma, 0);
  const StopRule folds = parse_stop_rule("holdout:0.2x5");
  EXPECT_EQ(folds.kind, StopKind::holdout);
  EXPECT_EQ(folds.share, 0.2);
  EXPECT_EQ(folds.folds, 5);
  EXPECT_EQ(parse_stop_rule("holdout:0.25").folds, 1);
}

TEST(StopRule, IsHoldOutUnlessSaidOtherwise) {
  const StopRule standard;
  EXPECT_EQ(standard.kind, StopKind::holdout);
  EXPECT_EQ(to_string(parse_stop_rule("holdout")), to_string(standard));
}

TEST(StopRule, WritesWhatItReads) {
  for (const char* text : {"limit", "oracle", "residual:1e-06", "time:100", "iterations:5000", "discrepancy",
                           "discrepancy:0.5", "discrepancy:0.5x1.2", "holdout:0.2x5", "holdout:0.25x1"})
    EXPECT_EQ(to_string(parse_stop_rule(text)), text);
}

TEST(StopRule, RefusesEverythingElse) {
  for (const char* text : {"",
                           "soon",
                           "limit:3",
                           "oracle:1",
                           "residual",
                           "residual:",
                           "residual:0",
                           "residual:1",
                           "residual:x",
                           "residual:1e-6 ",
                           "discrepancy:",
                           "discrepancy:0",
                           "discrepancy:-1",
                           "discrepancy:1x",
                           "discrepancy:1x0",
                           "discrepancy:nan",
                           "holdout:",
                           "holdout:0",
                           "holdout:0.6",
                           "holdout:0.2x6",
                           "holdout:0.2x0",
                           "holdout:0.2x",
                           "holdout:0.1x2.5",
                           "time",
                           "time:-1",
                           "time:inf",
                           "iterations",
                           "iterations:-1",
                           "iterations:1.5"})
    EXPECT_THROW(parse_stop_rule(text), UsageError) << text;
}

TEST(StoppingFormula, OfTheDiscrepancyPrincipleIsTSigmaRootN) {
  EXPECT_DOUBLE_EQ(discrepancy_goal(1.1, 0.5, 400), 1.1 * 0.5 * 20);
}

TEST(StoppingFormula, OfTheRiskIsResidualPlusTwiceTheFittedNoise) {
  EXPECT_DOUBLE_EQ(risk_estimate(30, 0.5, 40, 100), 0.3 + 2 * 0.25 * 0.4);
}

TEST(ErrorCurve, KnowsItsLeastPointAndWhenItHasTurned) {
  ErrorCurve curve;
  curve.append(1, 4);
  curve.append(10, 1);
  EXPECT_FALSE(curve.has_turned());
  curve.append(20, 3);
  EXPECT_FALSE(curve.has_turned());  // too soon to say
  curve.append(40, 1.2);
  EXPECT_FALSE(curve.has_turned());  // not by much
  curve.append(50, 1.3, 0.8);
  EXPECT_FALSE(curve.has_turned());  // the measurements solved on are not fitted yet
  curve.append(60, 1.3, 0.4);
  EXPECT_TRUE(curve.has_turned());
  EXPECT_FALSE(curve.has_turned(2));
  EXPECT_EQ(curve.least(), 1);
  EXPECT_EQ(curve.least_time(), 10);
}

TEST(ErrorCurve, IsLinearInTheLogarithmOfTime) {
  ErrorCurve curve;
  curve.append(1, 4);
  curve.append(100, 2);
  EXPECT_DOUBLE_EQ(curve.at(10), 3);
  EXPECT_EQ(curve.at(0.1), 4);
  EXPECT_EQ(curve.at(1000), 2);
}

TEST(LeastMean, FindsTheLeastMeanOfSeveralCurves) {
  ErrorCurve first, second;
  for (const double time : {1.0, 2.0, 4.0, 8.0}) {
    first.append(time, std::abs(std::log2(time) - 1));
    second.append(time, 2 * std::abs(std::log2(time) - 2));
  }
  const CurveMinimum least = least_mean({first, second});
  EXPECT_EQ(least.time, 4);
  EXPECT_DOUBLE_EQ(least.error, 0.5);
  EXPECT_FALSE(least.at_end);
}

TEST(LeastMean, SaysWhenTheErrorFallsToTheEnd) {
  ErrorCurve falling;
  for (const double time : {1.0, 10.0, 100.0}) falling.append(time, 1 / time);
  EXPECT_TRUE(least_mean({falling}).at_end);
}

TEST(LeastMean, LooksNoFurtherThanACurveThatWasCutWhereItTurned) {
  ErrorCurve turned, falling;
  turned.append(1, 1), turned.append(10, 3);
  falling.append(1, 5), falling.append(10, 4), falling.append(1000, 0);
  ASSERT_TRUE(turned.has_turned());
  const CurveMinimum least = least_mean({turned, falling});
  EXPECT_LE(least.time, 10);
  EXPECT_FALSE(least.at_end);
}

}  // namespace
}  // namespace isr
