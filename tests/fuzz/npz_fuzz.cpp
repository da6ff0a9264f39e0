// .npz archives: the zip file, and the headers of the arrays in it.
#include <cstdlib>
#include <sstream>

#include "base/error.h"
#include "base/npy.h"
#include "formats/npz_file.h"
#include "fuzz/memory_file.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  const isr::MemoryFile file(bytes, size);
  try {
    const isr::NpzFile archive(file.path());
    for (const std::string& name : archive.names()) {
      const auto [array, length] = archive.bytes(name, 1 << 16);
      if (static_cast<std::int64_t>(array.size()) > length) std::abort();
      std::istringstream in(array);
      isr::read_npy_header(in, length, name, isr::Complex::accepted);
    }
  } catch (const isr::Error&) {
  }
  return 0;
}
