// What is measured of a picture by patterns of light shown one after the other, as single-pixel cameras do
// it; no pattern is kept.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/api.h"
#include "sensing/linear_operator.h"

namespace isr {

// Which patterns, in which order, and what a reading is.
struct ISR_API Patterns {
  // hadamard: ±1, rows of the Kronecker product of the Walsh matrices of height and width, powers of two;
  // dct: orthonormal cosines of the two directions; pixel: one pixel is seen after the other.
  std::string kind = "hadamard";

  // How patterns are numbered. With frequencies i down and j across, numbers of sign changes of Walsh
  // functions:
  //   sequency      (i, j) row by row;  natural: the same for dct and pixel, for hadamard of the Sylvester
  //                 matrices;  dyadic (hadamard): of the Walsh functions in Paley's order
  //   zigzag        by i + j along diagonals, as JPEG orders cosines (hadamard, dct)
  //   random:SEED   of seeded random numbers, 0 … 2^32 − 1 (stream "pattern order")
  std::string order = "sequency";

  // signed: what each pattern φ gives, φᵀx. As light is never negative, also positive: (c·1 + φ)ᵀx / 2, where
  // c is the least bound of all entries (hadamard: 1, patterns of 0 and 1); pairs: that, then
  // (c·1 − φ)ᵀx / 2, in turn. pixel is always signed.
  std::string readings = "signed";

  // The numbers of the patterns that were shown, from 0, in the order of the readings; empty: the first ones.
  std::vector<Index> rows{};

  bool operator==(const Patterns&) const = default;

  // Throws UsageError, naming the argument, for unknown words, sides that do not fit, and rows that are none.
  void validate(Index height, Index width) const;
};

// Is this one of the words for kind?
ISR_API bool is_pattern_kind(const std::string& word);

// The rows that an array names, from whole numbers. Throws Error, with the array's name, for any other value.
ISR_API std::vector<Index> pattern_numbers(const Eigen::MatrixXd& values, const std::string& name);

// The operator of so many readings (twice as many as patterns, of pairs). A fast transform, one entry a
// reading. Throws UsageError as validate does, and when there are not so many patterns.
ISR_API OperatorPtr make_patterns(const Patterns& patterns, Index readings, Index height, Index width);

// Of each pattern, by its number, the sum of its frequencies down and across, see order; of pixels 0.
ISR_API std::vector<Index> frequencies_of(const Patterns& patterns, Index height, Index width);

// "hadamard patterns (zigzag order)", for people.
ISR_API std::string describe(const Patterns& patterns);

}  // namespace isr
