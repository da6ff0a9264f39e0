// IDX files, the format of MNIST: a big-endian header (magic number, sizes), then unsigned bytes.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <vector>

namespace isr {

enum class IdxKind {
  images,  // magic 2051: count, height, width, then count·height·width bytes
  labels   // magic 2049: count, then count bytes
};

struct IdxItems {
  std::size_t count = 0;              // items in the file
  std::size_t height = 1, width = 1;  // of an image; 1 × 1 for labels
  std::vector<std::uint8_t> bytes;    // of the items asked for, in their order: items.size()·height·width
};

// Reads these items (0-based, any order) of an IDX file, plain or gzipped, and checks the whole file. Items
// beyond the count are an Error. Throws Error, naming the file, for: a file that cannot be read, an empty
// file, a wrong magic number, sizes that are zero, overflow or exceed the file, a truncated file, bytes after
// the last item, a corrupt gzip stream.
IdxItems read_idx(const std::filesystem::path& path, IdxKind kind, const std::vector<std::size_t>& items);

// The count in the header alone, after the same checks of the header.
std::size_t read_idx_count(const std::filesystem::path& path, IdxKind kind);

}  // namespace isr
