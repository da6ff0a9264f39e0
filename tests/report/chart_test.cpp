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
#include "report/drawing.h"
#include "report/png_file.h"
#include "report/svg_texts.h"

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

TEST_F(ChartTest, DrawsEveryFormatAndKeepsDataAndScript) {
  write_chart(two_panels(), folder_.string(), "figure");
  const ChartLayout layout = lay_out(two_panels());
  const Png png(folder_ / "figure.png");
  EXPECT_EQ(png.width, 2 * static_cast<int>(std::ceil(layout.width)));
  EXPECT_EQ(png.height, 2 * static_cast<int>(std::ceil(layout.height)));
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
  chart.panel_width = chart.panel_height = 500;  // each text on a line
  for (Panel& panel : chart.panels)
    panel.title = panel.x.label = panel.y.label = panel.series[0].name = odd + "}\nsecond line";
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

TEST_F(ChartTest, TheLegendNamesEachSeriesOnce) {
  Chart chart = two_panels();
  chart.panels[1].series[0].name = chart.panels[0].series[0].name;
  const ChartLayout layout = lay_out(chart);
  std::vector<std::string> names;
  for (const LegendEntry& entry : layout.legend) names.push_back(entry.name);
  EXPECT_THAT(names, ElementsAre("median, of 3", "ridge", "window"));
  for (Panel& panel : chart.panels) {
    panel.series[0].name.clear();
    panel.levels.clear();
    panel.windows.clear();
  }
  EXPECT_LT(lay_out(chart).height, layout.height);
}

// Charts that are hard on their layout.
std::vector<Chart> difficult_charts() {
  std::vector<Chart> charts;
  Chart wide_numbers = two_panels();
  wide_numbers.panels[0].series[0].y = {-1234567, -0.25, 1e7};
  wide_numbers.panels[0].y.label = "log₂ ‖w − w*‖²";
  wide_numbers.panels[0].x.low = -100000;
  wide_numbers.panels[0].x.high = 100000;
  wide_numbers.panels[1].y.label = "max |w|";
  charts.push_back(wide_numbers);

  Chart long_words = two_panels();
  const std::string many = "a label of very many words, which do not fit beside a panel on one line of text";
  for (Panel& panel : long_words.panels) panel.title = panel.x.label = panel.y.label = many;
  long_words.panels[0].series[0].name = many + ", " + many;
  long_words.panels[1].title =
      "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft";
  long_words.title = many + ", nor above two of them, however it is turned and folded, " + many;
  charts.push_back(long_words);

  Chart many_panels;
  many_panels.columns = 4;
  for (int i = 0; i < 7; ++i) {
    Panel panel = two_panels().panels[static_cast<std::size_t>(i % 2)];
    panel.y.label = "‖w − w*‖ / ‖w*‖";
    panel.y.log = true;
    panel.series[0].y = {1e-12, 1e4};
    panel.series[0].x.resize(2);
    panel.series[0].lower.clear();
    panel.series[0].upper.clear();
    panel.series[0].name = "N = " + std::to_string(i);
    many_panels.panels.push_back(panel);
  }
  charts.push_back(many_panels);
  many_panels.share_y = true;
  many_panels.columns = 3;
  charts.push_back(many_panels);

  Chart maps;
  for (int i = 0; i < 2; ++i) {
    Panel panel;
    panel.title = "Map";
    panel.x = {"depth N"};
    panel.y = {"initialization w₀", true};
    HeatMap map{.name = "decades of time, of which there are many", .decimals = 3};
    for (int depth : {1, 2, 3, 5, 10, 20, 100}) map.x.push_back(depth);
    for (int k = -12; k < 12; ++k) map.y.push_back(std::pow(10, k));
    for (std::size_t k = 0; k < map.x.size() * map.y.size(); ++k)
      map.values.push_back(-1e3 * std::sqrt(static_cast<double>(k)));
    panel.heat_map = map;
    maps.panels.push_back(panel);
  }
  charts.push_back(maps);
  maps.share_y = true;
  charts.push_back(maps);
  return charts;
}

TEST_F(ChartTest, NoTwoTextsOverlapAndNoneIsCutOff) {
  std::vector<Chart> charts = difficult_charts();
  charts.push_back(two_panels());
  for (std::size_t i = 0; i < charts.size(); ++i) {
    write_chart(charts[i], folder_.string(), "chart", {.png = false, .pdf = false, .svg = true});
    const std::string svg = text_of("chart.svg");
    EXPECT_GT(texts_of_svg(svg).size(), 10u) << i;
    EXPECT_THAT(faults_of_texts(svg), ElementsAre()) << i;
  }
}

// gnuplot sets the numbers of an axis apart from it a little differently in each kind of picture.
TEST_F(ChartTest, LabelsBesideAnAxisAreClearOfItsNumbersInThePngToo) {
  const std::vector<Chart> charts = difficult_charts();
  for (const std::size_t i : {0, 2, 4}) {
    write_chart(charts[i], folder_.string(), "chart", {.png = true, .pdf = false, .svg = false});
    const Png png(folder_ / "chart.png");
    const ChartLayout layout = lay_out(charts[i]);
    const auto blank = [&](double x, double top, double bottom) {
      for (int row = static_cast<int>(2 * top); row < static_cast<int>(2 * bottom); ++row)
        if (png.at(row, static_cast<int>(2 * x)) != 0xFFFFFF) return false;
      return true;
    };
    int upright = 0;
    for (const PlacedText& text : layout.texts) {
      if (!text.upright) continue;
      ++upright;
      const double y = layout.height - text.y, half = text_width(text.text, text.size) / 2;
      for (const double side : {-0.7, 0.7})  // the ink of a line is within 0.6 of its size
        EXPECT_TRUE(blank(text.x + side * text.size, y - half, y + half)) << i << ": " << text.text;
    }
    EXPECT_GT(upright, 0);
  }
}

TEST_F(ChartTest, PanelsThatShareAnAxisHaveOneRangeAndNumbersAtTheLeftAlone) {
  Chart chart = two_panels();
  chart.panels[1].y = {"error"};
  chart.panels[1].series[0].y = {-3, 0.5};
  const auto labels = [](const PanelLayout& panel) {
    return std::count_if(panel.y_ticks.begin(), panel.y_ticks.end(),
                         [](const Tick& tick) { return !tick.label.empty(); });
  };
  const auto apart = lay_out(chart);
  EXPECT_NE(apart.panels[0].y.low, apart.panels[1].y.low);
  EXPECT_GT(labels(apart.panels[1]), 0);
  chart.share_y = true;
  const auto shared = lay_out(chart);
  EXPECT_EQ(shared.panels[0].y.low, shared.panels[1].y.low);
  EXPECT_EQ(shared.panels[0].y.high, shared.panels[1].y.high);
  EXPECT_LE(shared.panels[0].y.low, -3);
  EXPECT_GT(labels(shared.panels[0]), 0);
  EXPECT_EQ(labels(shared.panels[1]), 0);
  EXPECT_EQ(std::count_if(shared.texts.begin(), shared.texts.end(),
                          [](const PlacedText& text) { return text.upright; }),
            1);
  EXPECT_LT(shared.width, apart.width);
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
  chart.panels[1].series[0].colour = kInk + 1;
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
  EXPECT_EQ(tick_label(-1250.5), "−1,250.5");
  EXPECT_EQ(tick_label(2e-5), "2 × 10⁻⁵");
}

TEST(ChartLayout, LogarithmicTicksAreTypesetPowers) {
  std::vector<std::string> labels;
  for (const Tick& tick : log_ticks({1e-3, 200}, 6))
    if (!tick.minor) labels.push_back(tick.label);
  EXPECT_THAT(labels, ElementsAre("10⁻³", "10⁻²", "0.1", "1", "10", "10²"));
  labels.clear();
  for (const Tick& tick : log_ticks({0.04, 0.6}, 6))
    if (!tick.minor) labels.push_back(tick.label);
  EXPECT_THAT(labels, ElementsAre("0.05", "0.1", "0.2", "0.5"));
}

TEST(ChartLayout, CellsArePrintedWithMinusSignsAndNoNegativeZero) {
  EXPECT_EQ(cell_text(-6.25, 1), "−6.2");
  EXPECT_EQ(cell_text(-0.04, 1), "0.0");
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
