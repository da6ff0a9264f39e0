// Parts of a picture as lines, on which transforms work: "line" i holds sample i of sixteen signals.
#pragma once

#include <algorithm>
#include <cstddef>

namespace isr {

constexpr std::size_t line_width = 16;  // signals side by side in a line of 64 bytes

// Copies `rows` rows of count <= 16 values, so many apart.
inline void copy_rows(const float* from, std::size_t from_stride, std::size_t count, std::size_t rows,
                      float* to, std::size_t to_stride) {
  const auto copy = [&](std::size_t values) {
    for (std::size_t i = 0; i < rows; ++i) std::copy_n(from + i * from_stride, values, to + i * to_stride);
  };
  count == line_width ? copy(line_width) : copy(count);  // a number that the compiler knows is copied faster
}

// out[j · out_stride + i] = in[i · in_stride + j], i < rows, j < cols.
void transpose_rows(const float* in, std::size_t in_stride, std::size_t rows, std::size_t cols, float* out,
                    std::size_t out_stride);

// Copies count <= 16 rows of `length` values, `stride` apart, into the first lanes of lines, and back.
inline void lines_from_rows(const float* x, std::size_t stride, std::size_t count, std::size_t length,
                            float* lines) {
  transpose_rows(x, stride, count, length, lines, line_width);
}
inline void rows_from_lines(const float* lines, std::size_t count, std::size_t length, float* x,
                            std::size_t stride) {
  transpose_rows(lines, line_width, length, count, x, stride);
}

// The same of count <= 16 columns side by side; `stride` from one row of them to the next.
inline void lines_from_columns(const float* x, std::size_t stride, std::size_t count, std::size_t length,
                               float* lines) {
  copy_rows(x, stride, count, length, lines, line_width);
}
inline void columns_from_lines(const float* lines, std::size_t count, std::size_t length, float* x,
                               std::size_t stride) {
  copy_rows(lines, line_width, count, length, x, stride);
}

}  // namespace isr
