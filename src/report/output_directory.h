// The folder of a run's outputs.
#pragma once

#include <filesystem>

namespace isr {

// Files are written into a staging folder beside the target and moved into place by commit(), all or none of
// them; without commit() (an error, Ctrl-C) nothing remains and nothing that was there is touched.
class OutputDirectory {
 public:
  // Throws Error when `target` exists and is not an empty folder, unless `force`, or when its parent cannot
  // be written; UsageError when `target` is empty.
  OutputDirectory(std::filesystem::path target, bool force);
  ~OutputDirectory();
  OutputDirectory(const OutputDirectory&) = delete;
  OutputDirectory& operator=(const OutputDirectory&) = delete;

  // Where to write the file of this name (sub-folders are made).
  std::filesystem::path file(const std::filesystem::path& name) const;

  const std::filesystem::path& target() const { return target_; }

  // Moves everything to the target. With `force`, files of the same names are replaced.
  void commit();

 private:
  std::filesystem::path target_, staging_;
};

}  // namespace isr
