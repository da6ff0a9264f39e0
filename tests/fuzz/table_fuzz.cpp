// Tables of numbers as text.
#include <cstdlib>

#include "base/error.h"
#include "formats/text_table.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  try {
    const isr::TextTable table =
        isr::parse_text_table({reinterpret_cast<const char*>(bytes), size}, "table.csv");
    if (table.values.size() == 0) std::abort();
    if (table.imaginary.size() > 0 && table.imaginary.size() != table.values.size()) std::abort();
  } catch (const isr::Error&) {
  }
  return 0;
}
