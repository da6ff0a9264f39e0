// Thin helpers over Cairo: surfaces that end as PNG or PDF files, text, pictures as crisp pixels.
#pragma once

#include <cairo/cairo.h>

#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "image/image.h"

namespace isr {

inline constexpr const char* figure_font = "DejaVu Sans";

struct Rgb {
  double r, g, b;
};
inline constexpr Rgb ink{0.13, 0.13, 0.15};
inline constexpr Rgb soft_ink{0.40, 0.40, 0.43};
inline constexpr Rgb frame_grey{0.72, 0.72, 0.74};

// The colour of a depth (see line_styles.h), on white.
Rgb depth_colour(int depth);

enum class Align { left, centre, right };

// Draws UTF-8 text on one line: `y` is the baseline, `x` the left end, centre or right end.
void draw_text(cairo_t* cairo, const std::string& text, double x, double y, double size, Align align,
               Rgb colour = ink, bool bold = false);

// The advance width of that text; without a surface, as it is on an ideal one.
double text_width(const std::string& text, double size, bool bold = false);
double text_width(cairo_t* cairo, const std::string& text, double size, bool bold = false);

// The lines of a text, each at most so wide; a word that is wider stands alone. "\n" starts a new line.
std::vector<std::string> wrapped_text(const std::string& text, double size, double width, bool bold = false);

// `text`, cut with an ellipsis where it is wider than `width`.
std::string fitted_text(cairo_t* cairo, const std::string& text, double size, double width,
                        bool bold = false);

// Fills the rectangle with the picture, each pixel a sharp rectangle when it is enlarged, filtered when it is
// made smaller. Grey or RGB, values clipped to [0, 1].
void draw_image(cairo_t* cairo, const Image& image, double x, double y, double width, double height);

// The image whose pixel colours show `values` (one channel) from 0 (dark) to `most` (light) on the perceptual
// map "inferno", whose lightness rises steadily, so that it reads in grey too.
Image colour_mapped(const Image& values, double most);

// Runs `draw` on a white page of that size and writes it, whole or not at all: a PNG at `scale` pixels a
// unit, or a PDF where the path ends in .pdf (a unit is then 0.5 points); a page too large for such a file is
// scaled down until it fits. Throws Error when it cannot be written.
void write_drawing(const std::filesystem::path& path, double width, double height, double scale,
                   const std::function<void(cairo_t*)>& draw);

}  // namespace isr
