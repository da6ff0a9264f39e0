#include "experiments/charts.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace isr {
namespace {

using testing::HasSubstr;

TEST(ExperimentCharts, WriteNumbersForReaders) {
  EXPECT_EQ(scientific(1e-6), "10⁻⁶");
  EXPECT_EQ(scientific(2e-3), "2 × 10⁻³");
  EXPECT_EQ(scientific(1e3), "10³");
  EXPECT_EQ(scientific(0.5), "0.5");
  EXPECT_EQ(grouped(1485676), "1,485,676");
  EXPECT_EQ(grouped(722), "722");
}

TEST(ExperimentCharts, MarkTheWindowOfCoordinatesWithItsSize) {
  CoordinateStudy study;
  study.options = paper_protocol(Figure::early_stopping_coordinates);
  study.options.runs.resize(1);
  study.problem = make_synthetic_problem(study.options, study.options.seed);
  study.paths = {trace_coordinates(study.problem, study.options, study.options.runs[0], PathSolver::descent)};
  const Chart chart = coordinate_chart(study);
  ASSERT_EQ(chart.panels.size(), 1u);
  const Panel& panel = chart.panels[0];
  EXPECT_EQ(panel.title, "N = 2,  window size = 528");
  ASSERT_EQ(panel.windows.size(), 1u);
  EXPECT_EQ(panel.windows[0].from, 194);
  EXPECT_EQ(panel.windows[0].to, 722);
  EXPECT_EQ(panel.series.size(), 6u);  // five coordinates of the support, the largest off it
  ASSERT_EQ(panel.levels.size(), 2u);
  EXPECT_EQ(panel.levels[0].y, 1);
  EXPECT_NEAR(panel.levels[1].y, std::sqrt(0.005), 1e-12);  // (0.005²)^(1/4)
}

TEST(ExperimentCharts, ThinLongCurvesAndShowLeastSquaresAndRidge) {
  ErrorStudy study;
  study.options = paper_protocol(Figure::kernel);
  study.options.runs.resize(1);
  study.references = {{7, 7.2, 7.4}, {5.6, 5.7, 5.8}};
  ErrorCurve curve;
  curve.run = study.options.runs[0];
  for (int i = 0; i <= 20000; ++i) {
    curve.iteration.push_back(i);
    curve.error.push_back({1, 2, 3});
  }
  study.curves = {curve};
  const Panel panel = error_chart(study).panels[0];
  ASSERT_EQ(panel.series.size(), 3u);
  EXPECT_LT(panel.series[0].x.size(), 1100u);
  EXPECT_EQ(panel.series[0].lower[0], 1);
  EXPECT_THAT(panel.series[1].name, HasSubstr("least squares"));
  EXPECT_EQ(panel.series[1].y, std::vector<double>(2, 7.2));
  EXPECT_THAT(panel.series[2].name, HasSubstr("ridge"));
  EXPECT_TRUE(panel.windows.empty());
}

}  // namespace
}  // namespace isr
