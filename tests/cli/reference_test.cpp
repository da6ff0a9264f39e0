// Help, the manual page, completions and data/docs/commands.md, as the program prints them.
#include "cli/reference.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sstream>

#include "base/wrapped_text.h"
#include "cli/run_command.h"

namespace isr {
namespace {

using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

const std::vector<std::vector<std::string>> commands{{"recover"},
                                                     {"compare"},
                                                     {"measure"},
                                                     {"solve"},
                                                     {"reproduce", "mnist"},
                                                     {"reproduce", "convergence"},
                                                     {"reproduce", "window"},
                                                     {"sweep"},
                                                     {"sweep", "plot"},
                                                     {"sweep", "export"},
                                                     {"sweep", "merge"}};

class ReferenceTest : public testing::Test {
 protected:
  // Of isr, with a terminal as wide as that.
  std::string output(std::vector<std::string> arguments, int width = 100) {
    arguments.insert(arguments.begin(), {"COLUMNS=" + std::to_string(width), ISR_EXECUTABLE});
    const CommandResult result = RunningCommand(folder_.path(), arguments, "/usr/bin/env").wait();
    EXPECT_EQ(result.status, 0) << result.err;
    return result.out;
  }

  // What bash offers after these words, of which the last is being typed.
  std::string completed(const std::string& words) {
    put_file(folder_ / "isr.bash", output({"help", "--as", "bash"}));
    const std::string script = "source isr.bash; COMP_WORDS=(" + words +
                               "); COMP_CWORD=$((${#COMP_WORDS[@]} - 1)); _isr; echo \"${COMPREPLY[*]}\"";
    return RunningCommand(folder_.path(), {"-c", script}, "/bin/bash").wait().out;
  }

  TemporaryFolder folder_;
};

TEST_F(ReferenceTest, HelpFitsTheTerminalAndNamesEveryValue) {
  for (auto command : commands) {
    command.insert(command.begin(), "help");
    for (const int width : {40, 80, 100}) {
      std::istringstream lines(output(command, width));
      for (std::string line; std::getline(lines, line);) {
        EXPECT_LE(display_width(line), static_cast<std::size_t>(width)) << line;
        EXPECT_THAT(line + " ", Not(HasSubstr(" arg ")));
      }
    }
  }
}

TEST_F(ReferenceTest, HelpOfACommandIsThatOfItsOption) {
  EXPECT_EQ(output({"help", "recover"}), output({"recover", "--help"}));
  EXPECT_EQ(output({"help", "reproduce", "window"}), output({"reproduce", "window", "--help"}));
  EXPECT_THAT(output({"help", "reproduce"}), HasSubstr("early-stopping-error"));
}

TEST_F(ReferenceTest, TheManualPageHasTheOptionsOfEveryCommand) {
  const std::string page = output({"help", "--as", "man"});
  for (const char* part :
       {".TH ISR 1", ".SH \"ISR recover\"", ".SH \"ISR reproduce window\"", "\\-\\-positive\\-probability",
        "\\-\\-good\\-error", "\\-\\-white", "\\-\\-frames", "ISR_SIMD", ".SH \"EXIT STATUS\""})
    EXPECT_THAT(page, HasSubstr(part));
}

TEST_F(ReferenceTest, ThePageOfCommandsIsUpToDate) {
  EXPECT_TRUE(contents_of(ISR_DATA_DIR "/docs/commands.md") == output({"help", "--as", "markdown"}))
      << "after a change of options: isr help --as markdown >data/docs/commands.md";
}

TEST_F(ReferenceTest, BashCompletesCommandsOptionsAndValues) {
  EXPECT_EQ(completed("isr rec"), "recover\n");
  EXPECT_EQ(completed("isr recover --meas"), "--measurements\n");
  EXPECT_EQ(completed("isr recover --ensemble bi"), "biased-sign\n");
  EXPECT_EQ(completed("isr recover --basis = cdf"), "cdf97\n");
  EXPECT_EQ(completed("isr solve --solver ''"), "flow gd\n");
  EXPECT_EQ(completed("isr reproduce win"), "window\n");
  EXPECT_EQ(completed("isr help comp"), "compare\n");
  std::filesystem::create_directory(folder_ / "results");
  EXPECT_EQ(completed("isr recover --out res"), "results\n");
}

TEST_F(ReferenceTest, ZshAndFishKnowTheSameOptions) {
  const std::string zsh = output({"help", "--as", "zsh"}), fish = output({"help", "--as", "fish"});
  EXPECT_THAT(zsh, StartsWith("#compdef isr\n"));
  for (const char* option : {"measurements", "good-error", "max-memory", "threads"}) {
    EXPECT_THAT(zsh, HasSubstr("'--" + std::string(option) + "="));
    EXPECT_THAT(fish, HasSubstr(" -l " + std::string(option) + " "));
  }
  EXPECT_THAT(zsh, HasSubstr(":(auto gaussian rademacher"));
  EXPECT_THAT(fish, HasSubstr("-a 'auto gaussian rademacher"));
}

TEST_F(ReferenceTest, WrongFormsAndFiguresAreWrongUsage) {
  const CommandResult form = run_isr(folder_.path(), {"help", "--as", "html"});
  EXPECT_EQ(form.status, 2);
  EXPECT_EQ(form.err, "isr: isr help --as must be followed by man, markdown, bash, zsh or fish\n");
  const CommandResult figure = run_isr(folder_.path(), {"reproduce", "convergance"});
  EXPECT_EQ(figure.status, 2);
  EXPECT_EQ(figure.err, "isr: \"convergance\" is no figure; did you mean convergence?\n");
}

}  // namespace
}  // namespace isr
