#include "formats/npz_file.h"

#include <zip.h>

#include <memory>

#include "base/error.h"
#include "base/memory.h"

namespace isr {
namespace {

constexpr std::string_view suffix = ".npy";

zip_t* zip_of(void* archive) {
  return static_cast<zip_t*>(archive);
}

struct CloseMember {
  void operator()(zip_file_t* member) const { zip_fclose(member); }
};

}  // namespace

NpzFile::NpzFile(const std::filesystem::path& file) : file_(file) {
  int code = 0;
  archive_ = zip_open(file.c_str(), ZIP_RDONLY, &code);
  if (archive_ == nullptr) fail("it is no .npz archive, or damaged");
  for (zip_int64_t i = 0; i < zip_get_num_entries(zip_of(archive_), 0); ++i) {
    const char* name = zip_get_name(zip_of(archive_), static_cast<zip_uint64_t>(i), 0);
    if (name == nullptr || !std::string_view(name).ends_with(suffix)) continue;
    names_.emplace_back(name);
    names_.back().resize(names_.back().size() - suffix.size());
  }
}

NpzFile::~NpzFile() {
  zip_discard(zip_of(archive_));
}

std::pair<std::string, std::int64_t> NpzFile::bytes(const std::string& name, std::int64_t most) const {
  const std::string full = name + std::string(suffix);
  zip_stat_t stat;
  if (zip_stat(zip_of(archive_), full.c_str(), 0, &stat) != 0 || (stat.valid & ZIP_STAT_SIZE) == 0)
    fail("its member " + full + " is damaged");
  const auto length = static_cast<std::int64_t>(std::min<zip_uint64_t>(stat.size, INT64_MAX));
  const std::int64_t wanted = std::min(most, length);
  if (static_cast<double>(wanted) > static_cast<double>(available_memory()))
    fail("its array " + name + " needs " + shown_bytes(static_cast<double>(length)) +
         " of memory; there is not enough");
  const std::unique_ptr<zip_file_t, CloseMember> member(zip_fopen(zip_of(archive_), full.c_str(), 0));
  if (!member) fail("its member " + full + " cannot be read: " + zip_strerror(zip_of(archive_)));
  std::string bytes;
  while (static_cast<std::int64_t>(bytes.size()) < wanted) {  // no memory for what a damaged size promises
    const std::size_t before = bytes.size();
    const std::size_t piece = std::min<std::size_t>(static_cast<std::size_t>(wanted) - before, 1 << 20);
    bytes.resize(before + piece);
    const zip_int64_t got = zip_fread(member.get(), bytes.data() + before, piece);
    if (got <= 0) fail("its member " + full + " is damaged or cut short");
    bytes.resize(before + static_cast<std::size_t>(got));
  }
  return {std::move(bytes), length};
}

void NpzFile::fail(const std::string& why) const {
  throw Error("cannot read " + file_.string() + ": " + why);
}

}  // namespace isr
