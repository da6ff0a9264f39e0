// IDX files, plain and gzipped.
#include "base/error.h"
#include "fuzz/memory_file.h"
#include "image/idx.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  const isr::MemoryFile file(bytes, size);
  for (const isr::IdxKind kind : {isr::IdxKind::images, isr::IdxKind::labels}) try {
      const isr::IdxItems items = isr::read_idx(file.path(), kind, {1, 0, 0});
      if (items.bytes.size() != 3 * items.height * items.width) std::abort();
      if (isr::read_idx_count(file.path(), kind) != items.count) std::abort();
    } catch (const isr::Error&) {
    }
  return 0;
}
