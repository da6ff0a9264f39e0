#include "report/compare_report.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <webp/mux.h>

#include "base/test_files.h"
#include "report/compare_charts.h"
#include "report/compare_film.h"
#include "report/compare_page.h"
#include "report/comparison_example.h"
#include "report/svg_texts.h"

namespace isr {
namespace {

using testing::HasSubstr;
using testing::Not;
using Json = nlohmann::json;

Comparison example() {
  return example_comparison(
      {example_path(1, {10, 14, 14.2, 14.1, 14}, 2), example_path(2, {10, 20, 20.2, 15, 12}, 1)});
}

Json data_of(const std::string& page) {
  const std::string begin = "<script type=\"application/json\" id=\"isr-data\">";
  const std::size_t from = page.find(begin) + begin.size();
  return Json::parse(page.substr(from, page.find("</script>", from) - from));
}

TEST(ComparePage, IsOneFileThatNamesNoOther) {
  const std::string page = compare_page(example());
  EXPECT_THAT(page, testing::StartsWith("<!doctype html>"));
  EXPECT_THAT(page, Not(HasSubstr("<!--CSS-->")));
  EXPECT_THAT(page, Not(HasSubstr("<!--JS-->")));
  EXPECT_THAT(page, Not(HasSubstr("src=\"")));
  EXPECT_THAT(page, Not(HasSubstr("@import")));
  EXPECT_THAT(page, HasSubstr("default-src 'none'"));
}

TEST(ComparePage, HoldsTheNumbersAndTextsOfTheComparison) {
  const Comparison comparison = example();
  const Json data = data_of(compare_page(comparison));
  EXPECT_EQ(data["command"], comparison.command);  // though it holds "</script>"
  EXPECT_EQ(data["findings"], Json(findings(comparison)));
  ASSERT_EQ(data["runs"].size(), 2u);
  const Json& run = data["runs"][1];
  EXPECT_EQ(run["depth"], 2);
  EXPECT_EQ(run["psnr"], Json({10.0, 20.0, 20.2, 15.0, 12.0}));
  EXPECT_EQ(run["time"], Json({1.0, 10.0, 100.0, 1000.0, 10000.0}));
  EXPECT_EQ(run["window"], Json({1, 2}));
  EXPECT_EQ(run["stops"], Json({{"oracle", 2}, {"hold-out", 1}, {"limit", 4}}));
  EXPECT_TRUE(run["held_out_residual"][0].is_null());
  EXPECT_TRUE(data["exact"]);
}

TEST(ComparePage, WritesLargePicturesAsWebp) {
  const Json data = data_of(compare_page(example(), {.exact_side = 2, .webp_quality = 80}));
  EXPECT_FALSE(data["exact"]);
  EXPECT_EQ(data["runs"][0]["frames"]["encoding"], "webp");
  EXPECT_EQ(data["runs"][0]["frames"]["data"].size(), 5u);
  EXPECT_THAT(data["runs"][0]["frames"]["data"][0].get<std::string>(),
              testing::StartsWith("UklGR"));  // "RIFF"
}

TEST(ComparisonDocument, HasAResultForEachPathWithItsStops) {
  const auto document = comparison_document(example(), {{"depth", {1, 2}}});
  ASSERT_EQ(document["results"].size(), 2u);
  const auto& result = document["results"][1];
  EXPECT_EQ(result["stops"]["oracle"]["psnr"], 20.2);
  EXPECT_EQ(result["stops"]["oracle"]["flow_time"], 100);
  EXPECT_EQ(result["stops"]["oracle"]["iterations"], 80000);  // τ/η, η = 0.005/4
  EXPECT_EQ(result["window"]["first"], 10);
  EXPECT_EQ(result["window"]["decades"], 1);
  EXPECT_EQ(result["window"]["open"], false);
}

TEST(WriteComparison, WritesARowPerStopAndARowPerMoment) {
  const TemporaryFolder folder;
  OutputDirectory out(folder / "out", false);
  const Comparison comparison = example();
  const auto names = write_comparison(out, comparison, comparison_document(comparison, {}), {false, false});
  out.commit();
  for (const auto& name : names) EXPECT_TRUE(std::filesystem::exists(folder / ("out/" + name))) << name;
  const auto lines = [&](const std::string& name) {
    const std::string text = contents_of(folder / ("out/" + name));
    return std::count(text.begin(), text.end(), '\n');
  };
  EXPECT_EQ(lines("results.csv"), 1 + 2 * 3);
  EXPECT_EQ(lines("paths.csv"), 1 + 2 * 5);
  EXPECT_THAT(contents_of(folder / "out/results.csv"),
              HasSubstr("mnist:train:0,5,2,0.001,0,0.00125,oracle,100,80000,20.2,"));
}

TEST(WriteComparison, NamesThatASpreadsheetWouldRunAreHarmless) {
  const TemporaryFolder folder;
  OutputDirectory out(folder / "out", false);
  Comparison comparison = example();
  comparison.images[0].source = "=1+1.png";
  comparison.images[0].label = "";
  write_comparison(out, comparison, comparison_document(comparison, {}), {false, false});
  out.commit();
  for (const char* name : {"out/results.csv", "out/paths.csv"})
    EXPECT_THAT(contents_of(folder / name), HasSubstr("\n\"'=1+1.png\",,2,0.001,")) << name;
}

TEST(WriteFilm, IsAnAnimationOfAsManyFramesAsAsked) {
  const TemporaryFolder folder;
  write_film(folder / "film.webp", example(), {.frames = 6, .milliseconds = 100, .quality = 70});
  const std::string bytes = contents_of(folder / "film.webp");
  const WebPData data{reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size()};
  WebPMux* mux = WebPMuxCreate(&data, 0);
  ASSERT_TRUE(mux);
  int frames = 0, width = 0, height = 0;
  EXPECT_EQ(WebPMuxNumChunks(mux, WEBP_CHUNK_ANMF, &frames), WEBP_MUX_OK);
  EXPECT_EQ(WebPMuxGetCanvasSize(mux, &width, &height), WEBP_MUX_OK);
  WebPMuxDelete(mux);
  EXPECT_EQ(frames, 6);
  EXPECT_GT(width, 3 * 140);  // the original and two depths
  EXPECT_GT(height, 100);
}

std::pair<int, int> canvas_size(const std::filesystem::path& film) {
  const std::string bytes = contents_of(film);
  const WebPData data{reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size()};
  WebPMux* mux = WebPMuxCreate(&data, 0);
  int width = 0, height = 0;
  EXPECT_EQ(WebPMuxGetCanvasSize(mux, &width, &height), WEBP_MUX_OK);
  WebPMuxDelete(mux);
  return {width, height};
}

TEST(WriteFilm, OfManyPicturesIsScaledDownToWhatWebpHolds) {
  const TemporaryFolder folder;
  Comparison comparison = example();
  const std::vector<ComparedPath> paths = comparison.paths;
  comparison.images.resize(200, comparison.images[0]);
  for (std::size_t i = 1; i < comparison.images.size(); ++i)
    for (ComparedPath path : paths) {
      path.image = i;
      comparison.paths.push_back(std::move(path));
    }
  write_film(folder / "film.webp", comparison, {.frames = 2});
  const auto [width, height] = canvas_size(folder / "film.webp");
  EXPECT_GT(height, 16'000);
  EXPECT_LE(height, 16'383);
  EXPECT_LE(width * height, 1 << 22);
}

TEST(ComparePage, ShrinksPicturesLongerThanWebpHolds) {
  Comparison comparison = example();
  const Image strip(1, 40'000);
  comparison.images[0].image = strip;
  for (ComparedPath& path : comparison.paths) {
    path.pictures = {};
    for (std::size_t i = 0; i < path.moments.size(); ++i) path.pictures.add(strip);
  }
  const Json data = data_of(compare_page(comparison));
  EXPECT_EQ(data["images"][0]["width"], 16'383);
  EXPECT_EQ(data["images"][0]["height"], 1);
  EXPECT_EQ(data["runs"][0]["frames"]["data"].size(), 5u);
}

TEST(ComparisonCharts, HaveAPanelForEachQuantityThatExists) {
  const auto charts = comparison_charts(example());
  ASSERT_EQ(charts.size(), 2u);
  EXPECT_EQ(charts[0].first, "path-1");
  std::vector<std::string> titles;
  for (const auto& panel : charts[0].second.panels) titles.push_back(panel.title);
  // No measurements are held out and no coordinate is on a support: those panels are left out.
  EXPECT_THAT(titles, testing::ElementsAre("PSNR", "Relative error", "Residual", "Support size"));
  const Panel& psnr = charts[0].second.panels[0];
  ASSERT_EQ(psnr.windows.size(), 1u);
  EXPECT_EQ(psnr.windows[0].from, 10);  // of depth 2, which has the best picture
  EXPECT_EQ(psnr.windows[0].to, 100);
  EXPECT_EQ(charts[1].first, "coordinates-1");
  EXPECT_EQ(charts[1].second.panels.size(), 2u);
}

TEST(ComparisonCharts, NoTwoTextsOverlapWithTenDepths) {
  std::vector<ComparedPath> paths;
  for (int depth = 1; depth <= 10; ++depth)
    paths.push_back(example_path(depth, {-10, 14, 14.2, 14.1, 14}, 2));
  for (auto& path : paths)
    for (auto& moment : path.moments)
      moment.held_out_residual = moment.off_support = moment.on_support = moment.residual;
  for (const auto& [name, chart] : comparison_charts(example_comparison(paths))) {
    const TemporaryFolder folder;
    write_chart(chart, folder.path().string(), name, {.png = false, .pdf = false, .svg = true});
    const std::string svg = contents_of(folder / (name + ".svg"));
    EXPECT_GT(texts_of_svg(svg).size(), 40u);
    EXPECT_THAT(faults_of_texts(svg), testing::ElementsAre()) << name;
  }
}

TEST(ComparisonCharts, DrawADepthInItsColour) {
  const auto charts = comparison_charts(example());
  const Panel& psnr = charts[0].second.panels[0];
  EXPECT_EQ(psnr.series.front().name, "N = 1");
  EXPECT_EQ(psnr.series.front().colour, style_of_depth(1));
  for (const Panel& panel : charts[1].second.panels)
    EXPECT_EQ(panel.title_colour, style_of_depth(panel.title == "N = 1" ? 1 : 2)) << panel.title;
}

// At N = 5 a coordinate may overshoot a hundred times what it ends at.
TEST(ComparisonCharts, CoordinatesThatOvershootDoNotFlattenTheOthers) {
  Comparison comparison = example();
  comparison.paths[1].coordinates.on(0, 0) = 50;
  const Chart chart = comparison_charts(comparison)[1].second;
  EXPECT_TRUE(chart.share_y);
  EXPECT_LT(*chart.panels[1].y.high, 1);
  EXPECT_EQ(chart.panels[0].title, "N = 1");
  EXPECT_EQ(chart.panels[1].title, "N = 2 (up to 50)");
}

}  // namespace
}  // namespace isr
