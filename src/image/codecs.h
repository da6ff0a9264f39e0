// The boundary between isr and its module of image codecs, which is loaded when the first picture file is
// met.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

namespace isr::codecs {

// A decoded file: rows of pixels, channels interleaved, 1 (grey), 3 (RGB) or 4 (RGB and alpha). Integer
// samples are divided by the largest value of their type, `full_scale`; floating-point ones, and those of 32
// bits, are as in the file (1).
struct Picture {
  int height = 0;
  int width = 0;
  int channels = 0;
  double full_scale = 1;
  std::vector<float> values;
};

// Decodes a whole file in memory, applying the EXIF orientation. False, with the codec's own words in `why`,
// when it cannot.
using Decode = bool (*)(const unsigned char* bytes, std::size_t size, Picture& picture, std::string& why);

// Encodes values as they are (1 or 3 channels, interleaved RGB) as a TIFF of 32-bit floating point.
using EncodeTiff = bool (*)(int height, int width, int channels, const float* values,
                            std::vector<unsigned char>& bytes, std::string& why);

inline constexpr const char* decode_symbol = "isr_codecs_decode_scaled";
inline constexpr const char* encode_tiff_symbol = "isr_codecs_encode_tiff";

// Pictures with more pixels are refused: a damaged or malicious header must not claim all memory.
inline constexpr long long most_pixels = 100'000'000;

}  // namespace isr::codecs
