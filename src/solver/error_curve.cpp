#include "solver/error_curve.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace isr {

void ErrorCurve::append(double time, double error, double fitted) {
  if (times_.empty() || error < least_) least_ = error, least_time_ = time;
  times_.push_back(time);
  errors_.push_back(error);
  fitted_ = fitted;
}

double ErrorCurve::at(double time) const {
  const auto after = std::upper_bound(times_.begin(), times_.end(), time);
  if (after == times_.begin()) return errors_.front();
  if (after == times_.end()) return errors_.back();
  const auto i = static_cast<std::size_t>(after - times_.begin());
  const double x =
      (std::log(time) - std::log(times_[i - 1])) / (std::log(times_[i]) - std::log(times_[i - 1]));
  return errors_[i - 1] + x * (errors_[i] - errors_[i - 1]);
}

bool ErrorCurve::has_turned(double ratio) const {
  return !times_.empty() && errors_.back() > ratio * std::max(least_, resolution_) &&
         times_.back() > 3 * least_time_ && fitted_ < 0.5 * least_;
}

CurveMinimum least_mean(const std::vector<ErrorCurve>& curves) {
  std::vector<double> times;
  double common_end =
      std::numeric_limits<double>::infinity();  // of the curves that were cut where they turned
  for (const ErrorCurve& curve : curves) {
    times.insert(times.end(), curve.times().begin(), curve.times().end());
    if (curve.has_turned()) common_end = std::min(common_end, curve.end());
  }
  std::sort(times.begin(), times.end());
  const auto mean = [&](double time) {
    double sum = 0;
    for (const ErrorCurve& curve : curves) sum += curve.at(time);
    return sum / static_cast<double>(curves.size());
  };
  constexpr double same = 1.001;
  CurveMinimum best;
  best.error = std::numeric_limits<double>::infinity();
  for (const double time : times) {
    if (time > common_end) break;
    if (const double error = mean(time); error < best.error) best.error = error, best.time = time;
  }
  double resolution = 0;
  for (const ErrorCurve& curve : curves)
    resolution += curve.resolution() / static_cast<double>(curves.size());
  best.at_end = !times.empty() && times.back() <= common_end &&
                mean(times.back()) <= std::max(same * best.error, resolution);
  return best;
}

}  // namespace isr
