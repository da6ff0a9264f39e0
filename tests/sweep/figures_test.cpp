#include "sweep/figures.h"

#include <gtest/gtest.h>

#include <cmath>

#include "base/error.h"
#include "sweep/statistics.h"

namespace isr {
namespace {

// Donoho and Tanner's weak thresholds at δ = ½.
TEST(Threshold, IsThatOfDonohoAndTanner) {
  EXPECT_NEAR(threshold_sparsity(0.5, true), 0.558, 2e-3);
  EXPECT_NEAR(threshold_sparsity(0.5, false), 0.385, 2e-3);
}

// Success up to ρ = 0.4, failure above, at three δ.
std::vector<Outcome> outcomes(const std::string& method, int depth, const std::string& setting) {
  std::vector<Outcome> all;
  for (const double share : {0.2, 0.4, 0.6})
    for (double rho = 0.1; rho < 1.05; rho += 0.1) {
      Outcome outcome{method, depth, setting, "signed", 1000 * share, 1000, rho * 1000 * share, 20, 0, share};
      outcome.successes = rho < 0.45 ? 20 : 0;
      all.push_back(outcome);
    }
  return all;
}

TEST(PhaseChart, DrawsTheLineOfOneHalfBetweenSuccessAndFailure) {
  const Chart chart = phase_chart(outcomes("N = 2", 2, ""), {}, 1e-3);
  ASSERT_EQ(chart.panels.size(), 1u);
  const Panel& panel = chart.panels[0];
  ASSERT_EQ(panel.series.size(), 2u) << "the theory, and the line";
  const Series& line = panel.series[1];
  ASSERT_EQ(line.x.size(), 3u);
  for (std::size_t i = 0; i < 3; ++i) {
    EXPECT_NEAR(line.y[i], 0.45, 0.02);
    EXPECT_LT(line.lower[i], line.y[i]);
    EXPECT_GT(line.upper[i], line.y[i]);
  }
  const HeatMap& map = *panel.heat_map;
  ASSERT_EQ(map.x.size(), 3u);
  ASSERT_EQ(map.y.size(), 21u) << "ρ = 0, 0.05, …, 1";
  EXPECT_EQ(map.values[2 * 3 + 0], 1) << "ρ = 0.1";
  EXPECT_EQ(map.values[20 * 3 + 2], 0) << "ρ = 1";
  EXPECT_TRUE(std::isnan(map.values[1 * 3])) << "no solves at ρ = 0.05";
}

TEST(PhaseChart, HasAPanelForEachMethodAndSetting) {
  std::vector<Outcome> all = outcomes("N = 2", 2, "w₀ = 1");
  for (const auto& more :
       {outcomes("N = 2", 2, "w₀ = 2"), outcomes("N = 3", 3, "w₀ = 1"), outcomes("N = 3", 3, "w₀ = 2")})
    all.insert(all.end(), more.begin(), more.end());
  const Chart chart = phase_chart(all, {0.25, 0.75}, 1e-3);
  EXPECT_EQ(chart.panels.size(), 4u);
  EXPECT_EQ(chart.columns, 2) << "settings across";
  EXPECT_EQ(chart.panels[0].heat_map->y.size(), 2u);
}

TEST(SuccessChart, CountsOverAllSparsities) {
  std::vector<Outcome> all = outcomes("N = 2", 2, "");
  const auto more = outcomes("NNLS", 0, "");
  all.insert(all.end(), more.begin(), more.end());
  const Chart chart = success_chart(all, 1e-3);
  ASSERT_EQ(chart.panels.size(), 1u);
  ASSERT_EQ(chart.panels[0].series.size(), 2u);
  const Series& line = chart.panels[0].series[0];
  ASSERT_EQ(line.x.size(), 3u);
  EXPECT_DOUBLE_EQ(line.y[0], 0.4) << "4 of 10 sparsities";
  EXPECT_DOUBLE_EQ(line.lower[0], wilson_interval(80, 200).low);
}

TEST(WindowChart, IsAMapWhereDepthAndStartVary) {
  std::vector<WindowOutcome> windows;
  for (const int depth : {2, 3})
    for (const double init : {1e-6, 1e-3})
      for (const double decades : {1.0, 2.0, 6.0}) windows.push_back({depth, init, "", depth * decades});
  const auto chart = sweep_window_chart(windows);
  ASSERT_TRUE(chart);
  const HeatMap& map = *chart->panels[0].heat_map;
  EXPECT_EQ(map.values, (std::vector<double>{4, 6, 4, 6})) << "medians";
  windows.resize(3);
  EXPECT_FALSE(sweep_window_chart(windows)) << "nothing varies";
}

TEST(PhaseChart, RefusesMorePanelsThanCanBeRead) {
  std::vector<Outcome> all;
  for (int i = 0; i < 50; ++i)
    for (const Outcome& outcome : outcomes("N = 2", 2, "seed " + std::to_string(i))) all.push_back(outcome);
  EXPECT_THROW(phase_chart(all, {}, 1e-3), Error);
}

}  // namespace
}  // namespace isr
