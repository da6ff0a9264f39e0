#include "metrics/path_metrics.h"

#include <algorithm>
#include <cmath>

namespace isr {

SupportExtremes support_extremes(Eigen::Ref<const Eigen::VectorXf> w, Eigen::Ref<const Eigen::VectorXf> truth,
                                 float threshold) {
  SupportExtremes extremes;
  for (Eigen::Index i = 0; i < w.size(); ++i) {
    const double size = std::abs(w[i]);
    if (std::abs(truth[i]) > threshold)
      extremes.on = std::fmin(extremes.on, size);  // fmin and fmax ignore a NaN
    else
      extremes.off = std::fmax(extremes.off, size);
  }
  return extremes;
}

std::size_t best_moment(std::span<const PathMoment> path) {
  const auto best = std::max_element(path.begin(), path.end(),
                                     [](const auto& a, const auto& b) { return a.psnr < b.psnr; });
  return static_cast<std::size_t>(best - path.begin());
}

StoppingWindow stopping_window(std::span<const PathMoment> path, double decibels, double ceiling) {
  const double least = std::min(path[best_moment(path)].psnr, ceiling) - decibels;
  StoppingWindow window{path.size() - 1, 0};
  for (std::size_t i = 0; i < path.size(); ++i) {
    if (!(path[i].psnr >= least)) continue;
    window.first = std::min(window.first, i);
    window.last = i;
  }
  return window;
}

std::vector<std::size_t> spread_moments(std::span<const double> flow_time, std::span<const double> change,
                                        std::size_t count) {
  const std::size_t size = flow_time.size();
  double total_time = 0, total_change = 0;
  for (std::size_t i = 1; i < size; ++i) {
    total_time += std::log10(flow_time[i] / flow_time[i - 1]);
    total_change += change[i];
  }
  std::vector<std::size_t> kept;
  double covered = 0, next = 0;  // shares of the two lengths, out of 2
  for (std::size_t i = 0; i < size; ++i) {
    if (i > 0 && total_time > 0) covered += std::log10(flow_time[i] / flow_time[i - 1]) / total_time;
    if (i > 0 && total_change > 0) covered += change[i] / total_change;
    const bool last = i + 1 == size;
    if (covered < next && !last && size > count) continue;
    kept.push_back(i);
    while (next <= covered) next += 2.0 / static_cast<double>(std::max<std::size_t>(count, 2) - 1);
  }
  return kept;
}

}  // namespace isr
