// The pictures of the synthetic experiments, laid out as in the paper: a panel a depth.
#pragma once

#include "experiments/suite.h"
#include "report/chart.h"

namespace isr {

// Coordinates on the support, and the largest off it, against the iteration.
Chart coordinate_chart(const CoordinateStudy& study);

// Median and quartiles of log2 ‖w − w*‖² against the iteration, with least squares and ridge as level lines.
Chart error_chart(const ErrorStudy& study);

// Draws every figure of the run into the folder, at once; each under the name of its figure (see
// write_chart).
void draw_figures(const Suite& suite, const std::string& folder);

}  // namespace isr
