// Grids of pictures with titles and captions, as figures for a paper or a talk.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "image/image.h"

namespace isr {

struct GridCell {
  Image image;          // grey or RGB; an empty image (width 0) leaves the cell blank
  std::string caption;  // a line under it, e.g. "20.45 dB"; may be empty
};

// The heading of a column, in the colour of a depth where it stands for one.
struct GridColumn {
  std::string title;
  std::optional<int> depth;

  GridColumn(std::string title_, std::optional<int> depth_ = {}) : title(std::move(title_)), depth(depth_) {}
  GridColumn(const char* title_) : title(title_) {}
};

// A scale beside the grid for the pictures made by colour_mapped(…, most).
struct ColourBar {
  std::string label;
  double most = 1;
};

struct Grid {
  std::string title;  // may be empty
  std::string note;   // at the bottom, how the pictures were made; may be empty
  std::vector<GridColumn> columns;
  std::vector<std::string> rows;             // a title left of each row
  std::vector<std::vector<GridCell>> cells;  // [row][column]
  std::optional<ColourBar> colour_bar;
};

// Where the cells of a grid go, so that it is about as wide and high as a page: its columns wrap beyond
// eight, and many rows are set as blocks beside each other.
struct GridArrangement {
  std::size_t across = 1;          // columns of a grid that stand beside each other; the others follow below
  std::size_t bands = 1;           // of so many columns
  std::size_t blocks = 1;          // beside each other
  std::size_t rows_per_block = 1;  //
  std::size_t rows = 0;            // drawn: all, unless they are more than a figure can hold
};
GridArrangement arranged(std::size_t rows, std::size_t columns, double cell_width, double cell_height);

// Writes the grid as a PNG (two pixels a unit of the layout, for sharp print, or one where it is large), or
// as a PDF where the path ends in .pdf. Small pictures are enlarged by a whole factor without smoothing. No
// caption is cut: cells are as wide as the widest. Throws Error when it cannot be written.
void write_grid(const std::filesystem::path& path, const Grid& grid);

// Bytes that write_grid takes for a PNG of so many rows and columns of pictures of this size, about; from
// above.
std::size_t grid_bytes(std::size_t rows, std::size_t columns, int height, int width);

// |recovered − truth|, the largest channel of each pixel.
Image absolute_error(const Image& recovered, const Image& truth);

}  // namespace isr
