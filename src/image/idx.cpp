#include "image/idx.h"

#include <zlib.h>

#include <algorithm>
#include <cstring>
#include <memory>
#include <string>

#include "base/error.h"

namespace isr {

namespace fs = std::filesystem;

namespace {

constexpr std::uint64_t largest_item = std::uint64_t{1} << 28;  // bytes; an image of 16384 × 16384

// A plain or gzipped file, read from start to end; zlib passes plain files through.
class Stream {
 public:
  explicit Stream(const fs::path& path) : path_(path) {
    std::error_code error;
    if (!fs::exists(path, error)) throw Error("there is no file " + path.string());
    if (!fs::is_regular_file(path, error)) throw Error(path.string() + " is not a file");
    file_.reset(gzopen(path.c_str(), "rb"));
    if (!file_) throw Error("cannot read " + path.string() + ": " + std::strerror(errno));
    gzbuffer(file_.get(), 1 << 17);
  }

  // Up to `size` bytes; fewer only at the end of the file.
  std::size_t read(void* target, std::size_t size) {
    const int got = gzread(file_.get(), target, static_cast<unsigned>(size));
    int code = Z_OK;
    const char* reason = gzerror(file_.get(), &code);
    if (code == Z_BUF_ERROR) throw Error(path_.string() + " is truncated: its gzip stream ends too early");
    if (got < 0 || (code != Z_OK && code != Z_STREAM_END))
      throw Error(path_.string() + " is corrupt: " + (code == Z_ERRNO ? std::strerror(errno) : reason));
    return static_cast<std::size_t>(got);
  }

  // The next `size` bytes into `target`, which grows with what is there: a header may promise what does not
  // follow. False when the file ends before.
  bool read_whole(std::vector<std::uint8_t>& target, std::size_t size) {
    constexpr std::size_t piece = 1 << 16;
    target.resize(std::min(size, std::max(piece, target.size())));
    for (std::size_t done = 0; done < size;) {
      if (target.size() == done) target.resize(std::min(size, 2 * done));
      const std::size_t got = read(target.data() + done, target.size() - done);
      done += got;
      if (got == 0) return false;
    }
    return true;
  }

  bool compressed() { return gzdirect(file_.get()) == 0; }

 private:
  struct Close {
    void operator()(gzFile_s* file) const { gzclose(file); }
  };
  fs::path path_;
  std::unique_ptr<gzFile_s, Close> file_;
};

struct Header {
  std::uint64_t count = 0, height = 1, width = 1;
  std::uint64_t item_size() const { return height * width; }
};

std::uint32_t big_endian(const unsigned char* bytes) {
  return std::uint32_t{bytes[0]} << 24 | std::uint32_t{bytes[1]} << 16 | std::uint32_t{bytes[2]} << 8 |
         bytes[3];
}

std::string sizes(const Header& header, IdxKind kind) {
  std::string text = std::to_string(header.count);
  if (kind == IdxKind::images)
    text += " images of " + std::to_string(header.height) + " × " + std::to_string(header.width);
  else
    text += " labels";
  return text;
}

void check_header(const Header& header, IdxKind kind, std::size_t header_bytes, bool compressed,
                  const fs::path& path) {
  if (header.count == 0 || header.height == 0 || header.width == 0)
    throw Error(path.string() + " promises " + sizes(header, kind) + "; every size must be at least 1");
  if (header.item_size() > largest_item)
    throw Error(path.string() + " promises " + sizes(header, kind) +
                ", more than an image can have; its header is corrupt");
  if (compressed) return;
  const std::uint64_t bytes =
      fs::file_size(path) - header_bytes;  // header.count·item_size < 2^60: no overflow
  if (bytes < header.count * header.item_size())
    throw Error(path.string() + " is truncated: its header promises " + sizes(header, kind) + ", " +
                std::to_string(header.count * header.item_size()) + " bytes, but only " +
                std::to_string(bytes) + " follow");
}

Header read_header(Stream& stream, IdxKind kind, const fs::path& path) {
  const std::size_t size = kind == IdxKind::images ? 16 : 8;
  const std::uint32_t expected = kind == IdxKind::images ? 2051 : 2049;
  unsigned char bytes[16];
  const std::size_t got = stream.read(bytes, size);
  if (got == 0) throw Error(path.string() + " is empty");
  if (got >= 4 && big_endian(bytes) != expected)
    throw Error(path.string() + " is not an IDX file of " + (kind == IdxKind::images ? "images" : "labels") +
                ": its magic number is " + std::to_string(big_endian(bytes)) + ", not " +
                std::to_string(expected));
  if (got < size) throw Error(path.string() + " is truncated: it ends within its header");
  Header header;
  header.count = big_endian(bytes + 4);
  if (kind == IdxKind::images) {
    header.height = big_endian(bytes + 8);
    header.width = big_endian(bytes + 12);
  }
  check_header(header, kind, size, stream.compressed(), path);
  return header;
}

}  // namespace

std::size_t read_idx_count(const fs::path& path, IdxKind kind) {
  Stream stream(path);
  return read_header(stream, kind, path).count;
}

IdxItems read_idx(const fs::path& path, IdxKind kind, const std::vector<std::size_t>& items) {
  Stream stream(path);
  const Header header = read_header(stream, kind, path);
  for (const std::size_t item : items)
    if (item >= header.count)
      throw Error(path.string() + " has no item " + std::to_string(item) + ": it holds " +
                  sizes(header, kind) + ", counted from 0");

  const std::size_t size = header.item_size();
  std::vector<std::size_t> order(items.size());
  for (std::size_t k = 0; k < order.size(); ++k) order[k] = k;
  std::sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) { return items[a] < items[b]; });

  IdxItems result{header.count, header.height, header.width, {}};
  std::vector<std::uint8_t> item;
  auto wanted = order.begin();
  for (std::uint64_t i = 0; i < header.count; ++i) {
    if (!stream.read_whole(item, size))
      throw Error(path.string() + " is truncated: its header promises " + sizes(header, kind) +
                  ", but it ends at number " + std::to_string(i + 1));
    result.bytes.resize(items.size() * size);
    for (; wanted != order.end() && items[*wanted] == i; ++wanted)
      std::copy(item.begin(), item.end(), result.bytes.begin() + static_cast<std::ptrdiff_t>(*wanted * size));
  }
  if (std::uint8_t more = 0; stream.read(&more, 1) != 0)
    throw Error(path.string() + " is corrupt: bytes follow the " + sizes(header, kind) +
                " that its header promises");
  return result;
}

}  // namespace isr
