// What the first bytes of a picture file say, before any decoder sees it.
#pragma once

#include <span>
#include <string>

namespace isr {

// Looks for damage that decoders pass over or answer with a flood of memory or messages: a file cut short
// (PNG, JPEG), and sizes beyond what isr accepts (PNG, JPEG, BMP, PNM). Returns an empty string when all
// seems well, otherwise what is wrong, as the end of a sentence: "is cut short after 1,024 bytes". Sets
// `known` to whether the signature is that of a format isr reads.
std::string picture_defect(std::span<const unsigned char> bytes, bool& known);

}  // namespace isr
