// isr recover, measure and solve on picture files, as a user runs them.
#include <gmock/gmock.h>

#include <fstream>
#include <nlohmann/json.hpp>
#include <sstream>

#include "cli/run_command.h"
#include "image/image_file.h"

namespace isr {
namespace {

namespace fs = std::filesystem;
using Json = nlohmann::json;
using testing::HasSubstr;
using testing::StartsWith;

const std::string images = std::string(ISR_DATA_DIR) + "/images/";
const std::string samples = std::string(ISR_TEST_DATA_DIR) + "/pictures/";

class Pictures : public testing::Test {
 protected:
  Pictures() : folder_(fs::temp_directory_path() / ("isr-pictures-" + std::to_string(getpid()))) {
    fs::remove_all(folder_);
    fs::create_directories(folder_);
  }
  ~Pictures() override { fs::remove_all(folder_); }

  CommandResult run(const std::vector<std::string>& arguments) { return run_isr(folder_, arguments); }

  // The rows of results.json on standard output.
  nlohmann::json rows(std::vector<std::string> arguments) {
    arguments.push_back("--json");
    const CommandResult result = run(arguments);
    EXPECT_EQ(result.status, 0) << result.err;
    return nlohmann::json::parse(result.out).at("results");
  }

  fs::path folder_;
};

TEST_F(Pictures, APhotographIsRecoveredWithNoOptionsButTheMeasurements) {
  const auto results = rows({"recover", images + "camera.png", "--resize", "128", "--measurements", "25%",
                             "--depth", "2,3", "--out", "out"});
  ASSERT_EQ(results.size(), 2u);
  for (const auto& row : results) {
    EXPECT_EQ(row.at("basis"), "cdf97");
    EXPECT_GT(row.at("psnr").get<double>(), 28.0);
  }
  for (const std::string name : {"figure.png", "depth-2.png", "recovered.npy", "results.csv"})
    EXPECT_TRUE(fs::exists(folder_ / "out" / name)) << name;
  std::vector<std::string> notes;
  const Image recovered = load_image(folder_ / "out/recovered/1-camera-depth-2.png", {}, notes);
  EXPECT_EQ(recovered.width, 128);
  EXPECT_EQ(recovered.channels(), 1);
}

TEST_F(Pictures, AreRecoveredByGradientDescentNearlyAsWellAsByTheFlow) {
  const auto psnr_of = [&](const std::string& solver) {
    const auto results =
        rows({"recover", images + "camera.png", "--resize", "72", "--measurements", "25%", "--depth", "2,3",
              "--shifts", "1", "--solver", solver, "--iterations", "3000", "--out", solver});
    std::vector<double> decibels;
    for (const auto& row : results) {
      EXPECT_EQ(row.at("method"), solver);
      EXPECT_GT(row.at("flow_time").get<double>(), 0);
      EXPECT_LE(row.at("iterations").get<int>(), 3000);
      decibels.push_back(row.at("psnr"));
    }
    return decibels;
  };
  const auto flow = psnr_of("flow"), descent = psnr_of("gd");
  for (std::size_t i = 0; i < 2; ++i) EXPECT_GT(descent.at(i), flow.at(i) - 1);
}

TEST_F(Pictures, ByGradientDescentEndWhereTheRuleSaysOrTheIterationsRunOut) {
  const auto row = [&](const std::vector<std::string>& more) {
    std::vector<std::string> arguments{"recover",        images + "camera.png",
                                       "--resize",       "64",
                                       "--measurements", "40%",
                                       "--basis",        "haar",
                                       "--ensemble",     "hadamard",
                                       "--depth",        "2",
                                       "--solver",       "gd",
                                       "--out",          "out",
                                       "--force"};
    arguments.insert(arguments.end(), more.begin(), more.end());
    return rows(arguments).at(0);
  };
  const auto few = row({"--iterations", "30"});
  EXPECT_EQ(few.at("iterations"), 30);
  EXPECT_EQ(few.at("stop_reason"), "iterations");
  const auto residual = row({"--stop", "residual:0.05"});
  EXPECT_EQ(residual.at("stop_reason"), "residual");
  EXPECT_EQ(residual.at("residual_asked"), 0.05);
  EXPECT_LE(residual.at("relative_residual").get<double>(), 0.05);
  EXPECT_THAT(row({"--noise", "0.01", "--stop", "discrepancy:0.01"}).at("stop_reason").get<std::string>(),
              StartsWith("discrepancy, σ = 0.01"));
  EXPECT_EQ(row({"--noise", "0.01", "--stop", "holdout:5"}).at("stop_reason"), "5-fold hold-out");
  const auto constant = row({"--step", "0.01", "--iterations", "50", "--stop", "iterations"});
  EXPECT_EQ(constant.at("step"), 0.0025);
  EXPECT_EQ(constant.at("iterations"), 50);
}

TEST_F(Pictures, AStarFieldIsRecoveredInPixelsAboveFiftyDecibels) {
  for (const auto& row :
       rows({"recover", images + "stars.png", "--measurements", "12.5%", "--depth", "2,3", "--out", "out"})) {
    EXPECT_EQ(row.at("basis"), "pixel");
    EXPECT_EQ(row.at("ensemble"), "hadamard");
    EXPECT_GT(row.at("psnr").get<double>(), 50.0);
  }
}

TEST_F(Pictures, DigitsAtAQuarterAreRecoveredInBoxesWithNoOptionsButTheMeasurements) {
  double sum = 0;
  const auto results =
      rows({"recover", "mnist:train:0-2", "--measurements", "25%", "--depth", "2,3", "--out", "out"});
  ASSERT_EQ(results.size(), 6u);
  for (const auto& row : results) {
    EXPECT_EQ(row.at("basis"), "boxes");
    const double decibels = row.at("psnr").get<double>();
    EXPECT_GT(decibels, 33);
    sum += std::min(100.0, decibels);
  }
  EXPECT_GT(sum / 6, 60);
}

TEST_F(Pictures, DigitsStayInPixelsWhereThoseSuffice) {
  // Of each digit by itself: one with more lit pixels needs more measurements.
  const auto bases = [&](const std::string& share) {
    const CommandResult planned =
        run({"recover", "mnist:train:0-19", "--measurements", share, "--dry-run", "--json"});
    nlohmann::json plans = nlohmann::json::parse(planned.out);
    if (plans.is_object()) plans = nlohmann::json::array({plans});
    std::map<std::string, int> count;
    for (const auto& plan : plans) count[plan.at("basis")] += plan.at("pictures").get<int>();
    return count;
  };
  EXPECT_EQ(bases("10%"), (std::map<std::string, int>{{"boxes", 20}}));
  EXPECT_EQ(bases("60%"), (std::map<std::string, int>{{"pixel", 20}}));
  auto mixed = bases("35%");
  EXPECT_GT(mixed["boxes"], 5);
  EXPECT_GT(mixed["pixel"], 0);
  const CommandResult said =
      run({"recover", "mnist:train:3", "--measurements", "50%", "--depth", "2", "--out", "out"});
  EXPECT_THAT(said.out, HasSubstr("392 measurements, ensemble rademacher, basis pixel"));
}

TEST_F(Pictures, AreNoWorseFromMoreMeasurements) {
  constexpr double exact = 48;  // dB: beyond it no pixel of 8 bits differs
  struct Case {
    std::vector<std::string> source;
    std::vector<const char*> shares;
  };
  for (const Case& one : {Case{{"mnist:train:0-1"}, {"10%", "30%", "50%", "70%"}},
                          Case{{images + "camera.png", "--resize", "72"}, {"5%", "10%", "25%", "50%", "90%"}},
                          Case{{images + "stars.png"}, {"3%", "6%", "12.5%", "50%"}}}) {
    double best = 0;
    for (const char* share : one.shares) {
      std::vector<std::string> arguments{"recover"};
      arguments.insert(arguments.end(), one.source.begin(), one.source.end());
      for (const char* word : {"--measurements", share, "--depth", "2", "--out", "out", "--force"})
        arguments.emplace_back(word);
      const auto results = rows(arguments);
      double mean = 0;
      for (const auto& row : results)
        mean += std::min(exact, row.at("psnr").is_number() ? row.at("psnr").get<double>() : exact) /
                static_cast<double>(results.size());
      EXPECT_GE(mean, best - 0.2) << one.source[0] << " " << share;
      best = std::max(best, mean);
    }
    EXPECT_GT(best, 35);
  }
}

TEST_F(Pictures, WithNoiseAreRecoveredInBoxesToTheLevelOfTheNoise) {
  for (const auto& row : rows({"recover", "mnist:train:2", "--measurements", "25%", "--depth", "1,2",
                               "--noise", "0.1", "--out", "out"})) {
    EXPECT_THAT(row.at("stop_reason").get<std::string>(), StartsWith("discrepancy, σ = 0.1"));
    EXPECT_GT(row.at("residual_asked").get<double>(), 0);
    EXPECT_GT(row.at("psnr").get<double>(), row.at("depth") == 1 ? 10 : 25);
  }
}

TEST_F(Pictures, DryRunPrintsThePlanForEachShapeAndWritesNothing) {
  const CommandResult planned = run({"recover", "mnist:train:0-4", images + "camera.png", "--measurements",
                                     "25%", "--depth", "2", "--dry-run"});
  ASSERT_EQ(planned.status, 0) << planned.err;
  EXPECT_THAT(planned.out, HasSubstr("pictures              5\n"));
  EXPECT_THAT(planned.out, HasSubstr("basis                 boxes\n"));
  EXPECT_THAT(planned.out, HasSubstr("basis                 cdf97\n"));
  EXPECT_THAT(planned.out, HasSubstr("memory                "));
  EXPECT_THAT(planned.out, HasSubstr("time                  about "));
  const CommandResult json =
      run({"recover", images + "camera.png", "--measurements", "25%", "--dry-run", "--json"});
  const auto plan = nlohmann::json::parse(json.out);
  EXPECT_EQ(plan.at("ensemble"), "hadamard");
  EXPECT_EQ(plan.at("measurements"), 65536);
  EXPECT_EQ(plan.at("init"), 0.05);
  EXPECT_EQ(plan.at("init_is_relative"), true);
  EXPECT_GT(plan.at("time_seconds"), 0);
  EXPECT_TRUE(fs::is_empty(folder_));
}

TEST_F(Pictures, GainByDepthAndByShiftsOfTheGrid) {
  const auto decibels = [&](const std::string& depth, const std::string& shifts) {
    return rows({"recover", images + "camera.png", "--resize", "128", "--measurements", "25%", "--depth",
                 depth, "--shifts", shifts, "--out", "out", "--force"})
        .at(0)
        .at("psnr")
        .get<double>();
  };
  const double one_grid = decibels("2", "1");
  EXPECT_GT(decibels("2", "4"), one_grid + 0.3);
  EXPECT_LT(decibels("1", "4"), one_grid - 5);  // the control, plain least squares
}

TEST_F(Pictures, ColourIsRecoveredInColour) {
  const auto results = rows({"recover", images + "chelsea.png", "--resize", "25%", "--measurements", "40%",
                             "--depth", "2", "--out", "out"});
  EXPECT_GT(results.at(0).at("psnr").get<double>(), 27.0);
  std::vector<std::string> notes;
  EXPECT_EQ(load_image(folder_ / "out/recovered/1-chelsea-depth-2.png", {}, notes).channels(), 3);
}

TEST_F(Pictures, OfAnySizeAreRecovered) {
  for (const std::string size : {"1x1", "1x9", "5x3", "13x11", "97x2"}) {
    const CommandResult result =
        run({"recover", images + "camera.png", "--resize", size, "--measurements", "60%", "--ensemble",
             "hadamard", "--basis", "cdf97", "--depth", "2", "--out", "out", "--force"});
    EXPECT_EQ(result.status, 0) << size << ": " << result.err;
  }
}

TEST_F(Pictures, MeasuredAreSolvedWithoutTheTruth) {
  ASSERT_EQ(run({"measure", images + "camera.png", "--resize", "160x120", "--measurements", "30%",
                 "--ensemble", "hadamard", "-o", "problem"})
                .status,
            0);
  const auto results = rows({"solve", "problem", "--depth", "2", "--out", "solved"});
  EXPECT_EQ(results.at(0).at("basis"), "cdf97");
  EXPECT_LT(results.at(0).at("relative_residual").get<double>(), 1e-3);
  std::vector<std::string> notes;
  ImageEdits edits;
  edits.resize = "160x120";
  const Image truth = load_image(images + "camera.png", edits, notes);
  const Image recovered = load_image(folder_ / "solved/recovered/1-picture-1-depth-2.png", {}, notes);
  EXPECT_LT((truth.pixels - recovered.pixels).norm(), 0.1 * truth.pixels.norm());
}

TEST_F(Pictures, TransparencyIsSaidAndQuietSilencesIt) {
  const std::vector<std::string> arguments{
      "recover", samples + "alpha.png", "--measurements", "50%", "--depth", "2", "--out", "out", "--force"};
  EXPECT_THAT(run(arguments).err, HasSubstr("composited over white"));
  auto quiet = arguments;
  quiet.push_back("--quiet");
  EXPECT_EQ(run(quiet).err, "");
}

TEST_F(Pictures, ThatAreNoneEndWithStatusOneAndASentence) {
  std::ofstream(folder_ / "note.png") << "To whom it may concern\n";
  const CommandResult text = run({"recover", "note.png", "--out", "out"});
  EXPECT_EQ(text.status, 1);
  EXPECT_THAT(text.err, HasSubstr("note.png is not a picture"));
  EXPECT_EQ(run({"recover", "missing.png", "--out", "out"}).status, 1);
  EXPECT_FALSE(fs::exists(folder_ / "out"));
}

TEST_F(Pictures, TooLargeForTheMemoryAreRefusedWithTheFigureAndARemedy) {
  const CommandResult result = run({"recover", images + "camera.png", "--ensemble", "gaussian",
                                    "--measurements", "25%", "--max-memory", "1G", "--out", "out"});
  EXPECT_EQ(result.status, 1);
  EXPECT_THAT(result.err, HasSubstr("GB"));
  EXPECT_THAT(result.err, HasSubstr("--ensemble hadamard"));
}

TEST_F(Pictures, LongerThanAFigureMayBeAreRecoveredWithAFigureThatFits) {
  std::ofstream(folder_ / "strip.pgm", std::ios::binary) << "P5 40000 1 255\n" << std::string(40'000, '\x7f');
  const CommandResult result = run({"recover", "strip.pgm", "--basis", "haar", "--measurements", "5%",
                                    "--depth", "2", "--rounds", "1", "--shifts", "1", "--out", "out"});
  EXPECT_EQ(result.status, 0) << result.err;
  EXPECT_GT(fs::file_size(folder_ / "out/figure.png"), 1000u);
  std::vector<std::string> notes;
  EXPECT_EQ(load_image(folder_ / "out/recovered/1-strip-depth-2.png", {}, notes).width, 40'000);
}

TEST_F(Pictures, WrongOptionsEndWithStatusTwo) {
  for (const std::vector<std::string>& wrong : std::vector<std::vector<std::string>>{{"--basis", "curvelets"},
                                                                                     {"--crop", "9999x1"},
                                                                                     {"--resize", "0"},
                                                                                     {"--max-memory", "lots"},
                                                                                     {"--shifts", "0"},
                                                                                     {"--rounds", "-1"}}) {
    std::vector<std::string> arguments{"recover", images + "camera.png", "--out", "out"};
    arguments.insert(arguments.end(), wrong.begin(), wrong.end());
    EXPECT_EQ(run(arguments).status, 2) << wrong[0];
  }
}

TEST_F(Pictures, GiveTheSameBytesForAnyNumberOfThreads) {
  for (const std::string threads : {"1", "3"})
    ASSERT_EQ(run({"recover", images + "camera.png", "--resize", "150x201", "--measurements", "25%",
                   "--depth", "2", "--rounds", "1", "--threads", threads, "--out", "out-" + threads})
                  .status,
              0);
  const auto bytes = [&](const std::string& name) {
    std::ifstream file(folder_ / name / "recovered.npy", std::ios::binary);
    return std::string(std::istreambuf_iterator<char>(file), {});
  };
  EXPECT_GT(bytes("out-1").size(), 100'000u);
  EXPECT_EQ(bytes("out-1"), bytes("out-3"));
}

}  // namespace
}  // namespace isr
