#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <sstream>

#include "base/test_files.h"
#include "cli/commands.h"
#include "report/svg_texts.h"

namespace isr {
namespace {

namespace fs = std::filesystem;
using testing::ElementsAre;
using testing::HasSubstr;

class ReproduceFiguresTest : public testing::Test {
 protected:
  void SetUp() override {
    folder_ = fs::temp_directory_path() / ("isr-reproduce-figures-" + std::to_string(getpid()));
  }
  void TearDown() override { fs::remove_all(folder_); }

  // Runs `isr reproduce …`, keeping what it prints.
  int run(Arguments arguments) {
    arguments.insert(arguments.begin(), "reproduce");
    testing::internal::CaptureStdout();
    testing::internal::CaptureStderr();
    const int status = run_program(arguments);
    output_ = testing::internal::GetCapturedStdout();
    errors_ = testing::internal::GetCapturedStderr();
    return status;
  }

  fs::path folder_;
  std::string output_, errors_;
};

TEST_F(ReproduceFiguresTest, DrawsFiguresAndWritesTheSummary) {
  const Arguments arguments = {"early-stopping-error", "incremental", "--depth", "2", "--out",
                               folder_.string()};
  ASSERT_EQ(run(arguments), 0) << errors_;
  for (const char* figure : {"early-stopping-error", "incremental"}) {
    for (const char* kind : {".png", ".pdf", ".svg", ".csv", ".gp"}) {
      EXPECT_GT(fs::file_size(folder_ / (std::string(figure) + kind)), 300u) << figure << kind;
    }
    EXPECT_THAT(faults_of_texts(contents_of(folder_ / (std::string(figure) + ".svg"))), ElementsAre());
  }
  EXPECT_THAT(output_, HasSubstr("holds  Learning is incremental"));
  EXPECT_THAT(output_, HasSubstr("7 of 7 numbers agree with the authors' code"));
  std::ifstream file(folder_ / "summary.json");
  const auto json = nlohmann::json::parse(file);
  for (const auto& comparison : json["comparisons"]) EXPECT_TRUE(comparison["within"]) << comparison;
  EXPECT_TRUE(fs::exists(folder_ / "summary.md"));

  EXPECT_EQ(run(arguments), 1);  // never over an earlier run …
  EXPECT_THAT(errors_, HasSubstr("not empty; choose another folder, or force"));
  Arguments forced = arguments;
  forced.insert(forced.end(), {"--force", "--quiet"});
  EXPECT_EQ(run(forced), 0) << errors_;  // … unless asked to
  EXPECT_EQ(output_, "");
}

TEST_F(ReproduceFiguresTest, EveryParameterIsOpen) {
  ASSERT_EQ(run({"incremental",
                 "--measurements",
                 "60",
                 "--unknowns",
                 "80",
                 "--signal",
                 "3,1",
                 "--noise",
                 "0.1",
                 "--seed",
                 "7",
                 "--depth",
                 "2,4",
                 "--init",
                 "1e-4",
                 "--step",
                 "0.04,0.08",
                 "--iterations",
                 "500,3000",
                 "--overlay",
                 "--json",
                 "--out",
                 folder_.string()}),
            0)
      << errors_;
  const auto json = nlohmann::json::parse(output_);
  const auto& figure = json["figures"]["incremental"];
  EXPECT_EQ(figure["measurements"], 60);
  EXPECT_EQ(figure["signal"], nlohmann::json({3.0, 1.0}));
  ASSERT_EQ(figure["depths"].size(), 2u);
  EXPECT_EQ(figure["depths"][1]["depth"], 4);
  EXPECT_EQ(figure["depths"][1]["step"], 0.005);
  EXPECT_EQ(figure["depths"][1]["iterations"], 3000);
  EXPECT_TRUE(json["comparisons"].empty());
  // The flow and descent with a small step agree.
  for (int i = 0; i < 2; ++i) {
    for (int j = 0; j < 2; ++j) {
      const double descent = figure["depths"][i]["ninety_percent"][j],
                   flow = figure["flow"][i]["ninety_percent"][j];
      EXPECT_NEAR(flow / descent, 1, 0.05);
    }
  }
}

TEST_F(ReproduceFiguresTest, ASmallMapOfTheWindow) {
  ASSERT_EQ(run({"window", "--depth", "1,3", "--init", "1e-4,1e-1", "--replicates", "1", "--out",
                 folder_.string()}),
            0)
      << errors_;
  EXPECT_THAT(output_, HasSubstr("| w₀ \\ N | 1 | 3 |"));
  EXPECT_TRUE(fs::exists(folder_ / "window.png"));
  EXPECT_TRUE(fs::exists(folder_ / "window-map.csv"));
  EXPECT_THAT(faults_of_texts(contents_of(folder_ / "window.svg")), ElementsAre());
}

TEST_F(ReproduceFiguresTest, SaysWhatIsWrong) {
  const auto refuses = [this](Arguments arguments, const std::string& words) {
    arguments.insert(arguments.end(), {"--out", folder_.string()});
    EXPECT_EQ(run(arguments), 2) << words;
    EXPECT_THAT(errors_, HasSubstr(words));
    EXPECT_FALSE(fs::exists(folder_));
  };
  refuses({"kernel", "--depth", "7"}, "no depth 7: give its --iterations");
  refuses({"kernel", "--step", "1,2"}, "--step needs one value, or one for each of the 3 depths");
  refuses({"kernel", "--solver", "newton"}, "--solver must be gd or flow");
  refuses({"kernel", "window"}, "figure of its own");
  refuses({"incremental", "--measurements", "3"}, "measurements must be from 16");
  refuses({"incremental", "--seed", "-1"}, "--seed");
  refuses({"incremental", "--measurements", "100000000000"}, "measurements must be from 16 to 2147483647");
  refuses({"incremental", "--unknowns", "100000000000"}, "unknowns must be from 1 to 2147483647");
  refuses({"kernel", "--replicates", "1000000000"}, "replicates must be from 1 to 100000");
  refuses({"convergence", "--replicates", "5"},
          "--replicates is an option of early-stopping-error and kernel");
  refuses({"incremental", "--iterations", "9000000000000000000"},
          "iterations must be from 1 to 1000000000000");
  refuses({"incremental", "--iterations", "100000000000"},
          "this asks for about 3.15e+03 hours of gradient descent; at most 240 are accepted: take fewer "
          "iterations, measurements, unknowns or replicates");
  refuses({"incremental", "--noise", "1e300"}, "finite in single precision");
}

TEST_F(ReproduceFiguresTest, RefusesWhatDoesNotFitIntoMemory) {
  for (const Arguments& asked : {Arguments{"incremental", "--measurements", "2000000000"},
                                 Arguments{"window", "--measurements", "2000000", "--unknowns", "2000000"}}) {
    Arguments arguments = asked;
    arguments.insert(arguments.end(), {"--iterations", "1", "--out", folder_.string()});
    if (asked[0] == "window") arguments.erase(arguments.end() - 4, arguments.end() - 2);
    EXPECT_EQ(run(arguments), 1) << asked[0];
    EXPECT_THAT(errors_,
                testing::ContainsRegex("what is to be reproduced needs .* GB of memory, but .* GB are "
                                       "free; take fewer measurements, unknowns or replicates"));
    EXPECT_FALSE(fs::exists(folder_));
  }
}

TEST_F(ReproduceFiguresTest, ListsItsFigures) {
  EXPECT_EQ(run({"--help"}), 0);
  for (const char* figure : {"mnist", "convergence", "initialization", "early-stopping", "incremental",
                             "kernel", "all", "window"}) {
    EXPECT_THAT(output_, HasSubstr(figure));
  }
}

}  // namespace
}  // namespace isr
