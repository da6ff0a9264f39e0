// The paths that `isr compare` shows: solved, measured, thinned.
#pragma once

#include "cli/compare_options.h"
#include "report/comparison.h"

namespace isr {

// Measures every image with every noise, follows its path at every depth and start, and finds the moments
// that matter. The images are grey. Throws Interrupted after Ctrl-C.
Comparison compare_paths(std::vector<LabelledImage> images, const CompareOptions& options,
                         const std::string& command, bool show_progress);

}  // namespace isr
