#include "report/png_stream.h"

#include <png.h>

#include <bit>
#include <csetjmp>
#include <string>

#include "base/error.h"

namespace isr {
namespace {

constexpr int filter = PNG_FILTER_PAETH, compression_level = 3;

void write_bytes(png_structp png, png_bytep bytes, std::size_t count) {
  static_cast<std::ostream*>(png_get_io_ptr(png))
      ->write(reinterpret_cast<const char*>(bytes), static_cast<std::streamsize>(count));
}

void flush(png_structp) {}

[[noreturn]] void fail(png_structp png, png_const_charp why) {
  *static_cast<std::string*>(png_get_error_ptr(png)) = why;
  png_longjmp(png, 1);
}

void ignore(png_structp, png_const_charp) {}

// False when the library has given up, by a jump: nothing here has a destructor.
bool encode(png_structp png, png_infop info, cairo_surface_t* surface) {
  if (setjmp(png_jmpbuf(png)) != 0) return false;
  const int width = cairo_image_surface_get_width(surface), height = cairo_image_surface_get_height(surface);
  png_set_IHDR(png, info, static_cast<png_uint_32>(width), static_cast<png_uint_32>(height), 8,
               PNG_COLOR_TYPE_RGB, PNG_INTERLACE_NONE, PNG_COMPRESSION_TYPE_DEFAULT, PNG_FILTER_TYPE_DEFAULT);
  png_set_filter(png, PNG_FILTER_TYPE_BASE, filter);
  png_set_compression_level(png, compression_level);
  png_write_info(png, info);
  // A pixel is a word of the machine's byte order, whose highest byte is unused.
  constexpr bool lowest_first = std::endian::native == std::endian::little;
  if (lowest_first) png_set_bgr(png);
  png_set_filler(png, 0, lowest_first ? PNG_FILLER_AFTER : PNG_FILLER_BEFORE);
  const unsigned char* row = cairo_image_surface_get_data(surface);
  for (int i = 0; i < height; ++i, row += cairo_image_surface_get_stride(surface)) png_write_row(png, row);
  png_write_end(png, info);
  return true;
}

}  // namespace

void write_png(cairo_surface_t* surface, std::ostream& out) {
  std::string why = "out of memory";
  cairo_surface_flush(surface);
  png_structp png = png_create_write_struct(PNG_LIBPNG_VER_STRING, &why, fail, ignore);
  png_infop info = png ? png_create_info_struct(png) : nullptr;
  bool written = false;
  if (info) {
    png_set_write_fn(png, &out, write_bytes, flush);
    written = encode(png, info, surface);
  }
  png_destroy_write_struct(&png, &info);
  if (!written) throw Error("cannot encode a PNG file: " + why);
}

}  // namespace isr
