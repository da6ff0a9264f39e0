// Measured numbers beside those that the authors' code gave.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "experiments/suite.h"

namespace isr {

// One number, theirs and ours.
struct ComparedNumber {
  Figure figure;
  int depth = 0;
  std::string quantity;  // "window begins", "window ends", "minimum (log2)", "90 % of w* = 3"
  std::optional<double> measured;
  double authors = 0;
  double tolerance = 0;  // in the unit of the quantity
  bool within() const { return measured && std::abs(*measured - authors) <= tolerance; }
};

// The comparisons that a run allows: experiments whose settings are the paper's; a seed may differ. With the
// paper's seed the data are those of the authors' code, and only rounding may differ: 0.5 % of an iteration
// count (at least 2), 0.02 of a minimum. With another seed the draw of the noise differs, and the tolerance
// is the spread over draws (5 to 95 % of 24 to 100 of them, rounded up): 30 % of a time to 90 %, 60 % of
// where a window of coordinates begins and 100 % of where it ends, 20 % and 40 % for windows of the error,
// 0.7 of a minimum.
std::vector<ComparedNumber> compare_with_authors(const Suite& suite);

// Does the experiment have the paper's settings (depths may be left out, the seed may differ)?
bool follows_protocol(const ExperimentOptions& options);

}  // namespace isr
