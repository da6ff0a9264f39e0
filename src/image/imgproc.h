// What isr takes from OpenCV's image processing: a module of its own, loaded when one of these is first
// called, since the libraries behind it take longer to load than the whole of isr.
#pragma once

#include <array>
#include <cstdint>

namespace isr::imgproc {

// A grey picture's values, row by row.
struct Plane {
  const float* values;
  int height, width;
};

// Scales a picture into height · width values: by means over areas where neither side grows, otherwise by
// cubic interpolation.
using Resize = void (*)(const Plane& from, int height, int width, float* to);

// The structural similarity of two pictures of one size with values from 0 to 255.
using Ssim = double (*)(const Plane& a, const Plane& b);

// The colours of the map “inferno”, red, green and blue, from the lowest value to the highest.
using Colours = std::array<std::array<std::uint8_t, 3>, 256>;
using Inferno = void (*)(Colours& colours);

inline constexpr const char* resize_symbol = "isr_imgproc_resize";
inline constexpr const char* ssim_symbol = "isr_imgproc_ssim";
inline constexpr const char* inferno_symbol = "isr_imgproc_inferno";

struct Functions {
  Resize resize;
  Ssim ssim;
  Inferno inferno;
};

// The module's functions; loads it at the first call. Throws Error when it is missing or broken.
const Functions& functions();

}  // namespace isr::imgproc
