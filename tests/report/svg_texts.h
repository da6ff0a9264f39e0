// The texts of a picture drawn by gnuplot as SVG: where they are, which of them overlap, which are cut off.
#pragma once

#include <cairo/cairo.h>

#include <algorithm>
#include <regex>
#include <string>
#include <vector>

namespace isr {

struct SvgText {
  std::string text;
  double left, right, top, bottom;  // of the ink, from the upper left corner of the picture
};

inline std::string without_entities(std::string text) {
  for (const auto& [entity, character] :
       {std::pair{"&lt;", "<"}, {"&gt;", ">"}, {"&quot;", "\""}, {"&apos;", "'"}, {"&amp;", "&"}})
    for (std::size_t at = 0; (at = text.find(entity, at)) != std::string::npos; ++at)
      text.replace(at, std::string(entity).size(), character);
  return text;
}

// The ink of the text at a size, around the left end of its baseline.
inline cairo_text_extents_t ink_of(const std::string& text, double size) {
  cairo_surface_t* surface = cairo_image_surface_create(CAIRO_FORMAT_A8, 1, 1);
  cairo_t* cairo = cairo_create(surface);
  cairo_select_font_face(cairo, "DejaVu Sans", CAIRO_FONT_SLANT_NORMAL, CAIRO_FONT_WEIGHT_NORMAL);
  cairo_set_font_size(cairo, 100);  // large, so that nothing is rounded
  cairo_text_extents_t extents;
  cairo_text_extents(cairo, text.c_str(), &extents);
  cairo_destroy(cairo);
  cairo_surface_destroy(surface);
  for (double* length :
       {&extents.x_bearing, &extents.y_bearing, &extents.width, &extents.height, &extents.x_advance})
    *length *= size / 100;
  return extents;
}

// gnuplot writes <g transform="translate(x,y) rotate(270)" … font-size="s"
// text-anchor="a"><text>…</text></g>.
inline std::vector<SvgText> texts_of_svg(const std::string& svg) {
  static const std::regex pattern(
      R"re(translate\(([-.\d]+),([-.\d]+)\)( rotate\(270\))?"[^>]*font-size="([.\d]+)"[^>]*text-anchor="(\w+)"[^>]*>\s*<text[^>]*>(?:<tspan[^>]*>)?([^<]*)<)re");
  std::vector<SvgText> texts;
  for (std::sregex_iterator match(svg.begin(), svg.end(), pattern), end; match != end; ++match) {
    const std::string text = without_entities((*match)[6]);
    if (text.find_first_not_of(' ') == std::string::npos) continue;
    const double x = std::stod((*match)[1]), y = std::stod((*match)[2]);
    const cairo_text_extents_t extents = ink_of(text, std::stod((*match)[4]));
    const std::string anchor = (*match)[5];
    const double begin = anchor == "middle" ? -extents.x_advance / 2
                         : anchor == "end"  ? -extents.x_advance
                                            : 0;
    const double from = begin + extents.x_bearing, to = from + extents.width;
    const double above = extents.y_bearing, below = above + extents.height;
    if ((*match)[3].matched)
      texts.push_back({text, x + above, x + below, y - to, y - from});
    else
      texts.push_back({text, x + from, x + to, y + above, y + below});
  }
  return texts;
}

// Sentences about texts that overlap, or that stick out of the picture.
inline std::vector<std::string> faults_of_texts(const std::string& svg) {
  std::smatch box;
  std::regex_search(svg, box, std::regex(R"re(viewBox="0 0 ([.\d]+) ([.\d]+)")re"));
  const double width = std::stod(box[1]), height = std::stod(box[2]);
  const std::vector<SvgText> texts = texts_of_svg(svg);
  std::vector<std::string> faults;
  for (std::size_t i = 0; i < texts.size(); ++i) {
    const SvgText& a = texts[i];
    if (a.left < 0 || a.top < 0 || a.right > width || a.bottom > height)
      faults.push_back("“" + a.text + "” is cut off");
    for (std::size_t j = 0; j < i; ++j) {
      const SvgText& b = texts[j];
      if (a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom)
        faults.push_back("“" + b.text + "” and “" + a.text + "” overlap");
    }
  }
  return faults;
}

}  // namespace isr
