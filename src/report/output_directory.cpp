#include "report/output_directory.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <mutex>
#include <string>
#include <system_error>
#include <vector>

#include "base/error.h"
#include "base/foreign_text.h"

namespace isr {

namespace fs = std::filesystem;

namespace {

constexpr const char* mark = ".isr-";      // in the names of staging folders
constexpr std::size_t longest_name = 200;  // bytes of the target's name in them: names have at most 255

// Guards the list of staging folders, and commits: who ends the process keeps it.
struct Runs {
  std::mutex mutex;
  std::vector<fs::path> staging;
  bool committed = false;

  static Runs& instance() {
    static Runs* const runs = new Runs;  // never destroyed: the process may end while it is locked
    return *runs;
  }
};

[[noreturn]] void fail(const fs::path& folder, const std::string& why) {
  throw Error("cannot write to " + folder.string() + ": " + why);
}

// The folder that writing to `target` would fill: links are followed, also one to a folder that is not there
// yet.
fs::path followed(const fs::path& target) {
  std::error_code error;
  fs::path goal = fs::absolute(target);
  for (int links = 0; links < 40 && fs::is_symlink(goal, error) && !fs::exists(goal, error); ++links)
    goal = goal.parent_path() / fs::read_symlink(goal, error);
  goal = fs::weakly_canonical(goal, error);
  if (error) fail(target, error.message());
  return goal;
}

// Between mounts nothing can be renamed, even when they show one file system.
bool same_mount(const fs::path& a, const fs::path& b) {
  struct statx of_a {
  }, of_b{};
  return ::statx(AT_FDCWD, a.c_str(), 0, STATX_MNT_ID, &of_a) == 0 &&
         ::statx(AT_FDCWD, b.c_str(), 0, STATX_MNT_ID, &of_b) == 0 && of_a.stx_mnt_id == of_b.stx_mnt_id &&
         of_a.stx_dev_major == of_b.stx_dev_major && of_a.stx_dev_minor == of_b.stx_dev_minor;
}

// Anything but the staging folders of runs.
bool holds_files(const fs::path& folder) {
  std::error_code error;
  for (fs::directory_iterator entry(folder, error), end; entry != end; entry.increment(error))
    if (!entry->path().filename().string().starts_with(mark)) return true;
  return static_cast<bool>(error);
}

bool may_write(const fs::path& folder) {
  return ::access(folder.c_str(), W_OK | X_OK) == 0;
}

enum class Lock { taken, held_by_another, impossible };

// Locks a folder for as long as the descriptor is open, whatever ends the process. Some network file systems
// cannot: there leftovers stay.
Lock lock_folder(const fs::path& folder, int& descriptor) {
  descriptor = ::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
  if (descriptor < 0) return Lock::impossible;
  if (::flock(descriptor, LOCK_EX | LOCK_NB) == 0) return Lock::taken;
  return errno == EWOULDBLOCK ? Lock::held_by_another : Lock::impossible;
}

// Removes the staging folders in `folder` whose process is gone.
void remove_leftovers(const fs::path& folder, const std::string& prefix) {
  std::error_code ignored;
  std::vector<fs::path> found;
  for (fs::directory_iterator entry(folder, ignored), end; entry != end; entry.increment(ignored))
    if (entry->path().filename().string().starts_with(prefix)) found.push_back(entry->path());
  for (const fs::path& leftover : found) {
    int descriptor = -1;
    if (lock_folder(leftover, descriptor) == Lock::taken) fs::remove_all(leftover, ignored);
    if (descriptor >= 0) ::close(descriptor);
  }
}

bool is_this_folder(const fs::path& folder, int descriptor) {
  struct stat by_name {
  }, by_descriptor{};
  return ::stat(folder.c_str(), &by_name) == 0 && ::fstat(descriptor, &by_descriptor) == 0 &&
         by_name.st_dev == by_descriptor.st_dev && by_name.st_ino == by_descriptor.st_ino;
}

// A new folder, locked: PREFIX, the number of the process, a number that is free.
fs::path make_staging(const fs::path& folder, const std::string& prefix, int& descriptor) {
  const std::string start = prefix + std::to_string(::getpid()) + "-";
  for (int number = 0;; ++number) {
    fs::path name = folder / (start + std::to_string(number));
    if (::mkdir(name.c_str(), 0777) != 0) {
      if (errno == EEXIST) continue;
      fail(folder, std::strerror(errno));
    }
    const Lock lock = lock_folder(name, descriptor);
    // Another run may have taken it for a leftover before it was locked.
    if (lock == Lock::impossible || (lock == Lock::taken && is_this_folder(name, descriptor))) return name;
    ::close(descriptor);
  }
}

}  // namespace

OutputDirectory::OutputDirectory(fs::path target, bool force) : target_(std::move(target)), force_(force) {
  if (target_.empty()) throw UsageError("the output folder needs a name");
  if (target_.filename().empty()) target_ = target_.parent_path();  // "out/" is "out"
  goal_ = followed(target_);
  std::error_code error;
  const bool there = fs::exists(goal_, error);
  if (there) {
    if (!fs::is_directory(goal_, error)) throw Error(target_.string() + " is not a folder");
    if (!force_ && holds_files(goal_))
      throw Error("the folder " + target_.string() +
                  " exists and is not empty; choose another folder, or force to write into it");
    if (!may_write(goal_)) fail(goal_, std::strerror(errno));
  }
  const fs::path parent = goal_.parent_path();
  fs::create_directories(parent, error);
  if (error) fail(parent, error.message());
  const bool inside = there && (parent == goal_ || !may_write(parent) || !same_mount(goal_, parent));
  const fs::path folder = inside ? goal_ : parent;
  const std::string prefix = inside ? mark : "." + cut(goal_.filename().string(), longest_name) + mark;
  remove_leftovers(folder, prefix);
  Runs& runs = Runs::instance();
  const std::lock_guard lock(runs.mutex);
  staging_ = make_staging(folder, prefix, lock_);
  runs.staging.push_back(staging_);
}

OutputDirectory::~OutputDirectory() {
  Runs& runs = Runs::instance();
  const std::lock_guard lock(runs.mutex);
  std::error_code ignored;
  if (staging_is_ours()) fs::remove_all(staging_, ignored);
  std::erase(runs.staging, staging_);
  if (lock_ >= 0) ::close(lock_);
}

bool OutputDirectory::staging_is_ours() const {
  std::error_code error;
  return lock_ >= 0 ? is_this_folder(staging_, lock_) : fs::is_directory(staging_, error);
}

fs::path OutputDirectory::file(const fs::path& name) const {
  if (!staging_is_ours()) fail(target_, "its temporary folder " + staging_.string() + " was removed");
  fs::path path = staging_ / name;
  std::error_code error;
  fs::create_directories(path.parent_path(), error);
  if (error) fail(path.parent_path(), error.message());
  return path;
}

// Moves file by file, after a look at whether all can be moved.
void OutputDirectory::merge() const {
  if (!force_ && holds_files(goal_)) fail(target_, "another run has filled it meanwhile");
  std::vector<fs::path> folders, files;
  std::error_code error;
  for (fs::recursive_directory_iterator entry(staging_, error), end; entry != end; entry.increment(error)) {
    const bool folder = entry->is_directory();
    const fs::path name = entry->path().lexically_relative(staging_), goal = goal_ / name;
    std::error_code ignored;
    if (fs::exists(goal, ignored) && fs::is_directory(goal, ignored) != folder)
      fail(goal, folder ? "it is no folder" : "it is a folder");
    (folder ? folders : files).push_back(name);
  }
  for (const fs::path& name : folders) {
    if (!error) fs::create_directories(goal_ / name, error);
    if (!error && !may_write(goal_ / name)) error = std::error_code(errno, std::generic_category());
  }
  for (const fs::path& name : files)
    if (!error) fs::rename(staging_ / name, goal_ / name, error);
  if (error) fail(target_, error.message());
}

void OutputDirectory::commit() {
  Runs& runs = Runs::instance();
  const std::lock_guard lock(runs.mutex);
  if (!staging_is_ours()) fail(target_, "its temporary folder " + staging_.string() + " was removed");
  std::error_code error;
  // At once where nothing is there; a folder that is there stays the same one.
  const bool there = fs::exists(goal_, error);
  if (!there) fs::rename(staging_, goal_, error);
  if (there || error) {
    std::error_code ignored;
    if (!fs::is_directory(goal_, ignored)) fail(target_, error ? error.message() : "it is no folder");
    merge();  // without force only where another run has not come first
    fs::remove_all(staging_, ignored);
  }
  runs.committed = true;
}

bool OutputDirectory::abandon_all() {
  Runs& runs = Runs::instance();
  runs.mutex.lock();  // for ever: nothing is committed any more
  std::error_code ignored;
  for (const fs::path& folder : runs.staging) {
    // Other threads may be writing still: under another name they find nothing to write into.
    const fs::path aside = folder.string() + "-abandoned";
    fs::rename(folder, aside, ignored);
    fs::remove_all(aside, ignored);
    fs::remove_all(folder, ignored);
  }
  return runs.committed;
}

}  // namespace isr
