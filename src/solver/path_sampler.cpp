#include "solver/path_sampler.h"

#include <algorithm>
#include <cmath>

#include "solver/ending.h"

namespace isr {

void PathSampler::keep(double time, double residual, const Eigen::MatrixXd& w) {
  path_.times.push_back(time);
  path_.residuals.push_back(residual);
  path_.w.push_back(w.cast<float>());
}

void PathSampler::add(const Path& path) {
  const double end_residual = path.residual();
  path.w_at(path.end_time(), end_w_);
  if (last_w_.size() == 0) {
    path.w_at(path.begin_time(), last_w_);
    last_residual_ = path.residual_at(path.begin_time());
  }
  if (path.interpolates()) add_between(path, end_residual);
  keep(path.end_time(), end_residual, end_w_);
  last_residual_ = end_residual;
  last_w_.swap(end_w_);
}

void PathSampler::add_between(const Path& path, double end_residual) {
  // The first step begins at τ = 0: its last decade stands for it.
  const double from = std::max(path.begin_time(), 0.1 * path.end_time()), to = path.end_time();
  const double change = (end_w_ - last_w_).norm() / std::max(end_w_.norm(), last_w_.norm());
  const double wanted = std::max(per_decade_ * std::log10(to / from), change / most_change_);
  const int moments = std::clamp(static_cast<int>(std::ceil(wanted)), 1, most_per_step_);
  std::vector<double> times;
  for (int i = 1; i < moments; ++i)
    times.push_back(from * std::pow(to / from, static_cast<double>(i) / moments));
  for (const double time : times_)
    if (time > path.begin_time() && time < to) times.push_back(time);
  for (const double residual : residuals_)
    if (last_residual_ > residual && end_residual <= residual)
      times.push_back(time_of_residual(path, residual));
  std::sort(times.begin(), times.end());
  for (const double time : times) {
    if (!path_.times.empty() && time <= path_.times.back()) continue;
    if (!(time < to)) break;
    path.w_at(time, w_);
    keep(time, path.residual_at(time), w_);
  }
}

}  // namespace isr
