#include "report/output_directory.h"

#include <unistd.h>

#include <string>
#include <system_error>

#include "base/error.h"

namespace isr {

namespace fs = std::filesystem;

OutputDirectory::OutputDirectory(fs::path target, bool force) : target_(std::move(target)) {
  if (target_.empty()) throw UsageError("--out needs the name of a folder");
  if (target_.filename().empty()) target_ = target_.parent_path();  // "out/" is "out"
  std::error_code error;
  if (fs::exists(target_, error)) {
    if (!fs::is_directory(target_, error)) throw Error("--out " + target_.string() + " is not a folder");
    if (!fs::is_empty(target_, error) && !force)
      throw Error("--out " + target_.string() +
                  " exists and is not empty; choose another folder or add --force");
  }
  const fs::path parent = fs::absolute(target_).parent_path();
  fs::create_directories(parent, error);
  staging_ = parent / ("." + target_.filename().string() + ".isr-" + std::to_string(getpid()));
  if (!fs::create_directory(staging_, error) || error)
    throw Error("cannot write to " + parent.string() + ": " +
                (error ? error.message() : "a leftover of a run is in the way"));
}

OutputDirectory::~OutputDirectory() {
  std::error_code ignored;
  if (!staging_.empty()) fs::remove_all(staging_, ignored);
}

fs::path OutputDirectory::file(const fs::path& name) const {
  const fs::path path = staging_ / name;
  fs::create_directories(path.parent_path());
  return path;
}

void OutputDirectory::commit() {
  std::error_code error;
  fs::remove(target_, error);  // only an empty folder goes away
  if (!fs::exists(target_, error)) {
    fs::rename(staging_, target_, error);
  } else {
    for (const auto& entry : fs::recursive_directory_iterator(staging_)) {
      const fs::path goal = target_ / fs::relative(entry.path(), staging_);
      if (entry.is_directory())
        fs::create_directories(goal, error);
      else
        fs::rename(entry.path(), goal, error);
      if (error) break;
    }
    fs::remove_all(staging_);
  }
  if (error) throw Error("cannot write to " + target_.string() + ": " + error.message());
  staging_.clear();
}

}  // namespace isr
