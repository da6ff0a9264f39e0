#include "cli/command_line.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/instruction_set.h"
#include "base/parallel.h"
#include "base/test_files.h"
#include "cli/run_command.h"

namespace isr {
namespace {

namespace po = boost::program_options;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::StartsWith;

// A command with one option of each kind.
struct Example {
  List<int> depths{{2, 3, 5}};
  MeasurementCount measurements;
  double init = 1e-3;
  bool force = false;
  std::vector<std::string> sources;
  CommandLine line{"example SOURCE [OPTION ...]", "An example."};

  bool parse(const Arguments& arguments) {
    auto add = line.group("Example").add_options();
    add("depth", po::value(&depths)->default_value(depths), "depths N");
    add("measurements", po::value(&measurements)->default_value(measurements), "how many");
    add("init", po::value(&init)->default_value(init, shown(init)), "start");
    add("force", po::bool_switch(&force), "force");
    add("source", po::value(&sources), "sources");
    line.positional("source");
    return line.parse(arguments);
  }
};

std::string usage_error(const Arguments& arguments) {
  return error_of<UsageError>([&] { Example().parse(arguments); });
}

class CommandLineTest : public testing::Test {
 protected:
  void TearDown() override { set_thread_count(0); }
};

TEST_F(CommandLineTest, ValuesReachTheirFieldsAndDefaultsStay) {
  Example example;
  EXPECT_TRUE(example.parse({"a.png", "--depth", "1,4", "--measurements=25%", "b.png", "--force"}));
  EXPECT_THAT(example.depths.values, ElementsAre(1, 4));
  EXPECT_EQ(example.measurements.value, 25);
  EXPECT_TRUE(example.measurements.percent);
  EXPECT_TRUE(example.force);
  EXPECT_EQ(example.init, 1e-3);
  EXPECT_THAT(example.sources, ElementsAre("a.png", "b.png"));
  EXPECT_TRUE(example.line.given("depth"));
  EXPECT_FALSE(example.line.given("init"));
}

TEST_F(CommandLineTest, CommonOptionsAreUnderstoodByEveryCommand) {
  Example example;
  example.parse({"--threads", "3", "-q", "--json"});
  EXPECT_EQ(thread_count(), 3);
  EXPECT_TRUE(example.line.common().quiet);
  EXPECT_TRUE(example.line.common().json);
}

TEST_F(CommandLineTest, RangesAndAllAreUnderstood) {
  Example ranges;
  ranges.parse({"--depth", "2-5,8", "--threads", "all"});
  EXPECT_THAT(ranges.depths.values, ElementsAre(2, 3, 4, 5, 8));
  EXPECT_EQ(ranges.line.common().threads.value, 0);
}

TEST_F(CommandLineTest, ConfigFileSetsWhatTheCommandLineDoesNot) {
  const TemporaryFolder folder;
  put_file(folder / "run.ini", "depth = 7\n# a comment\ninit = 0.5\n");
  Example example;
  example.parse({"--config", (folder / "run.ini").string(), "--depth", "9"});
  EXPECT_THAT(example.depths.values, ElementsAre(9));
  EXPECT_EQ(example.init, 0.5);
  put_file(folder / "wrong.ini", "depht = 7\n");
  EXPECT_THAT(usage_error({"--config", (folder / "wrong.ini").string()}), HasSubstr("depht"));
  EXPECT_EQ(usage_error({"--config", "/none.ini"}), "cannot read the file --config /none.ini");
  EXPECT_EQ(usage_error({"--config", "/"}), "cannot read the file --config /");
}

TEST_F(CommandLineTest, HelpShowsTheDefaultsOfTheOptionStructs) {
  testing::internal::CaptureStdout();
  EXPECT_FALSE(Example().parse({"--help"}));
  const std::string help = testing::internal::GetCapturedStdout();
  EXPECT_THAT(help, StartsWith("Usage: isr example SOURCE [OPTION ...]\n\nAn example.\n"));
  for (const char* part : {"default: 2,3,5", "default: 50%", "default: 0.001", "--threads", "--config"})
    EXPECT_THAT(help, HasSubstr(part));
}

TEST_F(CommandLineTest, WrongArgumentsAreWrongUsageAndSayWhatIsExpected) {
  EXPECT_EQ(usage_error({"--dept", "2"}),
            "unrecognised option '--dept'; did you mean --depth? (isr help example lists the options)");
  EXPECT_EQ(usage_error({"--colour", "2"}),
            "unrecognised option '--colour'; isr help example lists the options");
  EXPECT_EQ(usage_error({"--depth"}),
            "the required argument for option '--depth' is missing; isr help example lists the options");
  for (const char* value : {"x", "2,x", "2,", "2;3", "2.5", "5-2", "2-", "1-9999999"})
    EXPECT_EQ(
        usage_error({"--depth", value}),
        "the argument ('" + std::string(value) + "') for option '--depth' is invalid; it expects: depths N");
  for (const char* value : {"many", "50%x", "%"})
    EXPECT_EQ(usage_error({"--measurements", value}),
              "the argument ('" + std::string(value) +
                  "') for option '--measurements' is invalid; it expects: how many");
  EXPECT_EQ(usage_error({"--init", "tiny"}),
            "the argument ('tiny') for option '--init' is invalid; it expects: start");
  EXPECT_THAT(usage_error({"--threads", "some"}),
              StartsWith("the argument ('some') for option '--threads' is invalid; it expects: number"));
  EXPECT_EQ(usage_error({"--threads", "-1"}), "threads must be from 1 to 1024, or 0 for all processors");
}

TEST(MeasurementCount, ShareIsRoundedAndNeverLessThanOne) {
  EXPECT_EQ((MeasurementCount{50, true}.resolve(784)), 392);
  EXPECT_EQ((MeasurementCount{12.5, true}.resolve(100)), 13);
  EXPECT_EQ((MeasurementCount{0.01, true}.resolve(784)), 1);
  EXPECT_EQ((MeasurementCount{150, true}.resolve(100)), 150);
  EXPECT_EQ((MeasurementCount{392, false}.resolve(784)), 392);
  EXPECT_EQ((MeasurementCount{900, false}.resolve(784, 900)), 900);
}

TEST(MeasurementCount, ImpossibleNumbersAreWrongUsage) {
  for (const double value : {0.0, -3.0, 1.5})
    EXPECT_THAT(error_of<UsageError>([&] {
                  MeasurementCount{value, false}.resolve(784);
                }),
                StartsWith("--measurements must be a positive number"));
  EXPECT_THAT(error_of<UsageError>([] {
                MeasurementCount{-5, true}.resolve(784);
              }),
              StartsWith("--measurements must be a positive number"));
  for (const auto& [count, asked] : {std::pair{MeasurementCount{4.6e45, false}, "4.6e+45"},
                                     {MeasurementCount{1e300, true}, "7.84e+300"},
                                     {MeasurementCount{1e308, true}, "inf"},
                                     {MeasurementCount{3e9, false}, "3e+09"}})
    EXPECT_EQ(
        error_of<UsageError>([&count = count] { count.resolve(784); }),
        "--measurements asks for " + std::string(asked) + " measurements; at most 2147483647 are possible");
  EXPECT_EQ(error_of<UsageError>([] {
              MeasurementCount{900, false}.resolve(784, 784);
            }),
            "--measurements asks for 900 measurements, but this ensemble gives at most 784");
}

TEST(CommandText, CanBePastedIntoAShell) {
  EXPECT_EQ(command_text("recover", {"mnist:train:0-9,15", "--depth=2,3", "50%"}),
            "isr recover mnist:train:0-9,15 --depth=2,3 50%");
  EXPECT_EQ(command_text("recover", {"my photo.jpg", "it's", "", "$HOME"}),
            "isr recover 'my photo.jpg' 'it'\\''s' '' '$HOME'");
  EXPECT_EQ(command_text("recover", {"latin\xE9.png"}), "isr recover 'latin�.png'");
}

TEST(Program, WithoutACommandOrWithAnUnknownOneIsWrongUsage) {
  const TemporaryFolder folder;
  const CommandResult none = run_isr(folder.path(), {});
  EXPECT_EQ(none.status, 2);
  EXPECT_THAT(none.err, HasSubstr("Usage: isr COMMAND"));
  const CommandResult unknown = run_isr(folder.path(), {"reproduec"});
  EXPECT_EQ(unknown.status, 2);
  EXPECT_EQ(unknown.err, "isr: \"reproduec\" is no command; did you mean reproduce? (isr help lists them)\n");
  EXPECT_EQ(unknown.out, "");
}

TEST(Program, HelpAndVersionGoToStandardOutput) {
  const TemporaryFolder folder;
  for (const char* option : {"--help", "-h", "help"}) {
    const CommandResult help = run_isr(folder.path(), {option});
    EXPECT_EQ(help.status, 0);
    EXPECT_THAT(help.out, HasSubstr("reproduce"));
    EXPECT_EQ(help.err, "");
  }
  for (const char* option : {"--version", "version"}) {
    const CommandResult version = run_isr(folder.path(), {option});
    EXPECT_EQ(version.status, 0);
    EXPECT_THAT(version.out,
                testing::MatchesRegex(
                    "isr [0-9]+\\.[0-9]+\\.[0-9]+\ninstruction set: [^\n]+\nlinear algebra: [^\n]+\n"
                    "compiler: [^\n]+\n"
                    "threads: [0-9]+\n"));
  }
}

// isr with ISR_SIMD set.
CommandResult run_limited(const std::filesystem::path& folder, const std::string& limit,
                          std::vector<std::string> arguments) {
  arguments.insert(arguments.begin(), {"ISR_SIMD=" + limit, ISR_EXECUTABLE});
  return RunningCommand(folder, arguments, "/usr/bin/env").wait();
}

TEST(Program, IsrSimdLimitsTheInstructionSet) {
  const TemporaryFolder folder;
  const std::string least = compiled_instruction_sets().front();
  EXPECT_THAT(run_limited(folder.path(), least, {"--version"}).out,
              HasSubstr("instruction set: " + least + ","));
  EXPECT_THAT(run_limited(folder.path(), instruction_set(), {"--version"}).out,
              HasSubstr("instruction set: " + instruction_set() + ","));
  EXPECT_EQ(run_limited(folder.path(), "", {"--version"}).out,
            RunningCommand(folder.path(), {"-u", "ISR_SIMD", ISR_EXECUTABLE, "--version"}, "/usr/bin/env")
                .wait()
                .out);
  if (instruction_set() == least) GTEST_SKIP() << "no instruction set to compare with";
  // Sums are taken in an order that depends on the width of vectors, and are rounded in that order.
  for (const std::string& limit : {least, instruction_set()})
    EXPECT_EQ(run_limited(folder.path(), limit,
                          {"recover", "mnist:train:0", "--depth", "2", "--solver", "gd", "--iterations", "50",
                           "--stop", "iterations", "--out", limit})
                  .status,
              0);
  EXPECT_NE(contents_of(folder / least / "recovered.npy"),
            contents_of(folder / instruction_set() / "recovered.npy"));
}

TEST(Program, AnIsrSimdThatNamesNoInstructionSetIsAnErrorThatListsThem) {
  const TemporaryFolder folder;
  const CommandResult result =
      run_limited(folder.path(), "avx1024", {"recover", "mnist:train:0", "--out", "out"});
  EXPECT_EQ(result.status, 1);
  EXPECT_THAT(result.err, StartsWith("isr: the environment variable ISR_SIMD is \"avx1024\", which names no "
                                     "instruction set; it may be one of "));
  for (const std::string& name : compiled_instruction_sets()) EXPECT_THAT(result.err, HasSubstr(name));
  EXPECT_FALSE(std::filesystem::exists(folder / "out"));
}

}  // namespace
}  // namespace isr
