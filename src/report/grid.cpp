#include "report/grid.h"

#include <algorithm>
#include <cmath>

#include "base/text.h"
#include "report/drawing.h"

namespace isr {
namespace {

constexpr double margin = 20, gap = 14, title_size = 19, column_size = 17, row_size = 15, caption_size = 13.5,
                 note_size = 11.5, bar_width = 14, bar_room = 92, smallest_cell = 150, largest_cell = 420,
                 thinnest = 12;  // a picture of one row is drawn higher than it is, to be seen

struct Layout {
  double cell_width, cell_height, left, top, row_pitch, width, height;
  double column_x(std::size_t c) const { return left + static_cast<double>(c) * (cell_width + gap); }
  double row_y(std::size_t r) const { return top + static_cast<double>(r) * row_pitch; }
};

// The first picture that is there: all cells take its shape.
const Image* any_image(const Grid& grid) {
  for (const auto& row : grid.cells)
    for (const auto& cell : row)
      if (cell.image.width > 0) return &cell.image;
  return nullptr;
}

double cell_scale(const Image& image) {
  const double side = std::max(image.width, image.height);
  if (side <= smallest_cell) return std::ceil(smallest_cell / side);  // whole pixels, sharp
  return std::min(1.0, largest_cell / side);
}

Layout layout_of(const Grid& grid, double row_title_width) {
  const Image* image = any_image(grid);
  const double scale = image ? cell_scale(*image) : 1;
  Layout layout{};
  layout.cell_width = image ? scale * image->width : smallest_cell;
  layout.cell_height = image ? std::max(scale * image->height, thinnest) : smallest_cell;
  layout.cell_width = std::max(layout.cell_width, 84.0);  // room for a caption under a narrow picture
  bool captions = false;
  std::size_t columns = grid.columns.size();
  for (const auto& row : grid.cells) {
    columns = std::max(columns, row.size());
    for (const auto& cell : row) captions |= !cell.caption.empty();
  }
  layout.row_pitch = layout.cell_height + (captions ? caption_size + 18 : gap);
  layout.left = margin + (row_title_width > 0 ? row_title_width + gap : 0);
  layout.top =
      margin + (grid.title.empty() ? 0 : title_size + 14) + (grid.columns.empty() ? 0 : column_size + 10);
  layout.width = layout.column_x(columns) - gap + (grid.colour_bar ? bar_room : 0) + margin;
  layout.height = layout.row_y(grid.cells.size()) + (grid.note.empty() ? 6 : note_size + 16);
  return layout;
}

void draw_cell(cairo_t* cairo, const GridCell& cell, const Layout& layout, double x, double y) {
  const double scale = std::min(layout.cell_width / cell.image.width, layout.cell_height / cell.image.height);
  const double width = std::max(scale * cell.image.width, thinnest),
               height = std::max(scale * cell.image.height, thinnest);
  const double left = x + (layout.cell_width - width) / 2, top = y + (layout.cell_height - height) / 2;
  draw_image(cairo, cell.image, left, top, width, height);
  cairo_set_source_rgb(cairo, frame_grey.r, frame_grey.g, frame_grey.b);
  cairo_set_line_width(cairo, 0.8);
  cairo_rectangle(cairo, left - 0.4, top - 0.4, width + 0.8, height + 0.8);
  cairo_stroke(cairo);
  draw_text(cairo, cell.caption, x + layout.cell_width / 2, y + layout.cell_height + caption_size + 5,
            caption_size, Align::centre, soft_ink);
}

std::string short_number(double value) {
  return formatted("%.2g", value);
}

void draw_colour_bar(cairo_t* cairo, const ColourBar& bar, const Layout& layout) {
  constexpr int levels = 256;
  Image ramp(levels, 1);
  for (int i = 0; i < levels; ++i) ramp.at(levels - 1 - i, 0) = static_cast<float>(i) / (levels - 1);
  const double x = layout.width - bar_room - margin + 24, height = std::min(2 * layout.cell_height, 300.0),
               y = layout.top;
  const double bar_height = std::min(height, layout.cell_height);
  draw_image(cairo, colour_mapped(ramp, 1), x, y, bar_width, bar_height);
  cairo_set_source_rgb(cairo, frame_grey.r, frame_grey.g, frame_grey.b);
  cairo_set_line_width(cairo, 0.8);
  cairo_rectangle(cairo, x, y, bar_width, bar_height);
  cairo_stroke(cairo);
  for (const double tick : {0.0, 0.5, 1.0})
    draw_text(cairo, short_number(tick * bar.most), x + bar_width + 6, y + bar_height * (1 - tick) + 4.5,
              note_size, Align::left, soft_ink);
  draw_text(cairo, bar.label, x - 4, y - 10, note_size, Align::left, soft_ink);
}

void draw_grid(cairo_t* cairo, const Grid& grid, const Layout& layout) {
  const double usable = layout.width - 2 * margin;
  if (!grid.title.empty())
    draw_text(cairo, fitted_text(cairo, grid.title, title_size, usable, true), margin, margin + title_size,
              title_size, Align::left, ink, true);
  for (std::size_t c = 0; c < grid.columns.size(); ++c)
    draw_text(cairo, fitted_text(cairo, grid.columns[c], column_size, layout.cell_width + gap),
              layout.column_x(c) + layout.cell_width / 2, layout.top - 10, column_size, Align::centre);
  for (std::size_t r = 0; r < grid.cells.size(); ++r) {
    if (r < grid.rows.size())
      draw_text(cairo, grid.rows[r], layout.left - gap,
                layout.row_y(r) + layout.cell_height / 2 + row_size / 3, row_size, Align::right);
    for (std::size_t c = 0; c < grid.cells[r].size(); ++c)
      if (grid.cells[r][c].image.width > 0)
        draw_cell(cairo, grid.cells[r][c], layout, layout.column_x(c), layout.row_y(r));
  }
  if (grid.colour_bar) draw_colour_bar(cairo, *grid.colour_bar, layout);
  if (!grid.note.empty())
    draw_text(cairo, fitted_text(cairo, grid.note, note_size, usable), margin, layout.height - 14, note_size,
              Align::left, soft_ink);
}

// Text can only be measured on a surface: a scratch one gives the width of the row titles.
double widest_row_title(const Grid& grid) {
  cairo_surface_t* surface = cairo_image_surface_create(CAIRO_FORMAT_A8, 1, 1);
  cairo_t* cairo = cairo_create(surface);
  double width = 0;
  for (const auto& title : grid.rows) width = std::max(width, text_width(cairo, title, row_size));
  cairo_destroy(cairo);
  cairo_surface_destroy(surface);
  return width;
}

}  // namespace

void write_grid(const std::filesystem::path& path, const Grid& grid) {
  const Layout layout = layout_of(grid, widest_row_title(grid));
  write_drawing(path, layout.width, layout.height, 2,
                [&](cairo_t* cairo) { draw_grid(cairo, grid, layout); });
}

Image absolute_error(const Image& recovered, const Image& truth) {
  return {truth.height, truth.width, (recovered.pixels - truth.pixels).cwiseAbs().rowwise().maxCoeff()};
}

}  // namespace isr
