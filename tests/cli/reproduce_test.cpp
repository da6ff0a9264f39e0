// `isr reproduce mnist` as a user runs it, against the numbers of the authors' code.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <nlohmann/json.hpp>
#include <set>
#include <thread>

#include "base/npy.h"
#include "base/test_files.h"
#include "cli/run_command.h"
#include "report/results.h"

namespace isr {
namespace {

namespace fs = std::filesystem;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::StartsWith;

class Reproduce : public testing::Test {
 protected:
  void SetUp() override {
    unsetenv("ISR_MNIST_DIR");
    setenv("XDG_CACHE_HOME", (folder_ / "no-cache").c_str(), 1);
  }
  CommandResult run(std::vector<std::string> arguments) {
    arguments.insert(arguments.begin(), "reproduce");
    return run_isr(folder_.path(), arguments);
  }
  std::set<std::string> names(const std::string& inside = "") const {
    std::set<std::string> names;
    for (const auto& entry : fs::directory_iterator(folder_.path() / inside))
      names.insert(entry.path().filename());
    return names;
  }

  TemporaryFolder folder_;
};

struct PaperResult {
  const char* label;
  int depth;
  double squared_error;  // ‖w − w*‖² of the authors' PyTorch code
};
constexpr PaperResult paper_results[] = {{"5", 2, 7.0718}, {"5", 3, 10.3788}, {"5", 5, 22.4738},
                                         {"0", 2, 8.8257}, {"0", 3, 13.8460}, {"0", 5, 33.6853},
                                         {"4", 2, 3.6636}, {"4", 3, 5.6346},  {"4", 5, 13.4247}};

TEST_F(Reproduce, AllNineResultsAgreeWithTheAuthorsCodeWithinATenthOfAPercent) {
  const CommandResult result = run({"mnist", "--json", "--out", "run"});
  ASSERT_EQ(result.status, 0) << result.err;
  EXPECT_THAT(result.err, StartsWith("isr: 3 pictures of 28 × 28: 392 measurements, ensemble biased-sign, "));
  const auto document = nlohmann::json::parse(result.out);
  EXPECT_EQ(document["command"], "isr reproduce mnist --json --out run");
  const auto& rows = document["results"];
  ASSERT_EQ(rows.size(), std::size(paper_results));
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const PaperResult& paper = paper_results[i];
    SCOPED_TRACE(testing::Message() << "digit " << paper.label << ", depth " << paper.depth);
    EXPECT_EQ(rows[i]["label"], paper.label);
    EXPECT_EQ(rows[i]["depth"], paper.depth);
    EXPECT_EQ(rows[i]["n"], 392);
    EXPECT_EQ(rows[i]["p"], 784);
    EXPECT_EQ(rows[i]["iterations"], 10000);
    EXPECT_EQ(rows[i]["stop_reason"], "iterations");
    EXPECT_DOUBLE_EQ(rows[i]["step"].get<double>(), 5e-3 / (paper.depth * paper.depth));
    EXPECT_NEAR(rows[i]["mse"].get<double>() * 784, paper.squared_error, 1e-3 * paper.squared_error);
  }
  EXPECT_EQ(nlohmann::json::parse(contents_of(folder_ / "run/results.json")), document);
}

TEST_F(Reproduce, WritesTheFilesOfTheDesignAndATable) {
  const CommandResult result = run({"--out", "run", "--iterations", "50"});
  ASSERT_EQ(result.status, 0) << result.err;
  EXPECT_THAT(names(), ElementsAre("run"));
  EXPECT_THAT(names("run"), ElementsAre("depth-2.png", "depth-3.png", "depth-5.png", "figure.pdf",
                                        "figure.png", "recovered.npy", "results.csv", "results.json"));
  for (const char* name : {"depth-2.png", "depth-3.png", "depth-5.png", "figure.png"})
    EXPECT_EQ(contents_of(folder_ / ("run/" + std::string(name))).substr(0, 8), "\x89PNG\r\n\x1a\n");
  EXPECT_EQ(contents_of(folder_ / "run/figure.pdf").substr(0, 5), "%PDF-");
  const auto recovered = read_npy<float>(folder_ / "run/recovered.npy");
  EXPECT_THAT(recovered.shape, ElementsAre(3, 3, 28, 28));
  const std::string csv = contents_of(folder_ / "run/results.csv");
  std::string header;
  for (const auto& field : result_fields()) header += (header.empty() ? "" : ",") + field;
  EXPECT_EQ(csv.substr(0, csv.find('\n')), header);
  EXPECT_EQ(std::count(csv.begin(), csv.end(), '\n'), 10);
  EXPECT_THAT(result.out, HasSubstr("mnist:train:2"));
  EXPECT_THAT(result.out, HasSubstr("run: figure.png"));
}

// recovered.npy is [image][depth][row][column]: its errors must be those of the table.
TEST_F(Reproduce, RecoveredPicturesAreThoseOfTheRows) {
  ASSERT_EQ(run({"--out", "run", "--iterations", "300", "--depth", "2,4", "mnist:test:3,1"}).status, 0);
  const auto recovered = read_npy<float>(folder_ / "run/recovered.npy");
  ASSERT_THAT(recovered.shape, ElementsAre(2, 2, 28, 28));
  const auto rows = nlohmann::json::parse(contents_of(folder_ / "run/results.json"))["results"];
  for (std::size_t k = 0; k < 4; ++k) {
    const auto support = std::count_if(recovered.values.begin() + static_cast<std::ptrdiff_t>(k * 784),
                                       recovered.values.begin() + static_cast<std::ptrdiff_t>((k + 1) * 784),
                                       [](float value) { return value > 0.01f; });
    EXPECT_EQ(rows[k]["support"], support);
    EXPECT_EQ(rows[k]["source"], k < 2 ? "mnist:test:3" : "mnist:test:1");
    EXPECT_EQ(rows[k]["depth"], k % 2 == 0 ? 2 : 4);
  }
}

TEST_F(Reproduce, SameSeedGivesTheSameBytesForAnyNumberOfThreads) {
  const auto bytes = [&](const char* name, std::vector<std::string> more) {
    more.insert(more.end(), {"--iterations", "2000", "--out", name, "-q"});
    EXPECT_EQ(run(more).status, 0);
    return contents_of(folder_ / (std::string(name) + "/recovered.npy"));
  };
  const std::string one = bytes("one", {"--threads", "1"});
  EXPECT_EQ(one.size(), 128u + 9 * 784 * 4);
  EXPECT_EQ(bytes("two", {"--threads", "2"}), one);
  EXPECT_EQ(bytes("five", {"--threads", "5"}), one);
  EXPECT_NE(bytes("other", {"--seed", "43"}), one);
}

TEST_F(Reproduce, QuietPrintsNothing) {
  const CommandResult result = run({"--out", "run", "--iterations", "10", "-q"});
  EXPECT_EQ(result.status, 0);
  EXPECT_EQ(result.out + result.err, "");
}

TEST_F(Reproduce, FolderWithARunIsRefusedWithoutForce) {
  ASSERT_EQ(run({"--out", "run", "--iterations", "10", "-q"}).status, 0);
  const std::string before = contents_of(folder_ / "run/recovered.npy");
  const CommandResult refused = run({"--out", "run", "--iterations", "20"});
  EXPECT_EQ(refused.status, 1);
  EXPECT_EQ(
      refused.err,
      "isr: the folder run exists and is not empty; choose another folder, or force to write into it\n");
  EXPECT_EQ(contents_of(folder_ / "run/recovered.npy"), before);
  EXPECT_EQ(run({"--out", "run", "--iterations", "20", "-q", "--force"}).status, 0);
  EXPECT_NE(contents_of(folder_ / "run/recovered.npy"), before);
  EXPECT_THAT(names(), ElementsAre("run"));
}

TEST_F(Reproduce, FolderThatCannotBeWrittenIsAnError) {
  const CommandResult result = run({"--out", "/proc/isr/run"});
  EXPECT_EQ(result.status, 1);
  EXPECT_THAT(result.err, HasSubstr("isr: cannot write to /proc/isr: "));
}

TEST_F(Reproduce, InterruptedRunLeavesNothingAndSaysSo) {
  for (const int signal : {SIGINT, SIGTERM}) {
    RunningCommand running(folder_.path(), {"reproduce", "--out", "run", "--iterations", "1000000000"});
    const auto start = std::chrono::steady_clock::now();
    while (names().size() < 3 && std::chrono::steady_clock::now() - start < std::chrono::seconds(20))
      std::this_thread::sleep_for(
          std::chrono::milliseconds(10));  // until its folder is there: .stdout, .stderr
    ASSERT_EQ(names().size(), 3u);
    std::this_thread::sleep_for(std::chrono::milliseconds(200));
    running.send(signal);
    const CommandResult result = running.wait();
    EXPECT_EQ(result.status, 128 + signal);
    EXPECT_THAT(result.err, testing::EndsWith("isr: interrupted; nothing was written\n"));
    EXPECT_EQ(result.out, "");
    EXPECT_THAT(names(), IsEmpty());
  }
}

TEST_F(Reproduce, DivergenceIsReportedWithAdviceAndNoNan) {
  const CommandResult result = run({"--out", "run", "--iterations", "500", "--step", "5", "--depth", "2"});
  EXPECT_EQ(result.status, 0);
  EXPECT_THAT(result.out, HasSubstr("diverged"));
  EXPECT_THAT(contents_of(folder_ / "run/results.csv"), HasSubstr("diverged; use a smaller step"));
  EXPECT_THAT(result.err, HasSubstr("3 of 3 recoveries diverged (first mnist:train:0, N = 2)"));
  for (const float value : read_npy<float>(folder_ / "run/recovered.npy").values)
    ASSERT_TRUE(std::isfinite(value));
}

TEST_F(Reproduce, WrongOptionsAreWrongUsage) {
  const std::vector<std::pair<std::vector<std::string>, std::string>> cases{
      {{"--depth", "0"}, "--depth must lie between 1 and 100; got 0"},
      {{"--depth", "2,x"}, "depths N, such as 2,3,5"},
      {{"--init", "0"}, "--init must lie between 1e-100 and 1e100"},
      {{"--init", "nan"}, "--init must lie between 1e-100 and 1e100"},
      {{"--step", "-1"}, "--step must be a positive number"},
      {{"--iterations", "-1"}, "--iterations must not be negative"},
      {{"--iterations", "1e4"}, "'--iterations' is invalid"},
      {{"--seed", "-1"}, "--seed must lie between 0 and 4294967295"},
      {{"--seed", "4294967296"}, "--seed must lie between 0 and 4294967295"},
      {{"--noise", "-1"}, "--noise must be a number of at least 0"},
      {{"--noise", "inf"}, "--noise must be a number of at least 0"},
      {{"--measurements", "0"}, "such as 392"},
      {{"--measurements", "-5%"}, "--measurements must be a positive number"},
      {{"--ensemble", "cauchy"}, "--ensemble cauchy is unknown; it is one of gaussian, rademacher"},
      {{"--positive-probability", "1"}, "--positive-probability must lie between 0 and 1"},
      {{"--block", "4294967296"}, "--block must be the side of a block in pixels, at most 65536, or 0"},
      {{"--signed", "--nonnegative"}, "--signed and --nonnegative exclude each other"},
      {{"--out", ""}, "the output folder needs a name"},
      {{"--nonsense"}, "unrecognised option '--nonsense'"},
      {{"mnist:train:x"}, "\"x\" in mnist:train:x is not the number of a digit"}};
  for (const auto& [arguments, message] : cases) {
    const CommandResult result = run(arguments);
    EXPECT_EQ(result.status, 2) << message;
    EXPECT_THAT(result.err, testing::StartsWith("isr: "));
    EXPECT_THAT(result.err, HasSubstr(message));
    EXPECT_EQ(std::count(result.err.begin(), result.err.end(), '\n'), 1) << result.err;
    EXPECT_EQ(result.out, "");
  }
  EXPECT_THAT(names(), IsEmpty());
}

TEST_F(Reproduce, DigitsBeyondTheBundledOnesSayHowToFetchThem) {
  const CommandResult result = run({"mnist:train:100"});
  EXPECT_EQ(result.status, 1);
  EXPECT_THAT(result.err, HasSubstr("tools/fetch-mnist fetches the whole set"));
  EXPECT_THAT(names(), IsEmpty());
}

TEST_F(Reproduce, InstalledCopyUsesTheDigitsInstalledWithIt) {
  fs::create_directories(folder_ / "prefix/bin");
  fs::create_directories(folder_ / "prefix/share/isr");
  fs::copy_file(ISR_EXECUTABLE, folder_ / "prefix/bin/isr");
  fs::copy(fs::path(ISR_DATA_DIR) / "mnist", folder_ / "prefix/share/isr/mnist");
  RunningCommand installed(folder_.path(), {"reproduce", "mnist:test:100"}, folder_ / "prefix/bin/isr");
  EXPECT_THAT(installed.wait().err, HasSubstr((folder_ / "prefix/share/isr/mnist/t10k-images").string()));
  RunningCommand built(folder_.path(), {"reproduce", "mnist:test:100"});
  EXPECT_THAT(built.wait().err, HasSubstr(ISR_DATA_DIR "/mnist/t10k-images"));
}

// A fifth of the pixels is nonzero: they are found from many measurements, not from few or noisy ones.
TEST_F(Reproduce, OptionsReachTheSolver) {
  const auto psnr = [&](std::vector<std::string> more) {
    more.insert(more.end(), {"mnist:train:0", "--out", "run", "--force", "--json", "--ensemble", "gaussian"});
    const CommandResult result = run(more);
    EXPECT_EQ(result.status, 0) << result.err;
    return nlohmann::json::parse(result.out)["results"][0]["psnr"].get<double>();
  };
  const double few = psnr({"--measurements", "25%", "--depth", "2", "--step", "0.1"});
  const double many = psnr({"--measurements", "80%", "--depth", "2", "--step", "0.1"});
  const double noisy = psnr({"--measurements", "80%", "--depth", "2", "--step", "0.1", "--noise", "2"});
  EXPECT_GT(many, few + 10);
  EXPECT_LT(noisy, many - 10);
}

}  // namespace
}  // namespace isr
