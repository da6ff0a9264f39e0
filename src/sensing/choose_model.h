// How pictures are to be measured, where the user leaves it open: the ensemble, the basis, the block.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "base/api.h"
#include "sensing/problem.h"

namespace isr {

// What a user may ask of the measurements. Every default stands here.
struct ISR_API MeasurementChoice {
  double share = 0.5;                 // n/p, in (0, 100], where `measurements` is not given
  std::optional<Index> measurements;  // n >= 1, of each channel
  // Not given: rademacher while its matrix has at most 2^26 entries (8 MB), else hadamard.
  std::optional<std::string> ensemble;
  // Not given: pixel when at most a twentieth of all pixels are not black, else cdf97; up to 64 pixels a
  // side, when at most three quarters are not black, pixel where the measurements are enough for so many
  // nonzero pixels (see measurements_needed), otherwise boxes.
  std::optional<std::string> basis;
  Index block = 0;  // side of the blocks that one small matrix measures in turn; 0: the whole picture
  double positive_probability = paper_positive_probability;  // q of biased-sign, in (0, 1)
  std::uint32_t seed = 42;
  // In place of an ensemble: patterns, `measurements` of them (twice as many readings where these are in
  // pairs), or all its rows.
  std::optional<Patterns> patterns{};
  OperatorPtr of_block{};  // or the matrix, m × block², that measures each block

  // Throws UsageError, naming the argument, when a value is out of range.
  void validate() const;
};

// The model for pictures of height × width whose channels are the columns of `pixels` (pixel by pixel, row by
// row). In block mode the measurements are rounded up to a multiple of the number of blocks.
ISR_API MeasurementModel choose_model(Index height, Index width, Index channels, ConstColumns pixels,
                                      const MeasurementChoice& choice);

}  // namespace isr
