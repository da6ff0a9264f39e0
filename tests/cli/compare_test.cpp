#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "base/npy.h"
#include "base/test_files.h"
#include "cli/run_command.h"
#include "report/svg_texts.h"

namespace isr {
namespace {

using testing::HasSubstr;
using Json = nlohmann::json;

struct ComparedRun {
  CommandResult command;
  Json results;
};

ComparedRun compared(const TemporaryFolder& folder, std::vector<std::string> arguments) {
  arguments.insert(arguments.begin(), "compare");
  for (const char* option : {"--out", "out", "--no-film", "--no-charts", "--quiet"})
    arguments.emplace_back(option);
  ComparedRun run{run_isr(folder.path(), arguments), {}};
  if (run.command.status == 0) run.results = Json::parse(contents_of(folder / "out/results.json"));
  return run;
}

TEST(Compare, RecoversTheDigitAtEveryDepthButTheControl) {
  const TemporaryFolder folder;
  const auto run = compared(folder, {"mnist:train:2", "--depth", "1,2,3"});
  ASSERT_EQ(run.command.status, 0) << run.command.err;
  const auto& results = run.results["results"];
  ASSERT_EQ(results.size(), 3u);
  EXPECT_LT(results[0]["stops"]["oracle"]["psnr"], 16);
  for (const int i : {1, 2}) {
    EXPECT_GT(results[i]["stops"]["limit"]["psnr"], 60);
    EXPECT_EQ(results[i]["window"]["open"], true);
    EXPECT_LT(results[i]["stops"]["limit"]["relative_residual"], 2e-6);
  }
}

TEST(Compare, FindsAWindowThatClosesUnderNoise) {
  const TemporaryFolder folder;
  const auto run = compared(folder, {"mnist:train:2", "--depth", "3", "--noise", "2", "--signed"});
  ASSERT_EQ(run.command.status, 0) << run.command.err;
  const auto& result = run.results["results"][0];
  EXPECT_EQ(result["window"]["open"], false);
  const double best = result["stops"]["oracle"]["psnr"], limit = result["stops"]["limit"]["psnr"],
               held_out = result["stops"]["hold-out"]["psnr"];
  EXPECT_GT(best, limit + 1);
  EXPECT_GE(best, held_out);
  EXPECT_GT(held_out, limit);
  EXPECT_LT(result["window"]["first"], result["stops"]["oracle"]["flow_time"]);
  EXPECT_GT(result["window"]["last"], result["stops"]["oracle"]["flow_time"]);
}

TEST(Compare, GradientDescentAndTheFlowPassTheSamePoints) {
  const TemporaryFolder folder;
  const std::vector<std::string> common{"mnist:train:2", "--depth", "2", "--stop", "time:5", "--signed"};
  auto flow = common, descent = common;
  descent.insert(descent.end(), {"--solver", "gd", "--iterations", "10000", "--force"});
  const Json a = compared(folder, flow).results["results"][0]["stops"]["time"];
  const Json b = compared(folder, descent).results["results"][0]["stops"]["time"];
  EXPECT_NEAR(a["flow_time"].get<double>(), 5, 0.3);
  EXPECT_NEAR(a["psnr"].get<double>(), b["psnr"].get<double>(),
              0.2);  // the nearest moments, a few per cent apart
  EXPECT_NEAR(a["relative_residual"].get<double>(), b["relative_residual"].get<double>(), 0.002);
}

TEST(Compare, TakesTheNoiseFromAnSnr) {
  const TemporaryFolder folder;
  const auto by_ratio = compared(folder, {"mnist:train:2", "--depth", "2", "--snr", "20dB"});
  ASSERT_EQ(by_ratio.command.status, 0) << by_ratio.command.err;
  const Json measured = by_ratio.results["results"][0];
  const double sigma = measured["noise"];
  EXPECT_GT(sigma, 0);
  const auto by_sigma =
      compared(folder, {"mnist:train:2", "--depth", "2", "--force", "--noise", measured["noise"].dump()});
  EXPECT_EQ(by_sigma.results["results"][0]["stops"], measured["stops"]);
  // σ² is a hundredth of the mean square of the measurements.
  EXPECT_EQ(
      run_isr(folder.path(), {"measure", "mnist:train:2", "--ensemble", "biased-sign", "--out", "problem"})
          .status,
      0);
  const auto y = read_npy<double>(folder / "problem/y.npy");
  double energy = 0;
  for (const double value : y.values) energy += value * value;
  EXPECT_NEAR(sigma * sigma, energy / static_cast<double>(y.values.size()) / 100, 1e-5 * sigma * sigma);
  EXPECT_THAT(compared(folder, {"mnist:train:2", "--snr", "20dB", "--noise", "1"}).command.err,
              HasSubstr("--noise and --snr exclude each other"));
}

TEST(Compare, MakesARowForEachStartAndNoise) {
  const TemporaryFolder folder;
  const auto run =
      compared(folder, {"mnist:train:2", "--depth", "2,3", "--init", "1e-3,1", "--noise", "0,1"});
  ASSERT_EQ(run.command.status, 0) << run.command.err;
  std::vector<std::string> rows;
  for (const auto& result : run.results["results"])
    rows.push_back(result["noise"].dump() + " " + result["w0"].dump() + " " + result["depth"].dump());
  EXPECT_THAT(rows, testing::ElementsAre("0.0 0.001 2", "0.0 0.001 3", "0.0 1.0 2", "0.0 1.0 3",
                                         "1.0 0.001 2", "1.0 0.001 3", "1.0 1.0 2", "1.0 1.0 3"));
}

TEST(Compare, GivesTheSameNumbersWithAnyNumberOfThreads) {
  const TemporaryFolder folder;
  const std::vector<std::string> common{"mnist:train:0-1", "--depth", "2,3", "--noise", "1", "--force"};
  auto one = common, three = common;
  one.insert(one.end(), {"--threads", "1"});
  three.insert(three.end(), {"--threads", "3"});
  ASSERT_EQ(compared(folder, one).command.status, 0);
  const std::string first = contents_of(folder / "out/paths.csv");
  ASSERT_EQ(compared(folder, three).command.status, 0);
  EXPECT_EQ(first, contents_of(folder / "out/paths.csv"));
}

TEST(Compare, WritesChartsAndAFilm) {
  const TemporaryFolder folder;
  const auto command = run_isr(
      folder.path(), {"compare", "mnist:train:2", "--depth", "1,2", "--frames", "20", "--out", "out"});
  ASSERT_EQ(command.status, 0) << command.err;
  for (const char* name : {"compare.html", "film.webp", "figure.png", "figure.pdf", "results.csv",
                           "paths.csv", "charts/path-1.png", "charts/path-1.pdf", "charts/path-1.svg",
                           "charts/path-1.csv", "charts/path-1.gp", "charts/coordinates-1.svg"})
    EXPECT_GT(std::filesystem::file_size(folder / ("out/" + std::string(name))), 200u) << name;
  for (const char* name : {"path-1", "coordinates-1"}) {
    const std::string svg = contents_of(folder / ("out/charts/" + std::string(name) + ".svg"));
    EXPECT_GE(texts_of_svg(svg).size(), 20u) << name;
    EXPECT_THAT(faults_of_texts(svg), testing::ElementsAre()) << name;
  }
  EXPECT_THAT(command.out, HasSubstr("best (oracle)"));
}

TEST(Compare, RefusesWrongOptionsInASentence) {
  const TemporaryFolder folder;
  const auto refused = [&](std::vector<std::string> arguments, const std::string& expected) {
    arguments.insert(arguments.begin(), "compare");
    const auto command = run_isr(folder.path(), arguments);
    EXPECT_EQ(command.status, 2) << command.err;
    EXPECT_THAT(command.err, HasSubstr(expected));
  };
  refused({"--solver", "magic"},
          "--solver magic is unknown; it is gd (gradient descent) or flow (gradient flow)");
  refused({"--noise", "1,-1"}, "--noise must be");
  refused({"--stop", "never"}, "is no stopping rule");
  refused({"--depth", "0"}, "depth");
  refused({"--frames", "3"}, "--frames must be");
  refused({"--signed", "--nonnegative"}, "exclude each other");
  refused({"--init", "0"}, "init");
}

}  // namespace
}  // namespace isr
