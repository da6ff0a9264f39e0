// The folder of a run's outputs.
#pragma once

#include <filesystem>

namespace isr {

// Files are written into a hidden staging folder and moved into the target by commit(), all or none of them;
// without commit() (an error, Ctrl-C) nothing remains and nothing that was there is touched. The staging
// folder lies beside the target, or inside it where the target is another file system's (a mounted folder).
// It is locked while its process lives, so that a later run can remove what a killed one has left.
class OutputDirectory {
 public:
  // A symbolic link as target is followed, and stays. Throws Error when the target exists and is not an empty
  // folder, unless `force`, or when it cannot be written; UsageError when `target` is empty.
  OutputDirectory(std::filesystem::path target, bool force);
  ~OutputDirectory();
  OutputDirectory(const OutputDirectory&) = delete;
  OutputDirectory& operator=(const OutputDirectory&) = delete;

  // Where to write the file of this name (sub-folders are made). Throws Error when the staging folder is
  // gone.
  std::filesystem::path file(const std::filesystem::path& name) const;

  const std::filesystem::path& target() const { return target_; }

  // Moves everything to the target. With `force`, files of the same names are replaced. Throws Error, having
  // moved nothing, when another run has filled the target meanwhile (without `force`), when files and folders
  // of the same name meet, or when somebody has removed the staging folder.
  void commit();

  // For a process that is about to end while others of its threads still write: removes the staging folders
  // of all runs, and no commit() begins any more; one that has begun is waited for. Returns whether any run
  // of this process had been committed.
  static bool abandon_all();

 private:
  bool staging_is_ours() const;
  void merge() const;

  std::filesystem::path target_, goal_, staging_;  // goal: the target with links followed
  bool force_;
  int lock_ = -1;  // an open descriptor of the staging folder
};

}  // namespace isr
