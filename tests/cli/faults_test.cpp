// The program in adverse circumstances: nothing half written, one sentence, the right exit status.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/mount.h>
#include <sys/stat.h>

#include <chrono>
#include <clocale>
#include <random>
#include <set>
#include <thread>

#include "base/npy.h"
#include "base/test_files.h"
#include "cli/run_command.h"

namespace isr {
namespace {

namespace fs = std::filesystem;
using testing::ElementsAre;
using testing::EndsWith;
using testing::HasSubstr;
using testing::IsEmpty;

const std::string picture = "P5 8 8 255\n" + std::string(64, '\x7f');

class Faults : public testing::Test {
 protected:
  std::set<std::string> names(const fs::path& inside = "") const {
    std::set<std::string> names;
    for (const auto& entry : fs::directory_iterator(folder_.path() / inside))
      if (!entry.path().filename().string().starts_with(".std")) names.insert(entry.path().filename());
    return names;
  }

  // A picture file that a run waits for, until it is let go: what happens meanwhile happens in its middle.
  void make_fifo() const { ASSERT_EQ(::mkfifo((folder_ / "slow.pgm").c_str(), 0600), 0); }
  // Until the run has come to it.
  void wait_for_reader() {
    const auto start = std::chrono::steady_clock::now();
    while ((slow_ = ::open((folder_ / "slow.pgm").c_str(), O_WRONLY | O_NONBLOCK)) < 0 &&
           std::chrono::steady_clock::now() - start < std::chrono::seconds(20))
      std::this_thread::sleep_for(std::chrono::milliseconds(5));
    ASSERT_GE(slow_, 0) << "nothing reads slow.pgm";
  }
  void let_go() {
    if (slow_ < 0) wait_for_reader();
    ASSERT_EQ(::write(slow_, picture.data(), picture.size()), static_cast<ssize_t>(picture.size()));
    ::close(slow_);
    slow_ = -1;
  }

  static std::vector<std::string> slowly(const std::string& out) {
    return {"recover", "slow.pgm", "--basis", "pixel", "--depth", "2", "--out", out};
  }

  // Until a run has made its staging folder: a hidden one.
  void wait_for_staging(const fs::path& inside = "") const {
    const auto start = std::chrono::steady_clock::now();
    const auto made = [&] {
      std::error_code none;
      for (fs::directory_iterator entry(folder_.path() / inside, none), end; !none && entry != end; ++entry)
        if (entry->path().filename().string().find(".isr-") != std::string::npos) return true;
      return false;
    };
    while (!made() && std::chrono::steady_clock::now() - start < std::chrono::seconds(20))
      std::this_thread::sleep_for(std::chrono::milliseconds(5));
    ASSERT_TRUE(made());
  }

  CommandResult shell(const std::string& script) const {
    return RunningCommand(folder_.path(), {"-c", script}, "/bin/bash").wait();
  }

  TemporaryFolder folder_;

