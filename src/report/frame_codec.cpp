#include "report/frame_codec.h"

#include <webp/encode.h>
#include <zlib.h>

#include <algorithm>
#include <cmath>

#include "base/error.h"

namespace isr {

std::string base64(std::span<const std::uint8_t> bytes) {
  static const char* const digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string text;
  text.reserve((bytes.size() + 2) / 3 * 4);
  for (std::size_t i = 0; i < bytes.size(); i += 3) {
    const std::size_t have = std::min<std::size_t>(3, bytes.size() - i);
    std::uint32_t group = 0;
    for (std::size_t k = 0; k < 3; ++k) group = group << 8 | (k < have ? bytes[i + k] : 0u);
    for (std::size_t k = 0; k < 4; ++k) text += k <= have ? digits[group >> (18 - 6 * k) & 63] : '=';
  }
  return text;
}

std::vector<std::uint8_t> deflated(std::span<const std::uint8_t> bytes, int level) {
  uLongf length = compressBound(static_cast<uLong>(bytes.size()));
  std::vector<std::uint8_t> out(length);
  if (compress2(out.data(), &length, bytes.data(), static_cast<uLong>(bytes.size()), level) != Z_OK)
    throw Error("zlib could not compress the data of the page");
  out.resize(length);
  return out;
}

std::vector<std::uint8_t> delta_deflate(const FrameSequence& sequence) {
  const std::size_t size = sequence.frames.empty() ? 0 : sequence.frames[0].size();
  const std::size_t total = size * sequence.frames.size();
  std::vector<std::uint8_t> bytes(2 * total);
  std::vector<std::int16_t> before(size, 0);
  std::size_t position = 0;
  for (const auto& frame : sequence.frames) {
    for (std::size_t i = 0; i < size; ++i, ++position) {
      const int change = frame[i] - before[i];
      const auto zigzag = static_cast<std::uint16_t>(change >= 0 ? 2 * change : -2 * change - 1);
      bytes[position] = static_cast<std::uint8_t>(zigzag & 255);
      bytes[total + position] = static_cast<std::uint8_t>(zigzag >> 8);
    }
    before = frame;
  }
  return deflated(bytes, 6);
}

std::vector<std::uint8_t> rgb_bytes(const Image& image) {
  std::vector<std::uint8_t> bytes;
  bytes.reserve(3 * static_cast<std::size_t>(image.pixels.rows()));
  for (Eigen::Index i = 0; i < image.pixels.rows(); ++i)
    for (int c = 0; c < 3; ++c) {
      const float value = std::clamp(image.pixels(i, image.channels() == 3 ? c : 0), 0.0f, 1.0f);
      bytes.push_back(static_cast<std::uint8_t>(std::lround(255 * value)));
    }
  return bytes;
}

std::vector<std::uint8_t> webp(const Image& image, float quality) {
  const std::vector<std::uint8_t> rgb = rgb_bytes(image);
  std::uint8_t* output = nullptr;
  const std::size_t size =
      quality < 0 ? WebPEncodeLosslessRGB(rgb.data(), image.width, image.height, 3 * image.width, &output)
                  : WebPEncodeRGB(rgb.data(), image.width, image.height, 3 * image.width, quality, &output);
  std::vector<std::uint8_t> bytes(output, output + size);
  WebPFree(output);
  if (bytes.empty()) throw Error("libwebp could not encode a picture of the page");
  return bytes;
}

}  // namespace isr
