// A PNG file read back.
#pragma once

#include <cairo/cairo.h>

#include <cstdint>
#include <cstring>
#include <filesystem>
#include <memory>
#include <vector>

namespace isr {

struct Png {
  int width = 0, height = 0;
  std::vector<std::uint32_t> pixels;  // 0x00RRGGBB

  explicit Png(const std::filesystem::path& path) {
    const std::unique_ptr<cairo_surface_t, decltype(&cairo_surface_destroy)> surface(
        cairo_image_surface_create_from_png(path.c_str()), cairo_surface_destroy);
    if (cairo_surface_status(surface.get()) != CAIRO_STATUS_SUCCESS) return;
    width = cairo_image_surface_get_width(surface.get());
    height = cairo_image_surface_get_height(surface.get());
    const int stride = cairo_image_surface_get_stride(surface.get());
    pixels.resize(static_cast<std::size_t>(width) * static_cast<std::size_t>(height));
    for (int row = 0; row < height; ++row)
      std::memcpy(pixels.data() + static_cast<std::ptrdiff_t>(row) * width,
                  cairo_image_surface_get_data(surface.get()) + static_cast<std::ptrdiff_t>(row) * stride,
                  4 * static_cast<std::size_t>(width));
    for (auto& pixel : pixels) pixel &= 0xFFFFFF;
  }

  std::uint32_t at(int row, int column) const {
    return pixels.at(static_cast<std::size_t>(row * width + column));
  }
};

}  // namespace isr
