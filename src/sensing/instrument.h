// What instruments do to measurements: noise that differs, light that drifts, readings that fail.
#pragma once

#include <Eigen/Core>
#include <cstdint>
#include <optional>
#include <vector>

#include "base/api.h"
#include "sensing/problem.h"

namespace isr {

struct ISR_API Instrument {
  // The standard deviation of each reading, n positive values; empty: the same for all.
  Eigen::VectorXd sigma{};

  // Readings are counts of a Poisson process. Their weights stabilise the variance: σ² = count + 3/8 (as
  // Anscombe, 1948), of several columns the mean count. Excludes sigma.
  bool poisson = false;

  // An unknown offset of the readings, a polynomial in their number of this degree, 0 … 20: 0 is a constant
  // (dark current, light from elsewhere), 1 drifts evenly, and so on. What of the picture shows as such an
  // offset in all readings is lost with it: of readings that are positive the mean.
  std::optional<int> offset{};

  // Single readings are far off, no matter how far: y = X w + s with s sparse, and both w and s the product
  // of a network's weights (You, Zhu, Qu and Ma, NeurIPS 2020).
  bool outliers = false;

  // Throws UsageError, naming the argument, for values out of range, or sizes that are not n.
  void validate(Index readings) const;
};

// The problem without these, as the solvers are to see it: readings in pairs are subtracted; weights make the
// noise of all measurements 1; unknown offsets, and columns for outliers, become part of the operator. The
// mean of positive readings, which are nearly all mean, is made as weak as what they say of the picture.
// Throws as validate, and for negative counts.
ISR_API Problem corrected(Problem problem, const Instrument& instrument);

// Some of the readings, as if no others had been taken: of patterns in pairs these are pairs. rows ascend.
ISR_API Problem with_readings(Problem problem, const std::vector<Index>& rows);

// So many of the readings of a problem at random (stream "kept readings"), ascending; of pairs, pairs. Where
// patterns have frequencies half of the readings are those of the lowest, which say most of a picture, and
// half are random ones of the others (Adcock, Hansen, Poon and Roman 2017, in two levels).
ISR_API std::vector<Index> random_readings(const Problem& problem, double share, std::uint32_t seed);

}  // namespace isr
