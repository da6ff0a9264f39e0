// Grids of pictures with titles and captions, as figures for a paper or a talk.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "image/image.h"

namespace isr {

struct GridCell {
  Image image;          // grey or RGB; an empty image (width 0) leaves the cell blank
  std::string caption;  // a line under it, e.g. "20.45 dB"; may be empty
};

// A scale beside the grid for the pictures made by colour_mapped(…, most).
struct ColourBar {
  std::string label;
  double most = 1;
};

struct Grid {
  std::string title;  // may be empty
  std::string note;   // a line at the bottom that says how the pictures were made; may be empty
  std::vector<std::string> columns;
  std::vector<std::string> rows;             // a title left of each row
  std::vector<std::vector<GridCell>> cells;  // [row][column]
  std::optional<ColourBar> colour_bar;
};

// Writes the grid as a PNG (twice the layout's size in pixels, for sharp print), or as a PDF where the path
// ends in .pdf. Small pictures are enlarged by a whole factor without smoothing. Throws Error when it cannot
// be written.
void write_grid(const std::filesystem::path& path, const Grid& grid);

// |recovered − truth|, the largest channel of each pixel.
Image absolute_error(const Image& recovered, const Image& truth);

}  // namespace isr
