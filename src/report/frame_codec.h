// Pictures as text for a page: exact and deflated, or lossy WebP.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "image/image.h"
#include "report/comparison.h"

namespace isr {

std::string base64(std::span<const std::uint8_t> bytes);

// By zlib; level 0 to 9, the slowest and smallest.
std::vector<std::uint8_t> deflated(std::span<const std::uint8_t> bytes, int level);

// The thousandths of all frames: each frame minus the one before (the first as it is), as zigzag-coded 16-bit
// numbers; all low bytes, then all high bytes; zlib.
std::vector<std::uint8_t> delta_deflate(const FrameSequence& sequence);

// A WebP file of the picture, values clipped to [0, 1]. quality: 0 to 100, or lossless when negative.
std::vector<std::uint8_t> webp(const Image& image, float quality);

// The picture as rows of red, green, blue bytes.
std::vector<std::uint8_t> rgb_bytes(const Image& image);

}  // namespace isr
