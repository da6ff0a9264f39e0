#include "report/grid.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "base/text.h"
#include "report/drawing.h"

namespace isr {
namespace {

constexpr double margin = 20, gap = 14, title_size = 19, column_size = 17, row_size = 15, caption_size = 13.5,
                 note_size = 11.5, bar_gap = 24, bar_width = 14, smallest_cell = 150, largest_cell = 420,
                 widest_row_title = 260, block_gap = 40, band_gap = 10,
                 thinnest = 12;  // a picture of one row is drawn higher than it is, to be seen
constexpr std::size_t most_across = 8;
constexpr double most_pixels = 40e6;  // of a PNG

double line_height(double size) {
  return 1.3 * size;
}

struct Layout {
  GridArrangement order;
  double cell_width, cell_height, row_title_width, header_height, row_pitch;
  double band_height, block_width, top, width, height;
  std::vector<std::string> title, note;

  // The left and upper edge of a cell.
  double x(std::size_t row, std::size_t column) const {
    const std::size_t block = row / order.rows_per_block;
    return margin + row_title_width + static_cast<double>(block) * block_width +
           static_cast<double>(column % order.across) * (cell_width + gap);
  }
  double y(std::size_t row, std::size_t column) const {
    const std::size_t band = column / order.across;
    return top + static_cast<double>(band) * band_height + header_height +
           static_cast<double>(row % order.rows_per_block) * row_pitch;
  }
};

// The first picture that is there: all cells take its shape.
const Image* any_image(const Grid& grid) {
  for (const auto& row : grid.cells)
    for (const auto& cell : row)
      if (cell.image.width > 0) return &cell.image;
  return nullptr;
}

double cell_scale(int height, int width) {
  const double side = std::max(width, height);
  if (side <= smallest_cell) return std::ceil(smallest_cell / side);  // whole pixels, sharp
  return std::min(1.0, largest_cell / side);
}

std::array<std::string, 3> bar_numbers(const ColourBar& bar) {
  return {"0", scientific(bar.most / 2, 2), scientific(bar.most, 2)};
}

// Right of the cells.
double bar_room(const ColourBar& bar) {
  double width = text_width(bar.label, note_size) - bar_width - 10;
  for (const auto& number : bar_numbers(bar)) width = std::max(width, text_width(number, note_size));
  return std::ceil(bar_gap + bar_width + 6 + width);
}

std::vector<std::string> heading(const GridColumn& column, double width) {
  return wrapped_text(column.title, column_size, width);
}

// As wide as the picture, every caption, and every word of a heading.
double cell_width(const Grid& grid, const Image* image, double scale) {
  double width = image ? scale * image->width : smallest_cell;
  for (const auto& row : grid.cells)
    for (const auto& cell : row) width = std::max(width, text_width(cell.caption, caption_size) + 2);
  for (const auto& column : grid.columns)
    for (const auto& word : heading(column, 0)) width = std::max(width, text_width(word, column_size));
  return std::ceil(width);  // whole units, so that pixels stay sharp
}

Layout layout_of(const Grid& grid) {
  const Image* image = any_image(grid);
  const double scale = image ? cell_scale(image->height, image->width) : 1;
  Layout layout{};
  layout.cell_width = cell_width(grid, image, scale);
  layout.cell_height = image ? std::max(scale * image->height, thinnest) : smallest_cell;
  bool captions = false;
  std::size_t columns = grid.columns.size(), header_lines = 0;
  for (const auto& row : grid.cells) {
    columns = std::max(columns, row.size());
    for (const auto& cell : row) captions |= !cell.caption.empty();
  }
  for (const auto& column : grid.columns)
    header_lines = std::max(header_lines, heading(column, layout.cell_width).size());
  for (const auto& row : grid.rows)
    layout.row_title_width = std::max(layout.row_title_width, text_width(row, row_size));
  layout.row_title_width = std::min(layout.row_title_width, widest_row_title);
  if (layout.row_title_width > 0) layout.row_title_width = std::ceil(layout.row_title_width) + gap;
  layout.header_height = std::ceil(line_height(column_size) * static_cast<double>(header_lines)) + 4;
  layout.row_pitch = layout.cell_height + (captions ? std::ceil(caption_size + 18) : gap);

  layout.order = arranged(grid.cells.size(), columns, layout.cell_width + gap, layout.row_pitch);
  layout.block_width = layout.row_title_width +
                       static_cast<double>(layout.order.across) * (layout.cell_width + gap) - gap + block_gap;
  layout.band_height =
      layout.header_height + static_cast<double>(layout.order.rows_per_block) * layout.row_pitch + band_gap;
  layout.width = 2 * margin + static_cast<double>(layout.order.blocks) * layout.block_width - block_gap +
                 (grid.colour_bar ? bar_room(*grid.colour_bar) : 0);
  const double usable = layout.width - 2 * margin;
  std::string note = grid.note;
  if (layout.order.rows < grid.cells.size())
    note += (note.empty() ? "" : "; ") + ("the first " + grouped(static_cast<double>(layout.order.rows))) +
            " of " + grouped(static_cast<double>(grid.cells.size())) + " rows";
  layout.title = wrapped_text(grid.title, title_size, usable, true);
  layout.note = wrapped_text(note, note_size, usable);
  layout.top = margin + std::ceil(line_height(title_size) * static_cast<double>(layout.title.size()));
  layout.height =
      std::ceil(layout.top + static_cast<double>(layout.order.bands) * layout.band_height - band_gap +
                line_height(note_size) * static_cast<double>(layout.note.size()) + margin / 2);
  return layout;
}

void draw_lines(cairo_t* cairo, const std::vector<std::string>& lines, double x, double top, double size,
                Align align, Rgb colour, bool bold = false) {
  for (const auto& line : lines) {
    draw_text(cairo, line, x, top + size, size, align, colour, bold);
    top += line_height(size);
  }
}

void draw_cell(cairo_t* cairo, const GridCell& cell, const Layout& layout, double x, double y) {
  const double scale = std::min(layout.cell_width / cell.image.width, layout.cell_height / cell.image.height);
  const double whole = scale >= 1 ? std::floor(scale) : scale;
  const double width = std::max(whole * cell.image.width, thinnest),
               height = std::max(whole * cell.image.height, thinnest);
  const double left = x + std::floor((layout.cell_width - width) / 2),
               top = y + std::floor((layout.cell_height - height) / 2);
  draw_image(cairo, cell.image, left, top, width, height);
  cairo_set_source_rgb(cairo, frame_grey.r, frame_grey.g, frame_grey.b);
  cairo_set_line_width(cairo, 0.8);
  cairo_rectangle(cairo, left - 0.4, top - 0.4, width + 0.8, height + 0.8);
  cairo_stroke(cairo);
  draw_text(cairo, cell.caption, x + layout.cell_width / 2, y + layout.cell_height + caption_size + 5,
            caption_size, Align::centre, soft_ink);
}

void draw_colour_bar(cairo_t* cairo, const ColourBar& bar, const Layout& layout) {
  constexpr int levels = 256;
  Image ramp(levels, 1);
  for (int i = 0; i < levels; ++i) ramp.at(levels - 1 - i, 0) = static_cast<float>(i) / (levels - 1);
  const double x = layout.width - margin - bar_room(bar) + bar_gap, y = layout.y(0, 0),
               height = layout.cell_height;
  draw_image(cairo, colour_mapped(ramp, 1), x, y, bar_width, height);
  cairo_set_source_rgb(cairo, frame_grey.r, frame_grey.g, frame_grey.b);
  cairo_set_line_width(cairo, 0.8);
  cairo_rectangle(cairo, x, y, bar_width, height);
  cairo_stroke(cairo);
  const auto numbers = bar_numbers(bar);
  for (std::size_t i = 0; i < numbers.size(); ++i)
    draw_text(cairo, numbers[i], x + bar_width + 6, y + height * (1 - 0.5 * static_cast<double>(i)) + 4.5,
              note_size, Align::left, soft_ink);
  draw_text(cairo, bar.label, x - 4, y - 10, note_size, Align::left, soft_ink);
}

// The headings of a block of rows, above each band of columns.
void draw_headings(cairo_t* cairo, const Grid& grid, const Layout& layout, std::size_t row) {
  for (std::size_t c = 0; c < grid.columns.size(); ++c) {
    const GridColumn& column = grid.columns[c];
    const auto lines = heading(column, layout.cell_width);
    const double height = line_height(column_size) * static_cast<double>(lines.size());
    draw_lines(cairo, lines, layout.x(row, c) + layout.cell_width / 2, layout.y(row, c) - height - 6,
               column_size, Align::centre, column.depth ? depth_colour(*column.depth) : ink,
               column.depth.has_value());
  }
}

void draw_row(cairo_t* cairo, const Grid& grid, const Layout& layout, std::size_t row) {
  const auto& cells = grid.cells[row];
  for (std::size_t c = 0; c < cells.size(); ++c) {
    const double x = layout.x(row, c), y = layout.y(row, c);
    if (row < grid.rows.size() && c % layout.order.across == 0)
      draw_text(cairo, fitted_text(cairo, grid.rows[row], row_size, widest_row_title), x - gap,
                y + layout.cell_height / 2 + row_size / 3, row_size, Align::right);
    if (cells[c].image.width > 0) draw_cell(cairo, cells[c], layout, x, y);
  }
}

void draw_grid(cairo_t* cairo, const Grid& grid, const Layout& layout) {
  draw_lines(cairo, layout.title, margin, margin, title_size, Align::left, ink, true);
  for (std::size_t row = 0; row < layout.order.rows; ++row) {
    if (row % layout.order.rows_per_block == 0) draw_headings(cairo, grid, layout, row);
    draw_row(cairo, grid, layout, row);
  }
  if (grid.colour_bar) draw_colour_bar(cairo, *grid.colour_bar, layout);
  draw_lines(cairo, layout.note, margin,
             layout.top + static_cast<double>(layout.order.bands) * layout.band_height - band_gap, note_size,
             Align::left, soft_ink);
}

// Pixels of a PNG for a unit of the layout.
double png_scale(double width, double height) {
  return 4 * width * height <= most_pixels ? 2 : 1;
}

}  // namespace

GridArrangement arranged(std::size_t rows, std::size_t columns, double cell_width, double cell_height) {
  GridArrangement order;
  order.bands = std::max<std::size_t>(1, (columns + most_across - 1) / most_across);
  order.across = std::max<std::size_t>(1, (columns + order.bands - 1) / order.bands);
  const double cell_area = cell_width * cell_height * static_cast<double>(std::max<std::size_t>(1, columns));
  order.rows = std::min(rows, std::max<std::size_t>(1, static_cast<std::size_t>(most_pixels / cell_area)));
  // The side of a page of √2 : 1, upright or across, that holds so many blocks.
  const auto page = [&](std::size_t blocks) {
    const std::size_t per_block = (order.rows + blocks - 1) / blocks;
    const double width = cell_width * static_cast<double>(blocks * order.across),
                 height = cell_height * static_cast<double>(order.bands * per_block);
    const double ratio = std::sqrt(2.0);
    return std::min(std::max(width, height / ratio), std::max(width / ratio, height));
  };
  for (std::size_t blocks = 2; blocks <= order.rows; ++blocks)
    if (page(blocks) < page(order.blocks)) order.blocks = blocks;
  order.rows_per_block = std::max<std::size_t>(1, (order.rows + order.blocks - 1) / order.blocks);
  order.blocks = std::max<std::size_t>(1, (order.rows + order.rows_per_block - 1) / order.rows_per_block);
  return order;
}

void write_grid(const std::filesystem::path& path, const Grid& grid) {
  const Layout layout = layout_of(grid);
  write_drawing(path, layout.width, layout.height, png_scale(layout.width, layout.height),
                [&](cairo_t* cairo) { draw_grid(cairo, grid, layout); });
}

std::size_t grid_bytes(std::size_t rows, std::size_t columns, int height, int width) {
  // Room for the titles of rows, one line of headings, captions and numbers of two decimals.
  constexpr double usual_row_title = 150, usual_caption = 160, headings = 40, note = 60;
  const double scale = cell_scale(height, width);
  const double cell_width = std::max(scale * width, usual_caption) + gap,
               cell_height = scale * height + caption_size + 18;
  const GridArrangement order = arranged(rows, columns, cell_width, cell_height);
  const double block = static_cast<double>(order.across) * cell_width + usual_row_title + block_gap,
               band = static_cast<double>(order.rows_per_block) * cell_height + headings;
  const double page_width = static_cast<double>(order.blocks) * block + 2 * margin,
               page_height = static_cast<double>(order.bands) * band + 2 * margin + note;
  const double pixels_a_unit = png_scale(page_width, page_height);
  return static_cast<std::size_t>(4 * pixels_a_unit * pixels_a_unit * page_width * page_height);
}

Image absolute_error(const Image& recovered, const Image& truth) {
  return {truth.height, truth.width, (recovered.pixels - truth.pixels).cwiseAbs().rowwise().maxCoeff()};
}

}  // namespace isr
