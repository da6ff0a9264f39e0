#include "report/chart.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <cmath>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "base/error.h"
#include "report/chart_layout.h"
#include "report/chart_script.h"

namespace isr {
namespace {

namespace fs = std::filesystem;
using testing::ElementsAre;
using testing::HasSubstr;

class ChartTest : public testing::Test {
 protected:
  void SetUp() override {
    folder_ = fs::temp_directory_path() / ("isr-chart-" + std::to_string(getpid()));
    fs::create_directory(folder_);
  }
  void TearDown() override { fs::remove_all(folder_); }

  std::string text_of(const std::string& file) const {
    std::ifstream in(folder_ / file, std::ios::binary);
    std::stringstream text;
    text << in.rdbuf();
    return text.str();
  }

  fs::path folder_;
};

Chart two_panels() {
  Chart chart;
  chart.title = "Two panels";
  Panel first;
  first.title = "N = 2";
  first.x = {"iteration"};
  first.y = {"error"};
  first.series.push_back(
      {.name = "median, of 3", .x = {1, 2, 3}, .y = {0.25, NAN, 1}, .lower = {0, 0, 0}, .upper = {1, 1, 2}});
  first.levels.push_back({"ridge", 0.5});
  first.windows.push_back({1.5, 2.5, "window"});
  Panel second;
  second.title = "N = 3";
  second.x = {"iteration", true};
  second.y = {"", true};
  second.series.push_back({.name = "b", .x = {1, 1000}, .y = {1e-6, 1}});
  chart.panels = {first, second};
  return chart;
}

// Width and height, from the header of a PNG file.
std::pair<int, int> png_size(const std::string& bytes) {
  const auto integer = [&](std::size_t at) {
    int value = 0;
    for (std::size_t i = at; i < at + 4; ++i) value = value * 256 + static_cast<unsigned char>(bytes.at(i));
    return value;
  };
  return {integer(16), integer(20)};
}

TEST_F(ChartTest, DrawsEveryFormatAndKeepsDataAndScript) {
  write_chart(two_panels(), folder_.string(), "figure");
  const ChartLayout layout = lay_out(two_panels());
  const auto [width, height] = png_size(text_of("figure.png"));
  EXPECT_EQ(width, 2 * static_cast<int>(std::ceil(layout.width)));
  EXPECT_EQ(height, 2 * static_cast<int>(std::ceil(layout.height)));
  EXPECT_EQ(text_of("figure.pdf").substr(0, 5), "%PDF-");
  EXPECT_TRUE(text_of("figure.svg").find("</svg>") != std::string::npos);
  EXPECT_TRUE(text_of("figure.svg").find("Two panels") != std::string::npos);
  EXPECT_EQ(text_of("figure.csv"),
            "panel,series,x,y,lower,upper\n"
            "N = 2,\"median, of 3\",1,0.25,0,1\n"
            "N = 2,\"median, of 3\",2,nan,0,1\n"
            "N = 2,\"median, of 3\",3,1,0,2\n"
            "N = 3,b,1,1e-06,,\n"
            "N = 3,b,1000,1,,\n");
  EXPECT_EQ(std::distance(fs::directory_iterator(folder_), fs::directory_iterator()), 5);
}

TEST_F(ChartTest, TheScriptDrawsTheSamePictureAgain) {
  write_chart(two_panels(), folder_.string(), "figure", {.png = true, .pdf = false, .svg = false});
  const std::string before = text_of("figure.png");
  fs::remove(folder_ / "figure.png");
  ASSERT_EQ(std::system(("cd " + folder_.string() + " && gnuplot figure.gp").c_str()), 0);
  EXPECT_EQ(text_of("figure.png"), before);
  EXPECT_FALSE(fs::exists(folder_ / "figure.pdf"));
}

TEST_F(ChartTest, ShowsSpecialCharactersAsTheyAre) {
  Chart chart = two_panels();
  const std::string odd = "it's 50% {of} x_1^2 \\n \"q\" @m ~z `touch broken` #7 ‖w*‖²";
  chart.title = odd;
  for (Panel& panel : chart.panels) {
    panel.title = panel.x.label = panel.y.label = panel.series[0].name = odd + "}";
    panel.annotations.push_back({odd + "\nsecond line", 2, 0.5});
  }
  write_chart(chart, folder_.string(), "odd", {.png = false, .pdf = false, .svg = true});
  const std::string svg = text_of("odd.svg");
  EXPECT_TRUE(svg.find("it's 50% {of} x_1^2 \\n \"q\" @m ~z `touch broken` #7 ‖w*‖²}") != std::string::npos);
  EXPECT_TRUE(svg.find("second line") != std::string::npos);
  EXPECT_FALSE(fs::exists(folder_ / "broken"));
}

TEST_F(ChartTest, DrawsAHeatMapWithMissingCells) {
  Panel panel;
  panel.x = {"depth"};
  panel.y = {"start", true};
  panel.heat_map =
      HeatMap{.name = "width", .x = {1, 2}, .y = {0.01, 1}, .values = {1, 2, 3, NAN}, .decimals = 1};
  write_chart({.panels = {panel}}, folder_.string(), "map");
  const std::string csv = text_of("map-map.csv");
  EXPECT_THAT(csv, HasSubstr("x,y,value,x_low,x_high,y_low,y_high\n1,0.01,1,0.5,1.5,0.001,0.1\n"));
  EXPECT_THAT(csv, HasSubstr("2,1,,"));
  const std::string svg = text_of("map.svg");
  EXPECT_TRUE(svg.find(">3.0<") != std::string::npos);
  EXPECT_TRUE(svg.find("nan") == std::string::npos);
}

TEST_F(ChartTest, OneLegendBelowNamesEachSeriesOnce) {
  Chart chart = two_panels();
  chart.panels[1].series[0].name = chart.panels[0].series[0].name;
  chart.legend = Legend::below;
  const std::string script = chart_script(chart, "figure", {});
  const std::size_t first = script.find("title 'median, of 3'");
  EXPECT_NE(first, std::string::npos);
  EXPECT_EQ(script.find("title 'median, of 3'", first + 1), std::string::npos);
  EXPECT_GT(lay_out(chart).height, lay_out(two_panels()).height);
}

TEST_F(ChartTest, PutsTheLegendWhereTheCurvesAreNot) {
  Chart chart = two_panels();
  chart.panels.resize(1);
  Panel& panel = chart.panels[0];
  panel.levels.clear();
  panel.windows.clear();
  panel.series = {{.name = "rising", .x = {0, 10, 11}, .y = {0, 0, 1}}};  // along the bottom, then the right
  EXPECT_THAT(lay_out(chart).panels[0].legend_corner, testing::StartsWith("top"));
  panel.series = {{.name = "level", .x = {0, 10, 11}, .y = {1, 1, 0}}};
  EXPECT_THAT(lay_out(chart).panels[0].legend_corner,
              testing::AnyOf("bottom left", "center left", "bottom center"));
}

TEST_F(ChartTest, RefusesInconsistentCharts) {
  const auto expect_error = [&](const Chart& chart, const std::string& words) {
    try {
      write_chart(chart, folder_.string(), "bad");
      ADD_FAILURE() << "expected: " << words;
    } catch (const Error& error) {
      EXPECT_THAT(error.what(), HasSubstr(words));
    }
    EXPECT_TRUE(fs::is_empty(folder_));
  };
  expect_error({}, "no panel");
  Chart chart = two_panels();
  chart.panels[0].series[0].y.pop_back();
  expect_error(chart, "panel 'N = 2': series 'median, of 3' must have as many y as x");
  chart = two_panels();
  chart.panels[0].series[0].upper.clear();
  expect_error(chart, "the band of series");
  chart = two_panels();
  chart.panels[1].y.low = 0;
  expect_error(chart, "a logarithmic axis must start above 0");
  chart = two_panels();
  chart.panels[1].series[0].colour = 7;
  expect_error(chart, "a colour must be");
}

TEST_F(ChartTest, SaysWhatToInstallWithoutGnuplotAndLeavesNothing) {
  const std::string path = std::getenv("PATH");
  setenv("PATH", folder_.c_str(), 1);
  EXPECT_THROW(
      {
        try {
          require_gnuplot();
        } catch (const Error& error) {
          EXPECT_THAT(error.what(), HasSubstr("install"));
          throw;
        }
      },
      Error);
  EXPECT_THROW(write_chart(two_panels(), folder_.string(), "figure"), Error);
  setenv("PATH", path.c_str(), 1);
  EXPECT_TRUE(fs::is_empty(folder_));
}

TEST_F(ChartTest, AFolderThatIsNotThereIsAnError) {
  EXPECT_THROW(write_chart(two_panels(), (folder_ / "none").string(), "figure"), Error);
}

TEST(ChartLayout, TicksAreRoundAndWithinTheRange) {
  EXPECT_THAT(linear_ticks({0, 10000}, 5), ElementsAre(0, 2000, 4000, 6000, 8000, 10000));
  EXPECT_THAT(linear_ticks({-0.06, 1.06}, 6),
              ElementsAre(0, testing::DoubleNear(0.2, 1e-12), testing::DoubleNear(0.4, 1e-12), testing::_,
                          testing::DoubleNear(0.8, 1e-12), 1));
}

TEST(ChartLayout, TickLabelsAreReadable) {
  EXPECT_EQ(tick_label(0), "0");
  EXPECT_EQ(tick_label(-0.25), "−0.25");
  EXPECT_EQ(tick_label(2500), "2,500");
  EXPECT_EQ(tick_label(250000), "250,000");
  EXPECT_EQ(tick_label(1500000), "1.5 M");
}

TEST(ChartLayout, LogarithmicCellsMeetAtTheGeometricMean) {
  const auto edges = cell_edges({1e-4, 1e-2, 1}, true);
  ASSERT_EQ(edges.size(), 4u);
  EXPECT_NEAR(edges[0], 1e-5, 1e-17);
  EXPECT_NEAR(edges[1], 1e-3, 1e-15);
  EXPECT_NEAR(edges[3], 10, 1e-12);
}

}  // namespace
}  // namespace isr
