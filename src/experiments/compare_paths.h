// The paths that the page of `isr compare` shows: solved, measured, thinned.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "experiments/picture_groups.h"
#include "report/comparison.h"
#include "solver/recover.h"

namespace isr {

// What is compared, and how it is called. Every default stands here.
struct PathsToCompare {
  std::string title;    // what is compared: the sources
  std::string command;  // what asked for it

  std::vector<int> depths{1, 2, 3, 5};  // N
  std::optional<std::vector<double>>
      inits;                      // w0; not given: 0.001, in a basis or without a matrix as recover
  std::vector<double> noises{0};  // σ of each measurement

  // But for depth, init and shifts, of which a mean of several paths would have no path. `step` is the unit
  // of the axis of iterations, too: τ/η with η = step/N².
  RecoverOptions recover;
  int frames = 0;  // moments kept of each path, at least 10; 0: by the size of the pictures

  PathsToCompare();

  // Throws UsageError, naming the argument, when a value is out of range.
  void validate() const;
  RecoverOptions options_of(int depth) const;  // from the first start
};

// Measures every image with every noise, follows its path at every depth and start, and finds the moments
// that matter. `groups`: of group_pictures. `watch`: cancelled and progress. Where it is cancelled the result
// is incomplete. Throws UsageError for values out of range, Error for a path without moments.
Comparison compare_paths(std::vector<LabelledImage> images, const std::vector<PictureGroup>& groups,
                         const PathsToCompare& asked, const RecoverWatch& watch = {});

}  // namespace isr
