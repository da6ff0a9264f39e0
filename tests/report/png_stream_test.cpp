#include "report/png_stream.h"

#include <gtest/gtest.h>

#include <fstream>
#include <random>
#include <sstream>

#include "base/error.h"
#include "base/test_files.h"
#include "report/png_file.h"

namespace isr {
namespace {

using Surface = std::unique_ptr<cairo_surface_t, decltype(&cairo_surface_destroy)>;

Surface surface_of_random_pixels(int width, int height) {
  Surface surface(cairo_image_surface_create(CAIRO_FORMAT_RGB24, width, height), cairo_surface_destroy);
  std::mt19937 random(1);
  for (int row = 0; row < height; ++row) {
    auto* pixels = reinterpret_cast<std::uint32_t*>(cairo_image_surface_get_data(surface.get()) +
                                                    row * cairo_image_surface_get_stride(surface.get()));
    for (int column = 0; column < width; ++column) pixels[column] = static_cast<std::uint32_t>(random());
  }
  cairo_surface_mark_dirty(surface.get());
  return surface;
}

TEST(PngStream, EveryPixelOfASurfaceIsReadBackAsItWas) {
  const TemporaryFolder folder;
  for (const auto& [width, height] : {std::pair{1, 1}, {61, 47}, {301, 5}}) {
    const Surface surface = surface_of_random_pixels(width, height);
    {
      std::ofstream file(folder / "drawn.png", std::ios::binary);
      write_png(surface.get(), file);
    }
    const Png read(folder / "drawn.png");
    ASSERT_EQ(read.width, width);
    ASSERT_EQ(read.height, height);
    for (int row = 0; row < height; ++row) {
      const auto* pixels = reinterpret_cast<const std::uint32_t*>(
          cairo_image_surface_get_data(surface.get()) + row * cairo_image_surface_get_stride(surface.get()));
      for (int column = 0; column < width; ++column)
        ASSERT_EQ(read.at(row, column), pixels[column] & 0xFFFFFF) << row << ", " << column;
    }
  }
}

TEST(PngStream, AStreamThatTakesNothingSaysSoItself) {
  const Surface surface = surface_of_random_pixels(61, 47);
  std::ostringstream out;
  out.setstate(std::ios::badbit);
  write_png(surface.get(), out);
  EXPECT_TRUE(out.bad());
  EXPECT_TRUE(out.str().empty());
}

TEST(PngStream, ASurfaceWithoutPixelsIsRefused) {
  const Surface empty(cairo_image_surface_create(CAIRO_FORMAT_RGB24, 0, 0), cairo_surface_destroy);
  std::ostringstream out;
  EXPECT_THROW(write_png(empty.get(), out), Error);
}

}  // namespace
}  // namespace isr
