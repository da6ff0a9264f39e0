#include "report/drawing.h"

#include <cairo/cairo-pdf.h>

#include <algorithm>
#include <cmath>
#include <memory>
#include <utility>
#include <vector>

#include "base/atomic_file.h"
#include "base/error.h"
#include "image/image_file.h"
#include "image/imgproc.h"
#include "image/png_stream.h"
#include "report/line_styles.h"

namespace isr {
namespace {

struct Destroy {
  void operator()(cairo_surface_t* surface) const { cairo_surface_destroy(surface); }
  void operator()(cairo_t* cairo) const { cairo_destroy(cairo); }
};
using Surface = std::unique_ptr<cairo_surface_t, Destroy>;
using Context = std::unique_ptr<cairo_t, Destroy>;

constexpr double pdf_points_per_unit = 0.5;
constexpr double longest_pdf_side = 14400;  // points: the limit of PDF readers
constexpr double longest_png_side = 32766;  // pixels: one less than Cairo holds, for rounding
constexpr double most_png_pixels = 1 << 26;
constexpr int longest_picture = 2048;  // pixels of a picture within a figure: more than a figure shows

void check(cairo_status_t status, const std::filesystem::path& path) {
  if (status != CAIRO_STATUS_SUCCESS)
    throw Error("cannot write " + path.string() + ": " + cairo_status_to_string(status));
}

// What goes wrong here, the file reports with the system's reason.
cairo_status_t write_bytes(void* stream, const unsigned char* bytes, unsigned count) {
  static_cast<std::ostream*>(stream)->write(reinterpret_cast<const char*>(bytes), count);
  return CAIRO_STATUS_SUCCESS;
}

void set_font(cairo_t* cairo, double size, bool bold) {
  cairo_select_font_face(cairo, figure_font, CAIRO_FONT_SLANT_NORMAL,
                         bold ? CAIRO_FONT_WEIGHT_BOLD : CAIRO_FONT_WEIGHT_NORMAL);
  cairo_set_font_size(cairo, size);
}

unsigned char byte(float value) {
  return static_cast<unsigned char>(std::lround(255.0f * std::clamp(value, 0.0f, 1.0f)));
}

Surface surface_of(const Image& image) {
  Surface surface(cairo_image_surface_create(CAIRO_FORMAT_RGB24, image.width, image.height));
  if (cairo_surface_status(surface.get()) != CAIRO_STATUS_SUCCESS)
    throw Error(std::string("cannot draw a picture: ") +
                cairo_status_to_string(cairo_surface_status(surface.get())));
  unsigned char* data = cairo_image_surface_get_data(surface.get());
  const int stride = cairo_image_surface_get_stride(surface.get());
  const int green = image.channels() >= 3 ? 1 : 0, blue = image.channels() >= 3 ? 2 : 0;
  for (int row = 0; row < image.height; ++row) {
    auto* line = reinterpret_cast<std::uint32_t*>(data + static_cast<std::ptrdiff_t>(row) * stride);
    for (int col = 0; col < image.width; ++col)
      line[col] =
          static_cast<std::uint32_t>(byte(image.at(row, col, 0)) << 16 |
                                     byte(image.at(row, col, green)) << 8 | byte(image.at(row, col, blue)));
  }
  cairo_surface_mark_dirty(surface.get());
  return surface;
}

}  // namespace

Rgb depth_colour(int depth) {
  const unsigned long hex =
      std::stoul(line_styles[static_cast<std::size_t>(style_of_depth(depth))].on_white + 1, nullptr, 16);
  const auto part = [&](int shift) { return static_cast<double>(hex >> shift & 0xFF) / 255; };
  return {part(16), part(8), part(0)};
}

void draw_text(cairo_t* cairo, const std::string& text, double x, double y, double size, Align align,
               Rgb colour, bool bold) {
  const double width = text_width(cairo, text, size, bold);
  cairo_set_source_rgb(cairo, colour.r, colour.g, colour.b);
  cairo_move_to(cairo, align == Align::left ? x : align == Align::centre ? x - width / 2 : x - width, y);
  cairo_show_text(cairo, text.c_str());
}

double text_width(const std::string& text, double size, bool bold) {
  thread_local const Context cairo = [] {
    const Surface surface(cairo_image_surface_create(CAIRO_FORMAT_A8, 1, 1));
    Context context(cairo_create(surface.get()));
    cairo_font_options_t* options = cairo_font_options_create();
    cairo_font_options_set_hint_style(options, CAIRO_HINT_STYLE_NONE);
    cairo_font_options_set_hint_metrics(options, CAIRO_HINT_METRICS_OFF);
    cairo_set_font_options(context.get(), options);
    cairo_font_options_destroy(options);
    return context;
  }();
  return text_width(cairo.get(), text, size, bold);
}

double text_width(cairo_t* cairo, const std::string& text, double size, bool bold) {
  set_font(cairo, size, bold);
  cairo_text_extents_t extents;
  cairo_text_extents(cairo, text.c_str(), &extents);
  return extents.x_advance;
}

std::vector<std::string> wrapped_text(const std::string& text, double size, double width, bool bold) {
  std::vector<std::string> lines;
  std::string line, word;
  const auto end_word = [&] {
    const std::string longer = line.empty() ? word : line + ' ' + word;
    if (line.empty() || text_width(longer, size, bold) <= width) {
      line = longer;
    } else {
      lines.push_back(line);
      line = word;
    }
    word.clear();
  };
  for (const char c : text) {
    if (c != ' ' && c != '\n') {
      word += c;
      continue;
    }
    end_word();
    if (c == '\n') lines.push_back(std::exchange(line, ""));
  }
  end_word();
  if (!line.empty()) lines.push_back(line);
  return lines;
}

std::string fitted_text(cairo_t* cairo, const std::string& text, double size, double width, bool bold) {
  if (text_width(cairo, text, size, bold) <= width) return text;
  std::string cut = text;
  while (!cut.empty() && text_width(cairo, cut + "…", size, bold) > width) {
    // A whole UTF-8 character: its continuation bytes, then its first byte.
    while (cut.size() > 1 && (static_cast<unsigned char>(cut.back()) & 0xC0) == 0x80) cut.pop_back();
    cut.pop_back();
  }
  return cut + "…";
}

void draw_image(cairo_t* cairo, const Image& whole, double x, double y, double width, double height) {
  const Image image = shrunk(whole, longest_picture);
  const Surface surface = surface_of(image);
  cairo_save(cairo);
  cairo_translate(cairo, x, y);
  cairo_scale(cairo, width / image.width, height / image.height);
  cairo_set_source_surface(cairo, surface.get(), 0, 0);
  double scale_x = 1, scale_y = 1;
  cairo_user_to_device_distance(cairo, &scale_x, &scale_y);
  const bool enlarged = std::abs(scale_x) >= 1;
  cairo_pattern_set_filter(cairo_get_source(cairo), enlarged ? CAIRO_FILTER_NEAREST : CAIRO_FILTER_BEST);
  cairo_rectangle(cairo, 0, 0, image.width, image.height);
  cairo_fill(cairo);
  cairo_restore(cairo);
}

Image colour_mapped(const Image& values, double most) {
  imgproc::Colours colours;
  imgproc::functions().inferno(colours);
  Image result(values.height, values.width, 3);
  for (Eigen::Index i = 0; i < values.pixels.rows(); ++i) {
    const auto& colour = colours[byte(most > 0 ? static_cast<float>(values.pixels(i, 0) / most) : 0.0f)];
    for (int c = 0; c < 3; ++c)
      result.pixels(i, c) = static_cast<float>(colour[static_cast<std::size_t>(c)]) / 255.0f;
  }
  return result;
}

namespace {

PixelRows rows_of(cairo_surface_t* image) {
  cairo_surface_flush(image);
  return {PixelLayout::words, cairo_image_surface_get_width(image), cairo_image_surface_get_height(image),
          static_cast<std::size_t>(cairo_image_surface_get_stride(image)),
          cairo_image_surface_get_data(image)};
}

}  // namespace

void write_drawing(const std::filesystem::path& path, double width, double height, double scale,
                   const std::function<void(cairo_t*)>& draw) {
  AtomicFile file(path);
  const bool pdf = path.extension() == ".pdf";
  const double side = std::max(width, height);
  const double factor =
      pdf ? std::min(pdf_points_per_unit, longest_pdf_side / side)
          : std::min({scale, longest_png_side / side, std::sqrt(most_png_pixels / (width * height))});
  const Surface surface(
      pdf ? cairo_pdf_surface_create_for_stream(write_bytes, &file.stream(), width * factor, height * factor)
          : cairo_image_surface_create(CAIRO_FORMAT_RGB24, static_cast<int>(std::ceil(width * factor)),
                                       static_cast<int>(std::ceil(height * factor))));
  check(cairo_surface_status(surface.get()), path);
  // A date would make two runs of the same options differ.
  if (pdf)
    cairo_pdf_surface_set_metadata(surface.get(), CAIRO_PDF_METADATA_CREATE_DATE, "2000-01-01T00:00:00");
  {
    const Context cairo(cairo_create(surface.get()));
    cairo_scale(cairo.get(), factor, factor);
    cairo_set_source_rgb(cairo.get(), 1, 1, 1);
    cairo_paint(cairo.get());
    draw(cairo.get());
    if (pdf) cairo_show_page(cairo.get());
    check(cairo_status(cairo.get()), path);
  }
  if (!pdf) write_png(rows_of(surface.get()), file.stream());
  cairo_surface_finish(surface.get());
  check(cairo_surface_status(surface.get()), path);
  file.commit();
}

}  // namespace isr
