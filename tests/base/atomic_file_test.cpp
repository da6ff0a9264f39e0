#include "base/atomic_file.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/resource.h>

#include <csignal>
#include <iterator>
#include <stdexcept>
#include <string>
#include <vector>

#include "base/error.h"

namespace isr {
namespace {

namespace fs = std::filesystem;

class AtomicFileTest : public testing::Test {
 protected:
  void SetUp() override {
    const auto* test = testing::UnitTest::GetInstance()->current_test_info();
    folder_ = fs::path(testing::TempDir()) / ("isr_atomic_" + std::string(test->name()));
    fs::remove_all(folder_);
    fs::create_directories(folder_);
  }
  void TearDown() override { fs::remove_all(folder_); }

  static std::string contents(const fs::path& path) {
    std::ifstream in(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
  }
  std::size_t files() const {
    return std::distance(fs::directory_iterator(folder_), fs::directory_iterator());
  }

  fs::path folder_;
};

TEST_F(AtomicFileTest, TargetKeepsItsOldContentsUntilCommit) {
  write_file(folder_ / "a.txt", "old");
  AtomicFile file(folder_ / "a.txt");
  file.stream() << "new";
  file.stream().flush();
  EXPECT_EQ(contents(folder_ / "a.txt"), "old");
  file.commit();
  EXPECT_EQ(contents(folder_ / "a.txt"), "new");
  EXPECT_EQ(files(), 1u);
}

TEST_F(AtomicFileTest, AbandonedFileLeavesNothingBehind) {
  try {
    AtomicFile file(folder_ / "a.txt");
    file.stream() << "half";
    throw std::runtime_error("interrupted");
  } catch (const std::runtime_error&) {
  }
  EXPECT_EQ(files(), 0u);
}

TEST_F(AtomicFileTest, LibraryMayWriteToTheTemporaryPathItself) {
  AtomicFile file(folder_ / "figure.png");
  EXPECT_EQ(file.temporary_path().extension(), ".png");
  EXPECT_EQ(file.temporary_path().parent_path(), folder_);
  std::ofstream(file.temporary_path()) << "pixels";
  file.commit();
  EXPECT_EQ(contents(folder_ / "figure.png"), "pixels");
}

TEST_F(AtomicFileTest, BeyondTheLimitOfTheSizeOfFilesNamesTheReasonAndLeavesNothing) {
  rlimit limit{};
  ASSERT_EQ(getrlimit(RLIMIT_FSIZE, &limit), 0);
  const auto before = std::signal(SIGXFSZ, SIG_IGN);
  const rlimit small{4096, limit.rlim_max};
  ASSERT_EQ(setrlimit(RLIMIT_FSIZE, &small), 0);
  std::vector<std::string> errors;
  for (const std::size_t size : {std::size_t{5000}, std::size_t{1} << 20}) try {
      write_file(folder_ / "large", std::string(size, 'x'));
    } catch (const Error& error) {
      errors.push_back(error.what());
    }
  setrlimit(RLIMIT_FSIZE, &limit);
  std::signal(SIGXFSZ, before);
  const std::string expected = "cannot write " + (folder_ / "large").string() + ": File too large";
  EXPECT_EQ(errors, (std::vector<std::string>{expected, expected}));
  EXPECT_EQ(files(), 0u);
}

TEST_F(AtomicFileTest, TwoWritersOfOneTargetDoNotShareATemporary) {
  AtomicFile first(folder_ / "a"), second(folder_ / "a");
  EXPECT_NE(first.temporary_path(), second.temporary_path());
}

TEST_F(AtomicFileTest, SymbolicLinkStaysALinkAndItsTargetChanges) {
  write_file(folder_ / "real.txt", "old");
  fs::create_symlink("real.txt", folder_ / "link.txt");
  write_file(folder_ / "link.txt", "new");
  EXPECT_TRUE(fs::is_symlink(folder_ / "link.txt"));
  EXPECT_EQ(contents(folder_ / "real.txt"), "new");
}

TEST_F(AtomicFileTest, MissingFolderAFolderAndADeviceAreRefusedByName) {
  const auto message = [](const fs::path& target) -> std::string {
    try {
      AtomicFile file(target);
    } catch (const Error& error) {
      return error.what();
    }
    return "accepted";
  };
  EXPECT_EQ(message(folder_ / "none" / "a.txt"),
            "cannot write " + (folder_ / "none" / "a.txt").string() + ": the folder does not exist");
  EXPECT_EQ(message(folder_), "cannot write " + folder_.string() + ": it is a folder");
  EXPECT_EQ(message("/dev/null"), "cannot write /dev/null: it is not a regular file");
}

}  // namespace
}  // namespace isr
