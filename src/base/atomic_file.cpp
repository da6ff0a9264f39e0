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
  fs::path real = fs::weakly_canonical(path, error);
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

std::streamsize AtomicFile::Buffer::xsputn(const char* text, std::streamsize count) {
  errno = 0;
  const std::streamsize written = std::filebuf::xsputn(text, count);
  if (written < count && reason_ == 0) reason_ = errno;
  return written;
}

AtomicFile::Buffer::int_type AtomicFile::Buffer::overflow(int_type character) {
  errno = 0;
  const int_type result = std::filebuf::overflow(character);
  if (result == traits_type::eof() && reason_ == 0) reason_ = errno;
  return result;
}

int AtomicFile::Buffer::sync() {
  errno = 0;
  const int result = std::filebuf::sync();
  if (result != 0 && reason_ == 0) reason_ = errno;
  return result;
}

AtomicFile::~AtomicFile() {
  if (committed_) return;
  buffer_.close();
  std::error_code ignored;
  fs::remove(temporary_, ignored);
}

std::ostream& AtomicFile::stream() {
  if (!buffer_.is_open() &&
      buffer_.open(temporary_, std::ios::out | std::ios::binary | std::ios::trunc) == nullptr)
    fail(target_, std::strerror(errno));
  return stream_;
}

void AtomicFile::commit() {
  if (buffer_.is_open()) {
    stream_.flush();
    errno = 0;
    const bool closed = buffer_.close() != nullptr;
    const int reason = buffer_.reason() != 0 ? buffer_.reason() : errno;
    if (!stream_ || !closed)
      fail(target_, reason != 0 ? std::strerror(reason) : "not all of it could be written");
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