 private:
  int slow_ = -1;  // what the run reads slow.pgm from
};

const std::string isr = ISR_EXECUTABLE;
const std::string quick = " reproduce mnist:train:0 --depth 2 --iterations 10 ";

TEST_F(Faults, SignalsEndWorkThatDoesNotPoll) {
  make_fifo();
  for (const int signal : {SIGINT, SIGTERM, SIGHUP}) {
    RunningCommand running(folder_.path(), slowly("run"));
    wait_for_staging();
    running.send(signal);
    const CommandResult result = running.wait();
    EXPECT_EQ(result.status, 128 + signal);
    EXPECT_EQ(result.err, "isr: interrupted; nothing was written\n");
    EXPECT_THAT(names(), ElementsAre("slow.pgm"));
  }
}

TEST_F(Faults, SignalsThatWereIgnoredStayIgnored) {
  make_fifo();
  RunningCommand running(folder_.path(),
                         {"-c", "trap '' HUP; exec " + isr + " recover slow.pgm --out run -q"}, "/bin/bash");
  wait_for_staging();
  running.send(SIGHUP);
  let_go();
  EXPECT_EQ(running.wait().status, 0);
  EXPECT_THAT(names(), ElementsAre("run", "slow.pgm"));
}

TEST_F(Faults, KilledRunsLeaveWholeResultsAndTheNextOneRemovesTheirFolders) {
  const std::vector<std::string> arguments{"reproduce",    "--out", "run", "--force",
                                           "--iterations", "500",   "-q"};
  ASSERT_EQ(run_isr(folder_.path(), arguments).status, 0);
  const std::set<std::string> files = names("run");
  std::mt19937 random(1);
  for (int kill = 0; kill < 8; ++kill) {
    RunningCommand running(folder_.path(), arguments);
    std::this_thread::sleep_for(std::chrono::milliseconds(random() % 200));
    running.send(SIGKILL);
    running.wait();
    EXPECT_EQ(names("run"), files);
    EXPECT_EQ(read_npy<float>(folder_ / "run/recovered.npy").values.size(), 3u * 3 * 784);
  }
  EXPECT_EQ(run_isr(folder_.path(), arguments).status, 0);
  EXPECT_THAT(names(), ElementsAre("run"));
}

TEST_F(Faults, FullDiskIsAnErrorThatLeavesNothing) {
  fs::create_directory(folder_ / "disk");
  if (::mount("none", (folder_ / "disk").c_str(), "tmpfs", 0, "size=64k") != 0)
    GTEST_SKIP() << "only root may mount";
  const CommandResult result = shell(isr + quick + "--out disk/run");
  EXPECT_EQ(result.status, 1);
  EXPECT_THAT(result.err,
              testing::MatchesRegex("(isr: [0-9](.|\n)*)?isr: cannot write .*: No space left on device\n"));
  EXPECT_THAT(names("disk"), IsEmpty());
  ::umount((folder_ / "disk").c_str());
}

TEST_F(Faults, LimitOfTheSizeOfFilesIsAnErrorThatLeavesNothing) {
  const CommandResult result = shell("ulimit -f 8; exec " + isr + quick + "--out run");
  EXPECT_EQ(result.status, 1);
  EXPECT_THAT(result.err,
              testing::MatchesRegex("(isr: [0-9](.|\n)*)?isr: cannot write .*: File too large\n"));
  EXPECT_THAT(names(), IsEmpty());
}

TEST_F(Faults, ReadOnlyFolderIsRefusedBeforeTheWork) {
  fs::create_directory(folder_ / "fixed");
  if (::geteuid() == 0) {
    if (::mount("none", (folder_ / "fixed").c_str(), "tmpfs", MS_RDONLY, "size=64k") != 0)
      GTEST_SKIP() << "root may write everywhere, and cannot mount";
  } else {
    ::chmod((folder_ / "fixed").c_str(), 0555);
  }
  for (const std::string out : {"fixed", "fixed/run", "fixed/deep/run"}) {
    const CommandResult result = shell(isr + " recover none.png --out " + out);
    EXPECT_EQ(result.status, 1);
    EXPECT_THAT(result.err,
                testing::ContainsRegex(
                    "isr: cannot write to .*fixed.*: (Read-only file system|Permission denied)\n"));
  }
  ::umount((folder_ / "fixed").c_str());
}

TEST_F(Faults, FolderThatIsRemovedMidwayIsAnErrorNotHalfAResult) {
  make_fifo();
  fs::create_directory(folder_ / "sub");
  RunningCommand running(folder_.path(), slowly("sub/run"));
  wait_for_reader();
  fs::remove_all(folder_ / "sub");
  let_go();
  const CommandResult result = running.wait();
  EXPECT_EQ(result.status, 1);
  EXPECT_THAT(result.err,
              testing::MatchesRegex("(isr: [0-9](.|\n)*)?isr: cannot write to sub/run: its temporary folder "
                                    ".*/sub/[.]run[.]isr-[0-9]+-0 was removed\n"));
  EXPECT_THAT(names(), ElementsAre("slow.pgm"));
}

TEST_F(Faults, TwoRunsIntoOneFolderLeaveTheResultsOfOne) {
  make_fifo();
  RunningCommand slow(folder_.path(), slowly("run"));
  wait_for_staging();
  fs::create_directory(folder_ / "elsewhere");
  ASSERT_EQ(
      run_isr(folder_ / "elsewhere", {"reproduce", "--iterations", "10", "--out", "../run", "-q"}).status, 0);
  const std::string first = contents_of(folder_ / "run/results.json");
  let_go();
  const CommandResult result = slow.wait();
  EXPECT_EQ(result.status, 1);
  EXPECT_THAT(result.err, EndsWith("isr: cannot write to run: another run has filled it meanwhile\n"));
  EXPECT_EQ(contents_of(folder_ / "run/results.json"), first);
  EXPECT_THAT(names(), ElementsAre("elsewhere", "run", "slow.pgm"));
}

TEST_F(Faults, OutputThatNobodyReadsOrTakes) {
  const CommandResult closed = shell("exec " + isr + quick + "--out run >&-");
  EXPECT_EQ(closed.status, 1);
  EXPECT_THAT(closed.err, EndsWith("isr: cannot write to standard output\n"));
  EXPECT_TRUE(fs::exists(folder_ / "run/results.csv"));
  EXPECT_EQ(shell("exec " + isr + " --help > /dev/full").err, "isr: cannot write to standard output\n");
  // As for any program that writes into a pipe without a reader.
  const CommandResult pipe = shell("{ sleep 0.2; exec " + isr + " --help; } | true; exit ${PIPESTATUS[0]}");
  EXPECT_EQ(pipe.status, 128 + SIGPIPE);
  EXPECT_EQ(pipe.err, "");
  const CommandResult all = shell("exec " + isr + quick + "--out all <&- >&- 2>&-");
  EXPECT_EQ(all.status, 1);
  EXPECT_TRUE(fs::exists(folder_ / "all/results.csv"));
}

std::string rows_without_seconds(const fs::path& csv) {
  const std::string text = contents_of(csv);
  return text.substr(0, text.rfind(','));
}

TEST_F(Faults, NoHomeAndALocaleWithCommasChangeNothing) {
  ASSERT_EQ(shell(isr + quick + "--out plain -q").status, 0);
  // But for what the tests themselves are run with.
  ASSERT_EQ(
      shell("env -i ISR_SIMD=\"$ISR_SIMD\" LSAN_OPTIONS=\"$LSAN_OPTIONS\" " + isr + quick + "--out bare -q")
          .status,
      0);
  const bool made =
      std::system(("localedef -i de_DE -f UTF-8 " + (folder_ / "de_DE.UTF-8").string() + " >/dev/null 2>&1")
                      .c_str()) == 0;
  const std::string locale = "LOCPATH=" + folder_.path().string() + " LC_ALL=de_DE.UTF-8 ";
  if (made) {
    EXPECT_EQ(shell(locale + "bash -c 'printf %.1f 1,5'").out, "1,5");
  }
  ASSERT_EQ(shell(locale + isr + quick + "--out commas -q").status, 0);
  const std::string expected = rows_without_seconds(folder_ / "plain/results.csv");
  EXPECT_THAT(expected, HasSubstr(",0.001,"));
  for (const char* run : {"bare", "commas"})
    EXPECT_EQ(rows_without_seconds(folder_ / run / "results.csv"), expected) << run;
}

TEST_F(Faults, OddPathsAreFine) {
  const std::string longest(240, 'x');
  for (const std::string name : {"with space", "größe–✓", "-dash", "quote'\"", "new\nline", "=1+1",
                                 "$(x) `x` *?", "latin \xE9", longest.c_str()}) {
    SCOPED_TRACE(name);
    // Large enough for a file of its own under recovered/.
    put_file(folder_ / (name + ".pgm"), "P5 65 4 255\n" + std::string(260, '\x7f'));
    const CommandResult result = run_isr(folder_.path(), {"recover", "--basis", "pixel", "--depth", "2",
                                                          "--out=" + name, "--", name + ".pgm"});
    EXPECT_EQ(result.status, 0) << result.err;
    EXPECT_TRUE(fs::exists(folder_ / name / "figure.png"));
    EXPECT_THAT(result.out, HasSubstr("figure.png"));
  }
}

}  // namespace
}  // namespace isr
