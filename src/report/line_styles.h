// How lines look, in charts, on the page of `isr compare` and in films: one definition for all of them.
#pragma once

#include <array>

namespace isr {

// A colour for white paper and one for a dark screen, each with a contrast of at least 3 to its ground, and a
// dash pattern: strokes and gaps in widths of the line, separated by commas; empty: solid.
struct LineStyle {
  const char* on_white;
  const char* on_dark;
  const char* dash;
};

// Style k−1 is depth k's. The first five differ in lightness too, so that they are told apart in grey and by
// the colour-blind; the test measures it. No two have the same dashes.
inline constexpr std::array<LineStyle, 10> line_styles{{
    {"#62656d", "#b3b6be", "2,3"},               // 1, the control: grey, dotted
    {"#1f33a6", "#5577ff", ""},                  // 2: blue
    {"#9c2c00", "#ff7d2e", "9,3"},               // 3: brick
    {"#c548c8", "#b050ae", "9,3,2,3"},           // 4: violet
    {"#10a365", "#8ff0c0", "4.5,2.5"},           // 5: green
    {"#9d6500", "#f7c941", "14,2,2,2,2,2"},      // 6: ochre
    {"#6d1a3e", "#c96a9e", "16,3"},              // 7: wine
    {"#1583a3", "#50cbf2", "7,7"},               // 8: cyan
    {"#8f4a46", "#da8b7e", "7,2,3,2"},           // 9: clay
    {"#7e9500", "#d1da8d", "12,3,2,3,2,3,2,3"},  // 10: olive
}};

// The style of a depth, an index into line_styles, wherever it is drawn. Beyond 10 they come again.
constexpr int style_of_depth(int depth) {
  return (depth - 1) % static_cast<int>(line_styles.size());
}

}  // namespace isr
