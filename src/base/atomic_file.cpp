#include "base/atomic_file.h"

#include <fcntl.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <cstring>
#include <string>

#include "base/error.h"

namespace isr {
namespace fs = std::filesystem;
namespace {

[[noreturn]] void fail(const fs::path& target, const std::string& why) {
  throw Error("cannot write " + target.string() + ": " + why);
}

// The file that writing to `path` would change: a symbolic link is followed.
fs::path resolved(const fs::path& path) {
  std::error_code error;
  if (!fs::is_symlink(fs::symlink_status(path, error))) return path;
  const fs::path real = fs::weakly_canonical(path, error);
  if (error) fail(path, error.message());
  return real;
}

// "figure.png" -> "figure.<process>-<count>.tmp.png"
fs::path temporary_name(const fs::path& target) {
  static std::atomic<unsigned> count{0};
  std::string name = target.stem().string();
  name.append(".").append(std::to_string(::getpid())).append("-").append(std::to_string(count++));
  return target.parent_path() / name.append(".tmp").append(target.extension().string());
}

}  // namespace

AtomicFile::AtomicFile(const fs::path& target) : target_(resolved(target)) {
  std::error_code error;
  const fs::file_status status = fs::status(target_, error);
  if (fs::is_directory(status)) fail(target, "it is a folder");
  if (fs::exists(status) && !fs::is_regular_file(status)) fail(target, "it is not a regular file");
  for (;;) {
    temporary_ = temporary_name(target_);
    const int descriptor = ::open(temporary_.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
    if (descriptor >= 0) {
      ::close(descriptor);
      return;
    }
    if (errno == EEXIST) continue;  // left by a killed process that had our number
    const int reason = errno;
    if (reason == ENOENT) fail(target, "the folder does not exist");
    fail(target, std::strerror(reason));
  }
}

AtomicFile::~AtomicFile() {
  if (committed_) return;
  stream_.close();
  std::error_code ignored;
  fs::remove(temporary_, ignored);
}

std::ostream& AtomicFile::stream() {
  if (!stream_.is_open()) {
    stream_.open(temporary_, std::ios::binary | std::ios::trunc);
    if (!stream_) fail(target_, std::strerror(errno));
  }
  return stream_;
}

void AtomicFile::commit() {
  if (stream_.is_open()) {
    errno = 0;
    stream_.close();
    if (!stream_) fail(target_, errno != 0 ? std::strerror(errno) : "not all of it could be written");
  }
  std::error_code error;
  fs::rename(temporary_, target_, error);
  if (error) fail(target_, error.message());
  committed_ = true;
}

void write_file(const fs::path& target, std::string_view contents) {
  AtomicFile file(target);
  file.stream().write(contents.data(), static_cast<std::streamsize>(contents.size()));
  file.commit();
}

}  // namespace isr
