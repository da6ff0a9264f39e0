// The lifting of one level of a wavelet transform, along the columns or the rows of a picture, compiled for
// each instruction set and chosen at run time.
#pragma once

#include <cstddef>

namespace isr {

// The samples of signals as two sequences, those at even places, s, and those at odd ones, d. Consecutive
// ones lie `stride` floats apart: two rows of a picture where they alternate, one where all of s come first.
template <class Float>
struct Halves {
  Float *s, *d;
  std::size_t stride;
};

// Four steps, alternately on d and s:
//   d: d_i += c (s_i + s_{i+1}),     s: s_i += c (d_{i−1} + d_i),
// where an index beyond an end means the last one inside (symmetric extension); or the transposes of steps
// like that of the other sequence, which have the same form but at the ends. What comes in is scaled first.
struct Lifting {
  float s_scale, d_scale;
  float steps[4];
  bool s_first;     // the first step changes s, not d
  bool transposed;  // the ends are those of transposes
};

// Lifts `columns` signals side by side, of even + odd samples (even = odd or odd + 1, odd >= 1); `out` must
// not overlap `in`.
void lift_columns(const Lifting& lifting, Halves<const float> in, std::size_t even, std::size_t odd,
                  std::size_t columns, Halves<float> out);

// Lifts one signal, from a row of alternating samples to s and d, and from s and d to such a row. `scratch`
// holds even + odd floats; nothing may overlap.
void lift_row_apart(const Lifting& lifting, const float* row, std::size_t even, std::size_t odd, float* s,
                    float* d);
void lift_row_together(const Lifting& lifting, const float* s, const float* d, std::size_t even,
                       std::size_t odd, float* scratch, float* row);

// The same without lifting: samples at even and odd places apart and together.
void split_row(const float* row, std::size_t even, std::size_t odd, float* s, float* d);
void join_row(const float* s, const float* d, std::size_t even, std::size_t odd, float* row);

}  // namespace isr
