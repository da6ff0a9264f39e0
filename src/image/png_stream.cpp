#include "image/png_stream.h"

#include <png.h>

#include <bit>
#include <csetjmp>
#include <string>

#include "base/error.h"

namespace isr {
namespace {

constexpr int png_filter = PNG_FILTER_PAETH, png_level = 3;

void write_to_stream(png_structp png, png_bytep bytes, std::size_t count) {
  static_cast<std::ostream*>(png_get_io_ptr(png))
      ->write(reinterpret_cast<const char*>(bytes), static_cast<std::streamsize>(count));
}

void flush_nothing(png_structp) {}

[[noreturn]] void give_up(png_structp png, png_const_charp why) {
  *static_cast<std::string*>(png_get_error_ptr(png)) = why;
  png_longjmp(png, 1);
}

void ignore_warning(png_structp, png_const_charp) {}

// False when the library has given up, by a jump: nothing here has a destructor.
bool encode(png_structp png, png_infop info, const PixelRows& pixels) {
  if (setjmp(png_jmpbuf(png)) != 0) return false;
  png_set_IHDR(png, info, static_cast<png_uint_32>(pixels.width), static_cast<png_uint_32>(pixels.height), 8,
               pixels.layout == PixelLayout::grey ? PNG_COLOR_TYPE_GRAY : PNG_COLOR_TYPE_RGB,
               PNG_INTERLACE_NONE, PNG_COMPRESSION_TYPE_DEFAULT, PNG_FILTER_TYPE_DEFAULT);
  png_set_filter(png, PNG_FILTER_TYPE_BASE, png_filter);
  png_set_compression_level(png, png_level);
  png_write_info(png, info);
  if (pixels.layout == PixelLayout::words) {
    constexpr bool lowest_first = std::endian::native == std::endian::little;
    if (lowest_first) png_set_bgr(png);
    png_set_filler(png, 0, lowest_first ? PNG_FILLER_AFTER : PNG_FILLER_BEFORE);
  }
  const unsigned char* row = pixels.first;
  for (int i = 0; i < pixels.height; ++i, row += pixels.stride) png_write_row(png, row);
  png_write_end(png, info);
  return true;
}

}  // namespace

void write_png(const PixelRows& pixels, std::ostream& out) {
  std::string why = "out of memory";
  png_structp png = png_create_write_struct(PNG_LIBPNG_VER_STRING, &why, give_up, ignore_warning);
  png_infop info = png ? png_create_info_struct(png) : nullptr;
  bool written = false;
  if (info) {
    png_set_write_fn(png, &out, write_to_stream, flush_nothing);
    written = encode(png, info, pixels);
  }
  png_destroy_write_struct(&png, &info);
  if (!written) throw Error("cannot encode a PNG file: " + why);
}

}  // namespace isr
