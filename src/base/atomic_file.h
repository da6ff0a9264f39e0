// Output files that are either whole or absent.
#pragma once

#include <filesystem>
#include <fstream>
#include <string_view>

namespace isr {

// A file written under a temporary name in the target's folder and renamed over the target by commit(). If it
// is destroyed before that (an exception, a cancelled run), the temporary is removed and the target is as it
// was. Write through stream(), or hand temporary_path() to a library that writes files itself.
class AtomicFile {
 public:
  // Reserves the temporary file. A symbolic link as target is followed, and stays. Throws Error when the
  // folder is missing or cannot be written, or when the target exists and is no regular file.
  explicit AtomicFile(const std::filesystem::path& target);
  ~AtomicFile();
  AtomicFile(const AtomicFile&) = delete;
  AtomicFile& operator=(const AtomicFile&) = delete;

  // Exists, empty, with the target's extension (libraries choose the format by it).
  const std::filesystem::path& temporary_path() const { return temporary_; }

  // A binary stream to the temporary file, opened at the first call. Errors are reported by commit(), with
  // the system's reason for the first of them.
  std::ostream& stream();

  // Closes the stream and renames the temporary over the target. Throws Error when anything written did not
  // reach the file (a full disk) or the rename failed. Call it once.
  void commit();

 private:
  // A file's buffer that remembers why a write failed.
  class Buffer : public std::filebuf {
   public:
    int reason() const { return reason_; }  // errno of the first failure; 0: none

   protected:
    std::streamsize xsputn(const char* text, std::streamsize count) override;
    int_type overflow(int_type character) override;
    int sync() override;

   private:
    int reason_ = 0;
  };

  std::filesystem::path target_;
  std::filesystem::path temporary_;
  Buffer buffer_;
  std::ostream stream_{&buffer_};
  bool committed_ = false;
};

// The whole of a small file at once.
void write_file(const std::filesystem::path& target, std::string_view contents);

}  // namespace isr
