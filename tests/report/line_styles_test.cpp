#include "report/line_styles.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <set>
#include <string>

namespace isr {
namespace {

using Linear = std::array<double, 3>;  // red, green, blue, linear

Linear colour_of(const std::string& hex) {
  Linear colour;
  for (std::size_t c = 0; c < 3; ++c) {
    const double v = std::stoi(hex.substr(1 + 2 * c, 2), nullptr, 16) / 255.0;
    colour[c] = v <= 0.04045 ? v / 12.92 : std::pow((v + 0.055) / 1.055, 2.4);
  }
  return colour;
}

double luminance(const Linear& c) {
  return 0.2126 * c[0] + 0.7152 * c[1] + 0.0722 * c[2];
}

// WCAG 2.
double contrast(const Linear& a, const Linear& b) {
  const double x = luminance(a), y = luminance(b);
  return (std::max(x, y) + 0.05) / (std::min(x, y) + 0.05);
}

// CIE L*: 0 black, 100 white.
double lightness(const Linear& c) {
  return 116 * std::cbrt(luminance(c)) - 16;
}

// How the colour-blind see it: Machado, Oliveira and Fernandes (2009), severity 1. Kind 0 is full vision.
Linear seen(const Linear& c, int kind) {
  static const double matrices[3][3][3] = {
      {{0.152286, 1.052583, -0.204868}, {0.114503, 0.786281, 0.099216}, {-0.003882, -0.048116, 1.051998}},
      {{0.367322, 0.860646, -0.227968}, {0.280085, 0.672501, 0.047413}, {-0.011820, 0.042940, 0.968881}},
      {{1.255528, -0.076749, -0.178779}, {-0.078411, 0.930809, 0.147602}, {0.004733, 0.691367, 0.303900}}};
  if (kind == 0) return c;
  Linear result;
  for (std::size_t i = 0; i < 3; ++i) {
    const double* row = matrices[kind - 1][i];
    result[i] = std::clamp(row[0] * c[0] + row[1] * c[1] + row[2] * c[2], 0.0, 1.0);
  }
  return result;
}

// Distance in OKLab (Ottosson 2020), times 100: 2 is just noticeable.
double difference(const Linear& a, const Linear& b) {
  const auto lab = [](const Linear& c) -> Linear {
    const double l = std::cbrt(0.4122214708 * c[0] + 0.5363325363 * c[1] + 0.0514459929 * c[2]);
    const double m = std::cbrt(0.2119034982 * c[0] + 0.6806995451 * c[1] + 0.1073969566 * c[2]);
    const double s = std::cbrt(0.0883024619 * c[0] + 0.2817188376 * c[1] + 0.6299787005 * c[2]);
    return {0.2104542553 * l + 0.793617785 * m - 0.0040720468 * s,
            1.9779984951 * l - 2.428592205 * m + 0.4505937099 * s,
            0.0259040371 * l + 0.7827717662 * m - 0.808675766 * s};
  };
  const Linear x = lab(a), y = lab(b);
  return 100 * std::hypot(x[0] - y[0], x[1] - y[1], x[2] - y[2]);
}

Linear line_colour(std::size_t style, bool dark) {
  return colour_of(dark ? line_styles[style].on_dark : line_styles[style].on_white);
}

TEST(LineStyles, StandOutFromTheirGround) {
  for (std::size_t i = 0; i < line_styles.size(); ++i) {
    EXPECT_GE(contrast(line_colour(i, false), colour_of("#ffffff")), 3) << i;
    EXPECT_GE(contrast(line_colour(i, true), colour_of("#191c22")), 3) << i;  // the page's dark panels
  }
}

TEST(LineStyles, AreToldApartByTheColourBlind) {
  for (const bool dark : {false, true})
    for (std::size_t i = 0; i < line_styles.size(); ++i)
      for (std::size_t j = 0; j < i; ++j)
        for (int kind = 0; kind < 4; ++kind)
          EXPECT_GE(difference(seen(line_colour(i, dark), kind), seen(line_colour(j, dark), kind)),
                    std::max(i, j) < 5 ? 10 : 5)
              << "depths " << j + 1 << " and " << i + 1 << ", kind " << kind << (dark ? ", dark" : "");
}

TEST(LineStyles, OfTheFirstFiveDepthsDifferInGrey) {
  for (const bool dark : {false, true})
    for (std::size_t i = 0; i < 5; ++i)
      for (std::size_t j = 0; j < i; ++j)
        EXPECT_GE(std::abs(lightness(line_colour(i, dark)) - lightness(line_colour(j, dark))), 4.5)
            << "depths " << j + 1 << " and " << i + 1 << (dark ? ", dark" : "");
}

TEST(LineStyles, HaveDashesOfTheirOwn) {
  std::set<std::string> dashes;
  for (const LineStyle& style : line_styles) dashes.insert(style.dash);
  EXPECT_EQ(dashes.size(), line_styles.size());
}

TEST(LineStyles, OfADepthAreTheSameWhateverIsBesideIt) {
  for (int depth = 1; depth <= 10; ++depth) EXPECT_EQ(style_of_depth(depth), depth - 1);
  EXPECT_EQ(style_of_depth(11), style_of_depth(1));
}

}  // namespace
}  // namespace isr
