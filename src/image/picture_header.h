// What the first bytes of a picture file say, before any decoder sees it.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace isr {

// Looks for damage that decoders pass over or answer with a flood of memory or messages: a file cut short
// (PNG, JPEG), and sizes beyond what isr accepts (PNG, JPEG, BMP, PNM). Returns an empty string when all
// seems well, otherwise what is wrong, as the end of a sentence: "is cut short after 1,024 bytes". Sets
// `known` to whether the signature is that of a format isr reads.
std::string picture_defect(std::span<const unsigned char> bytes, bool& known);

// Where the pages of a TIFF file begin, in order; empty for other formats. Pages in a circle are those
// before it closes.
std::vector<std::uint32_t> tiff_pages(std::span<const unsigned char> bytes);

// Makes the page that begins there the first one of a TIFF file: decoders read that.
void set_first_tiff_page(std::span<unsigned char> bytes, std::uint32_t page);

// The value of white that the header of a PGM or PPM file names (its "maxval").
std::optional<long long> pnm_white(std::span<const unsigned char> bytes);

}  // namespace isr
