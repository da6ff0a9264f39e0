#include "experiments/charts.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/test_files.h"
#include "report/svg_texts.h"

namespace isr {
namespace {

using testing::HasSubstr;

std::string svg_of(const Chart& chart) {
  const TemporaryFolder folder;
  write_chart(chart, folder.path().string(), "chart", {.png = false, .pdf = false, .svg = true});
  return contents_of(folder / "chart.svg");
}

// Straight lines in the paper's figures of coordinates.
CoordinateStudy made_up_coordinates(Figure figure) {
  CoordinateStudy study;
  study.options = paper_protocol(figure);
  for (const DepthRun& run : study.options.runs) {
    CoordinatePath path;
    path.run = run;
    path.iteration = {0, static_cast<double>(run.iterations)};
    path.support.assign(study.options.signal.size(), {0, 1});
    path.off_support = {{0, 0}, {0.5, 0.5}};
    path.learned = 0.3 * static_cast<double>(run.iterations);
    path.noise_fitted = 0.9 * static_cast<double>(run.iterations);
    study.paths.push_back(path);
  }
  study.flow = study.paths;
  return study;
}

// And in those of errors.
ErrorStudy made_up_errors(Figure figure) {
  ErrorStudy study;
  study.options = paper_protocol(figure);
  study.references = {{7, 7.2, 7.4}, {-5.6, -5.5, -5.4}};
  for (const DepthRun& run : study.options.runs) {
    ErrorCurve curve;
    curve.run = run;
    curve.iteration = {0, static_cast<double>(run.iterations)};
    curve.error = {{1, 2, 3}, {-1e-3 * run.depth, 0, 1}};
    curve.window = {{0.3 * static_cast<double>(run.iterations), 0.9 * static_cast<double>(run.iterations)}};
    study.curves.push_back(curve);
  }
  study.flow = study.curves;
  return study;
}

TEST(ExperimentCharts, NoTwoTextsOverlapInAnyFigureOfThePaper) {
  for (const Figure figure : {Figure::convergence, Figure::initialization, Figure::early_stopping_coordinates,
                              Figure::early_stopping_error, Figure::incremental, Figure::kernel}) {
    const bool errors = paper_protocol(figure).replicated();
    const std::string svg =
        svg_of(errors ? error_chart(made_up_errors(figure)) : coordinate_chart(made_up_coordinates(figure)));
    EXPECT_GT(texts_of_svg(svg).size(), 20u) << to_string(figure);
    EXPECT_THAT(faults_of_texts(svg), testing::ElementsAre()) << to_string(figure);
  }
}

TEST(ExperimentCharts, DepthsShareTheAxisOfTheirQuantity) {
  EXPECT_TRUE(coordinate_chart(made_up_coordinates(Figure::convergence)).share_y);
  EXPECT_TRUE(error_chart(made_up_errors(Figure::kernel)).share_y);
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
  EXPECT_EQ(panel.title_colour, style_of_depth(2));
  EXPECT_EQ(panel.series[0].colour, style_of_depth(2));
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
