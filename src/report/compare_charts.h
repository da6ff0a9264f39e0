// The charts of `isr compare` for a paper.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "report/chart.h"
#include "report/comparison.h"

namespace isr {

// Charts by file name. For each image and variant: "path-…", a panel per quantity with a line per depth
// against flow time, the window of the depth with the best picture shaded, the stops marked; and
// "coordinates-…", a panel per depth with coordinates on and off the support.
std::vector<std::pair<std::string, Chart>> comparison_charts(const Comparison& comparison);

}  // namespace isr
