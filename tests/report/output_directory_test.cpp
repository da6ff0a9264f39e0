#include "report/output_directory.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sys/mount.h>
#include <unistd.h>

#include <set>

#include "base/test_files.h"

namespace isr {
namespace {

namespace fs = std::filesystem;
using testing::ElementsAre;
using testing::IsEmpty;

std::set<std::string> names_in(const fs::path& folder) {
  std::set<std::string> names;
  for (const auto& entry : fs::directory_iterator(folder)) names.insert(entry.path().filename());
  return names;
}

TEST(OutputDirectory, FilesAppearAtCommitAllAtOnce) {
  const TemporaryFolder folder;
  {
    OutputDirectory out(folder / "run", false);
    put_file(out.file("a.txt"), "a");
    put_file(out.file("pictures/b.txt"), "b");
    EXPECT_FALSE(fs::exists(folder / "run"));
    out.commit();
    EXPECT_EQ(out.target(), folder / "run");
  }
  EXPECT_THAT(names_in(folder.path()), ElementsAre("run"));
  EXPECT_EQ(contents_of(folder / "run/a.txt"), "a");
  EXPECT_EQ(contents_of(folder / "run/pictures/b.txt"), "b");
}

TEST(OutputDirectory, WithoutCommitNothingRemains) {
  const TemporaryFolder folder;
  {
    OutputDirectory out(folder / "run", false);
    put_file(out.file("pictures/b.txt"), "b");
  }
  EXPECT_THAT(names_in(folder.path()), IsEmpty());
}

TEST(OutputDirectory, FolderThatHoldsFilesIsRefusedAndLeftAlone) {
  const TemporaryFolder folder;
  fs::create_directory(folder / "run");
  put_file(folder / "run/a.txt", "precious");
  EXPECT_EQ(error_of([&] { OutputDirectory(folder / "run", false); }),
            "the folder " + (folder / "run").string() +
                " exists and is not empty; choose another folder, or force to write into it");
  EXPECT_EQ(contents_of(folder / "run/a.txt"), "precious");
  EXPECT_THAT(names_in(folder.path()), ElementsAre("run"));
}

TEST(OutputDirectory, WithForceFilesOfTheSameNamesAreReplacedAndOthersStay) {
  const TemporaryFolder folder;
  fs::create_directories(folder / "run/pictures");
  put_file(folder / "run/a.txt", "old");
  put_file(folder / "run/mine.txt", "mine");
  put_file(folder / "run/pictures/b.txt", "old");
  OutputDirectory out(folder / "run", true);
  put_file(out.file("a.txt"), "new");
  put_file(out.file("pictures/b.txt"), "new");
  put_file(out.file("more/c.txt"), "new");
  EXPECT_EQ(contents_of(folder / "run/a.txt"), "old");
  out.commit();
  for (const char* name : {"run/a.txt", "run/pictures/b.txt", "run/more/c.txt"})
    EXPECT_EQ(contents_of(folder / name), "new") << name;
  EXPECT_EQ(contents_of(folder / "run/mine.txt"), "mine");
  EXPECT_THAT(names_in(folder.path()), ElementsAre("run"));
}

TEST(OutputDirectory, WithForceAndWithoutCommitNothingIsTouched) {
  const TemporaryFolder folder;
  fs::create_directory(folder / "run");
  put_file(folder / "run/a.txt", "old");
  {
    OutputDirectory out(folder / "run", true);
    put_file(out.file("a.txt"), "new");
  }
  EXPECT_EQ(contents_of(folder / "run/a.txt"), "old");
  EXPECT_THAT(names_in(folder.path()), ElementsAre("run"));
}

TEST(OutputDirectory, EmptyFoldersTrailingSlashesAndMissingParentsAreFine) {
  const TemporaryFolder folder;
  fs::create_directory(folder / "empty");
  OutputDirectory empty(folder / "empty", false);
  put_file(empty.file("a.txt"), "a");
  empty.commit();
  EXPECT_EQ(contents_of(folder / "empty/a.txt"), "a");
  OutputDirectory deep(folder / "x/y/z/", false);
  put_file(deep.file("a.txt"), "a");
  deep.commit();
  EXPECT_EQ(contents_of(folder / "x/y/z/a.txt"), "a");
}

TEST(OutputDirectory, WhatCannotBeAFolderIsRefusedByName) {
  const TemporaryFolder folder;
  put_file(folder / "file", "x");
  EXPECT_EQ(error_of([&] { OutputDirectory(folder / "file", true); }),
            (folder / "file").string() + " is not a folder");
  EXPECT_EQ(error_of([&] { OutputDirectory(folder / "file/run", true); }),
            "cannot write to " + (folder / "file").string() + ": Not a directory");
  EXPECT_EQ(error_of<UsageError>([] { OutputDirectory("", false); }), "the output folder needs a name");
}

TEST(OutputDirectory, FolderWithoutPermissionIsRefusedByName) {
  if (::geteuid() == 0) GTEST_SKIP() << "root may write everywhere";
  const TemporaryFolder folder;
  fs::permissions(folder.path(), fs::perms::owner_read | fs::perms::owner_exec);
  EXPECT_EQ(error_of([&] { OutputDirectory(folder / "run", false); }),
            "cannot write to " + folder.path().string() + ": Permission denied");
  fs::permissions(folder.path(), fs::perms::owner_all);
}

TEST(OutputDirectory, LinkIsFollowedAndStays) {
  const TemporaryFolder folder;
  fs::create_directories(folder / "disk/run");
  put_file(folder / "disk/run/mine.txt", "mine");
  fs::create_symlink("disk/run", folder / "link");
  fs::create_symlink("disk/new", folder / "dangling");
  fs::create_symlink("itself", folder / "itself");
  for (const char* name : {"link", "dangling"}) {
    OutputDirectory out(folder / name, true);
    put_file(out.file("a.txt"), "a");
    out.commit();
    EXPECT_EQ(out.target(), folder / name);
    EXPECT_TRUE(fs::is_symlink(folder / name));
  }
  EXPECT_THAT(names_in(folder / "disk/run"), ElementsAre("a.txt", "mine.txt"));
  EXPECT_THAT(names_in(folder / "disk/new"), ElementsAre("a.txt"));
  EXPECT_THAT(names_in(folder / "disk"), ElementsAre("new", "run"));
  EXPECT_EQ(error_of([&] { OutputDirectory(folder / "itself", false); }),
            "cannot write to " + (folder / "itself").string() + ": Too many levels of symbolic links");
}

TEST(OutputDirectory, LeftoversOfKilledRunsAreRemovedAndThoseOfLiveOnesAreNot) {
  const TemporaryFolder folder;
  OutputDirectory alive(folder / "run", false);
  put_file(alive.file("a.txt"), "a");
  // As a process leaves that is killed; the last has the number of a live process, which does not know of it.
  const std::string numbers[] = {"999999-0", "1-0", std::to_string(::getpid()) + "-1"};
  for (const std::string& number : numbers) {
    fs::create_directories(folder / (".run.isr-" + number + "/pictures"));
    put_file(folder / (".run.isr-" + number + "/pictures/b.txt"), "b");
  }
  fs::create_directory(folder / ".other.isr-999999-0");
  put_file(folder / ".run.isr-file", "no folder");
  {
    const OutputDirectory later(folder / "run", false);
    EXPECT_EQ(names_in(folder.path()).size(), 4u);  // of the two runs, of another target, the file
  }
  EXPECT_THAT(
      names_in(folder.path()),
      ElementsAre(".other.isr-999999-0", ".run.isr-" + std::to_string(::getpid()) + "-0", ".run.isr-file"));
  alive.commit();
  EXPECT_EQ(contents_of(folder / "run/a.txt"), "a");
}

TEST(OutputDirectory, TwoRunsIntoOneFolderDoNotMix) {
  const TemporaryFolder folder;
  OutputDirectory first(folder / "run", false), second(folder / "run", false), third(folder / "run", true);
  put_file(first.file("a.txt"), "first");
  put_file(second.file("a.txt"), "second");
  put_file(second.file("b.txt"), "second");
  put_file(third.file("b.txt"), "third");
  first.commit();
  EXPECT_EQ(error_of([&] { second.commit(); }),
            "cannot write to " + (folder / "run").string() + ": another run has filled it meanwhile");
  EXPECT_THAT(names_in(folder / "run"), ElementsAre("a.txt"));
  EXPECT_EQ(contents_of(folder / "run/a.txt"), "first");
  third.commit();
  EXPECT_THAT(names_in(folder / "run"), ElementsAre("a.txt", "b.txt"));
}

TEST(OutputDirectory, FolderThatIsThereStaysTheSameOne) {
  const TemporaryFolder folder;
  fs::create_directory(folder / "empty");
  fs::permissions(folder / "empty", fs::perms::owner_all);
  OutputDirectory out(folder / "empty", false);
  put_file(out.file("a.txt"), "a");
  out.commit();
  EXPECT_EQ(fs::status(folder / "empty").permissions(), fs::perms::owner_all);
}

TEST(OutputDirectory, RemovedWhileTheRunWritesIsAnErrorNotHalfAResult) {
  const TemporaryFolder folder;
  const std::string staging = ".run.isr-" + std::to_string(::getpid()) + "-0";
  const std::string expected = "cannot write to " + (folder / "run").string() + ": its temporary folder " +
                               (fs::canonical(folder.path()) / staging).string() + " was removed";
  {
    OutputDirectory out(folder / "run", false);
    put_file(out.file("a.txt"), "a");
    fs::remove_all(folder / staging);
    EXPECT_EQ(error_of([&] { out.file("b.txt"); }), expected);
    fs::create_directory(folder / staging);  // another one of the same name
    EXPECT_EQ(error_of([&] { out.commit(); }), expected);
  }
  EXPECT_THAT(names_in(folder.path()), ElementsAre(staging));
}

TEST(OutputDirectory, FilesAndFoldersOfOneNameMeetBeforeAnythingIsMoved) {
  const TemporaryFolder folder;
  fs::create_directories(folder / "run/b");
  OutputDirectory out(folder / "run", true);
  put_file(out.file("a.txt"), "a");
  put_file(out.file("b"), "a file");
  EXPECT_EQ(error_of([&] { out.commit(); }),
            "cannot write to " + (fs::canonical(folder.path()) / "run/b").string() + ": it is a folder");
  EXPECT_THAT(names_in(folder / "run"), ElementsAre("b"));
}

TEST(OutputDirectory, IsStagedInsideWhatIsMountedThere) {
  const TemporaryFolder folder;
  fs::create_directory(folder / "mounted");
  if (::mount("none", (folder / "mounted").c_str(), "tmpfs", 0, "size=1m") != 0)
    GTEST_SKIP() << "only root may mount";
  {
    fs::create_directory(folder / "mounted/.isr-999999-0");  // left by a killed run
    OutputDirectory out(folder / "mounted", false);
    put_file(out.file("pictures/a.txt"), "a");
    out.commit();
    EXPECT_THAT(names_in(folder.path()), ElementsAre("mounted"));
    EXPECT_THAT(names_in(folder / "mounted"), ElementsAre("pictures"));
    EXPECT_EQ(contents_of(folder / "mounted/pictures/a.txt"), "a");
  }
  ::umount((folder / "mounted").c_str());
}

}  // namespace
}  // namespace isr
