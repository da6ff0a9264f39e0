// Parts of a picture as lines, on which transforms work: "line" i holds sample i of sixteen signals.
#pragma once

#include <algorithm>
#include <cstddef>

namespace isr {

constexpr std::size_t line_width = 16;  // signals side by side in a line of 64 bytes

// Copies count <= 16 rows of `length` values, `stride` apart, into the first lanes of lines, and back.
void lines_from_rows(const float* x, std::size_t stride, std::size_t count, std::size_t length, float* lines);
void rows_from_lines(const float* lines, std::size_t count, std::size_t length, float* x, std::size_t stride);

// The same of count <= 16 columns side by side; `stride` from one row of them to the next.
inline void lines_from_columns(const float* x, std::size_t stride, std::size_t count, std::size_t length,
                               float* lines) {
  if (count == line_width)  // a number known to the compiler
    for (std::size_t i = 0; i < length; ++i) std::copy_n(x + i * stride, line_width, lines + i * line_width);
  else
    for (std::size_t i = 0; i < length; ++i) std::copy_n(x + i * stride, count, lines + i * line_width);
}

inline void columns_from_lines(const float* lines, std::size_t count, std::size_t length, float* x,
                               std::size_t stride) {
  if (count == line_width)
    for (std::size_t i = 0; i < length; ++i) std::copy_n(lines + i * line_width, line_width, x + i * stride);
  else
    for (std::size_t i = 0; i < length; ++i) std::copy_n(lines + i * line_width, count, x + i * stride);
}

}  // namespace isr
