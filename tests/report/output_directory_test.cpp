#include "report/output_directory.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

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
            "--out " + (folder / "run").string() +
                " exists and is not empty; choose another folder or add --force");
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
            "--out " + (folder / "file").string() + " is not a folder");
  EXPECT_EQ(error_of([&] { OutputDirectory(folder / "file/run", true); }),
            "cannot write to " + (folder / "file").string() + ": Not a directory");
  EXPECT_EQ(error_of<UsageError>([] { OutputDirectory("", false); }), "--out needs the name of a folder");
}

TEST(OutputDirectory, FolderWithoutPermissionIsRefusedByName) {
  if (::geteuid() == 0) GTEST_SKIP() << "root may write everywhere";
  const TemporaryFolder folder;
  fs::permissions(folder.path(), fs::perms::owner_read | fs::perms::owner_exec);
  EXPECT_EQ(error_of([&] { OutputDirectory(folder / "run", false); }),
            "cannot write to " + folder.path().string() + ": Permission denied");
  fs::permissions(folder.path(), fs::perms::owner_all);
}

}  // namespace
}  // namespace isr
