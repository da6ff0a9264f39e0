#include "solver/path_sampler.h"

#include <algorithm>
#include <cmath>

namespace isr {
namespace {

// At an interpolated w the residual would be that of the interpolation, so it is interpolated itself, in its
// logarithm: x goes from 0 to 1 over the segment.
double residual_between(const FlowSegment& segment, double x) {
  if (segment.begin_residual <= 0 || segment.end_residual <= 0) return segment.end_residual;
  return segment.begin_residual * std::pow(segment.end_residual / segment.begin_residual, x);
}

}  // namespace

void PathSampler::add(const FlowSegment& segment) {
  // The flow's first step begins at τ = 0: its last decade stands for it.
  const double from = std::max(segment.begin_time, 0.1 * segment.end_time), to = segment.end_time;
  const double decades = std::log10(to / from);
  const double change =
      (segment.end_w - segment.begin_w).norm() / std::max(segment.end_w.norm(), segment.begin_w.norm());
  const double wanted = std::max(per_decade_ * decades, change / most_change_);
  const int moments = std::clamp(static_cast<int>(std::ceil(wanted)), 1, most_per_step_);
  Eigen::VectorXd w;
  for (int i = 1; i <= moments; ++i) {
    const double time = i == moments ? to : from * std::pow(to / from, static_cast<double>(i) / moments);
    if (i == moments)
      w = segment.end_w;
    else
      segment.w_at(map_, time, w);
    path_.times.push_back(time);
    path_.residuals.push_back(residual_between(segment, std::log(time / from) / std::log(to / from)));
    path_.w.push_back(w.cast<float>());
  }
}

}  // namespace isr
