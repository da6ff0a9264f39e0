#include "experiments/window_map.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/error.h"
#include "base/test_files.h"
#include "report/svg_texts.h"

namespace isr {
namespace {

TEST(WindowMap, DepthOpensTheWindowAndALargeStartClosesIt) {
  WindowMapOptions options = window_map_defaults();
  options.experiment.replicates = 1;
  options.depths = {1, 3};
  options.inits = {1e-4, 1e-1};
  const WindowMap map = map_windows(options);
  ASSERT_EQ(map.cells.size(), 4u);
  EXPECT_EQ(map.cells[0].depth, 1);
  EXPECT_EQ(map.cells[0].width, 0);  // plain least squares is never good
  EXPECT_GT(map.cells[0].least_error, 0);
  EXPECT_EQ(map.cells[1].depth, 3);
  EXPECT_GT(map.cells[1].width, 0.5);
  EXPECT_LT(map.cells[1].width, 1.1);
  EXPECT_LT(map.cells[1].least_error, -5);
  EXPECT_GT(map.cells[1].begin, 0);
  EXPECT_EQ(map.cells[3].width, 0);

  const Chart chart = window_chart(map);
  ASSERT_EQ(chart.panels.size(), 2u);
  EXPECT_TRUE(std::isnan(chart.panels[0].heat_map->values[0]));
  EXPECT_EQ(chart.panels[0].heat_map->values[1], map.cells[1].width);
}

TEST(WindowMap, NoTwoTextsOverlapInItsChart) {
  WindowMap map;
  map.options = window_map_defaults();
  for (const double init : map.options.inits)
    for (const int depth : map.options.depths)
      map.cells.push_back({depth, init, 0.1 * depth, 1, -1.5 * depth});
  const TemporaryFolder folder;
  write_chart(window_chart(map), folder.path().string(), "map", {.png = false, .pdf = false, .svg = true});
  const std::string svg = contents_of(folder / "map.svg");
  EXPECT_GT(texts_of_svg(svg).size(), 2 * map.cells.size());
  EXPECT_THAT(faults_of_texts(svg), testing::ElementsAre());
}

TEST(WindowMap, RefusesListsOutOfOrder) {
  WindowMapOptions options = window_map_defaults();
  options.depths = {3, 2};
  EXPECT_THROW(options.validate(), UsageError);
  options = window_map_defaults();
  options.inits = {};
  EXPECT_THROW(options.validate(), UsageError);
  options = window_map_defaults();
  options.inits = {-1, 1};
  EXPECT_THROW(options.validate(), UsageError);
}

}  // namespace
}  // namespace isr
