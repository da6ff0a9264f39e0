// .npy files: the header's dictionary, then the data of every type.
#include <functional>
#include <numeric>
#include <stdexcept>

#include "base/error.h"
#include "base/npy.h"
#include "base/npy_header.h"
#include "fuzz/memory_file.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  try {
    const auto read = isr::parse_npy_dictionary({reinterpret_cast<const char*>(bytes), size});
    isr::npy_type_name(read.type);
    const auto again = isr::parse_npy_dictionary(isr::format_npy_dictionary(read));
    if (again.shape != read.shape || again.type != read.type) std::abort();
  } catch (const std::invalid_argument&) {
  }
  const isr::MemoryFile file(bytes, size);
  try {
    const auto array = isr::read_npy<float>(file.path());
    const auto count =
        std::accumulate(array.shape.begin(), array.shape.end(), std::int64_t{1}, std::multiplies<>());
    if (static_cast<std::int64_t>(array.values.size()) != count) std::abort();
    if (isr::read_npy<double>(file.path()).shape != array.shape) std::abort();
    isr::read_npy_matrix<double>(file.path());
  } catch (const isr::Error&) {
  }
  return 0;
}
