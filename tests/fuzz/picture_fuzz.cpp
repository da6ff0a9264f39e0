// What is read of picture files before a decoder sees them.
#include <cstdint>
#include <cstdlib>
#include <vector>

#include "image/picture_header.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  std::vector<unsigned char> bytes(data, data + size);
  bool known = false;
  isr::picture_defect(bytes, known);
  isr::pnm_white(bytes);
  for (const std::uint32_t page : isr::tiff_pages(bytes)) {
    isr::set_first_tiff_page(bytes, page);
    if (isr::tiff_pages(bytes).front() != page) std::abort();
  }
  return 0;
}
