// NumPy's .npz archives: .npy files in a zip file, compressed or not.
#pragma once

#include <filesystem>
#include <string>
#include <utility>
#include <vector>

namespace isr {

// An open archive. Every function throws Error, naming the file, when it is damaged.
class NpzFile {
 public:
  explicit NpzFile(const std::filesystem::path& file);
  ~NpzFile();
  NpzFile(const NpzFile&) = delete;
  NpzFile& operator=(const NpzFile&) = delete;

  // The names of the arrays, without ".npy".
  const std::vector<std::string>& names() const { return names_; }

  // The first bytes of an array's .npy file, at most so many, and the length of the whole. Throws Error too
  // when that needs more memory than is free.
  std::pair<std::string, std::int64_t> bytes(const std::string& name, std::int64_t most) const;

 private:
  [[noreturn]] void fail(const std::string& why) const;

  std::filesystem::path file_;
  void* archive_;  // zip_t
  std::vector<std::string> names_;
};

}  // namespace isr
