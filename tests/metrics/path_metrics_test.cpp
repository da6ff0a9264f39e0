#include "metrics/path_metrics.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

namespace isr {
namespace {

using testing::ElementsAre;

std::vector<PathMoment> path_with(const std::vector<double>& psnrs) {
  std::vector<PathMoment> path;
  double time = 1;
  for (const double psnr : psnrs) {
    PathMoment moment;
    moment.flow_time = time *= 10;
    moment.psnr = psnr;
    path.push_back(moment);
  }
  return path;
}

TEST(SupportExtremes, AreTheLargestOffAndTheSmallestOn) {
  Eigen::VectorXf truth(5), w(5);
  truth << 0, 1, -0.5f, 0, 0.2f;
  w << -0.3f, 0.9f, -0.4f, 0.1f, 0.25f;
  const SupportExtremes extremes = support_extremes(w, truth);
  EXPECT_FLOAT_EQ(extremes.off, 0.3f);
  EXPECT_FLOAT_EQ(extremes.on, 0.25f);
}

TEST(SupportExtremes, CountATruthBelowTheThresholdAsOff) {
  Eigen::VectorXf truth(3), w(3);
  truth << 0.005f, 1, 0;
  w << 0.7f, 0.9f, 0.1f;
  EXPECT_FLOAT_EQ(support_extremes(w, truth, 0.01f).off, 0.7f);
  EXPECT_FLOAT_EQ(support_extremes(w, truth, 0).on, 0.7f);
}

TEST(SupportExtremes, AreNanWhereThereIsNothing) {
  const Eigen::VectorXf ones = Eigen::VectorXf::Ones(3);
  EXPECT_TRUE(std::isnan(support_extremes(ones, ones).off));
  EXPECT_TRUE(std::isnan(support_extremes(ones, Eigen::VectorXf::Zero(3)).on));
}

TEST(StoppingWindow, GoesFromTheFirstToTheLastMomentWithinHalfADecibel) {
  const auto path = path_with({10, 19.4, 19.6, 20, 19.5, 19.2, 19.7, 12});
  const StoppingWindow window = stopping_window(path);
  EXPECT_EQ(window.first, 2u);
  EXPECT_EQ(window.last, 6u);  // a dip between does not close it
  EXPECT_EQ(best_moment(path), 3u);
}

TEST(StoppingWindow, OfAPathThatKeepsRisingIsItsEnd) {
  const StoppingWindow window = stopping_window(path_with({10, 12, 14}));
  EXPECT_EQ(window.first, 2u);
  EXPECT_EQ(window.last, 2u);
}

TEST(StoppingWindow, TakesPicturesBeyondEightBitsAsEquallyGood) {
  const auto path = path_with({20, 58, 58.5, 90, std::numeric_limits<double>::infinity()});
  EXPECT_EQ(stopping_window(path).first, 2u);
  EXPECT_EQ(stopping_window(path).last, 4u);
  EXPECT_NEAR(window_ceiling, 10 * std::log10(12 * 255.0 * 255.0), 0.01);
}

TEST(BestMoment, IsTheFirstOfEquals) {
  EXPECT_EQ(best_moment(path_with({1, 5, 5, 2})), 1u);
}

TEST(SpreadMoments, KeepAllWhenThereAreFew) {
  const std::vector<double> times{1, 10, 100}, change{0, 1, 0};
  EXPECT_THAT(spread_moments(times, change, 10), ElementsAre(0, 1, 2));
}

TEST(SpreadMoments, AreEvenInLogTimeWhereNothingHappens) {
  std::vector<double> times, change(1001, 0.0);
  for (int i = 0; i <= 1000; ++i) times.push_back(std::pow(10, 0.01 * i));
  const auto kept = spread_moments(times, change, 11);
  ASSERT_GE(kept.size(), 6u);
  EXPECT_EQ(kept.front(), 0u);
  EXPECT_EQ(kept.back(), 1000u);
  for (std::size_t i = 2; i + 1 < kept.size(); ++i)
    EXPECT_NEAR(static_cast<double>(kept[i] - kept[i - 1]), static_cast<double>(kept[1] - kept[0]), 1.01);
}

TEST(SpreadMoments, AreDenserWhereThePictureChanges) {
  std::vector<double> times, change(1001, 0.0);
  for (int i = 0; i <= 1000; ++i) {
    times.push_back(std::pow(10, 0.01 * i));
    if (i >= 500 && i < 600) change[static_cast<std::size_t>(i)] = 1;
  }
  const auto kept = spread_moments(times, change, 100);
  std::size_t in_rise = 0;
  for (const auto i : kept) in_rise += i >= 500 && i < 600;
  EXPECT_GE(in_rise, 45u);                // the rise is a tenth of the time and gets half of the moments
  EXPECT_GE(kept.size() - in_rise, 40u);  // the plateaus get the other half
  EXPECT_LE(kept.size(), 102u);
}

}  // namespace
}  // namespace isr
