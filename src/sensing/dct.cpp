#include "sensing/dct.h"

#include <algorithm>

#include "base/parallel.h"
#include "base/scratch.h"
#include "sensing/dct_kernel.h"
#include "sensing/lines_kernel.h"

namespace isr {
namespace {

// Two buffers of lines, one to read from and one to write to.
class LineBuffers {
 public:
  // For `count` signals; the lanes beyond are zero.
  LineBuffers(std::size_t length, std::size_t count, bool forward)
      : forward_(forward), in_(length * line_width), out_(length * line_width) {
    if (count < line_width) std::fill_n(in_.data(), in_.size(), 0.0f);
  }

  float* in() { return in_.data(); }
  const float* transformed(const DctTables& tables) {
    (forward_ ? dct_lines : transposed_dct_lines)(tables, in_.data(), out_.data());
    return out_.data();
  }

 private:
  bool forward_;
  ScratchVector in_, out_;
};

std::size_t strips(std::size_t count) {
  return (count + line_width - 1) / line_width;
}

void along_rows(const DctTables& tables, bool forward, std::size_t rows, const float* x, float* out) {
  const std::size_t cols = tables.length;
  parallel_for(strips(rows), [&](std::size_t strip) {
    const std::size_t first = strip * line_width * cols,
                      count = std::min(line_width, rows - strip * line_width);
    LineBuffers lines(cols, count, forward);
    lines_from_rows(x + first, cols, count, cols, lines.in());
    rows_from_lines(lines.transformed(tables), count, cols, out + first, cols);
  });
}

void along_columns(const DctTables& tables, bool forward, std::size_t cols, float* x) {
  const std::size_t rows = tables.length;
  parallel_for(strips(cols), [&](std::size_t strip) {
    const std::size_t first = strip * line_width, count = std::min(line_width, cols - first);
    LineBuffers lines(rows, count, forward);
    lines_from_columns(x + first, cols, count, rows, lines.in());
    columns_from_lines(lines.transformed(tables), count, rows, x + first, cols);
  });
}

}  // namespace

SeparableDct::SeparableDct(Index rows, Index cols)
    : rows_(rows),
      cols_(cols),
      row_tables_(std::make_shared<DctTables>(static_cast<std::size_t>(cols))),
      col_tables_(rows == cols ? row_tables_ : std::make_shared<DctTables>(static_cast<std::size_t>(rows))) {}

void SeparableDct::transform(const float* x, float* out, bool forward) const {
  along_rows(*row_tables_, forward, col_tables_->length, x, out);
  along_columns(*col_tables_, forward, row_tables_->length, out);
}

void SeparableDct::forward(const float* x, float* out) const {
  transform(x, out, true);
}

void SeparableDct::backward(const float* x, float* out) const {
  transform(x, out, false);
}

std::size_t SeparableDct::memory_bytes() const {
  const auto floats = [](const DctTables& tables) {
    return tables.dct2.size() + tables.dct4.size() + tables.rotations.size();
  };
  const std::size_t buffers = 2 * line_width * static_cast<std::size_t>(std::max(rows_, cols_)) *
                              static_cast<std::size_t>(thread_count());
  return (floats(*row_tables_) + (row_tables_ == col_tables_ ? 0 : floats(*col_tables_)) + buffers) *
         sizeof(float);
}

}  // namespace isr
