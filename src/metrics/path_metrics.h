// What is measured along the path of a recovery, and which of its moments are worth keeping.
#pragma once

#include <Eigen/Core>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>
#include <utility>
#include <vector>

namespace isr {

// One moment of a path.
struct PathMoment {
  double flow_time = 0;       // τ
  double psnr = 0;            // dB, see metrics.h; infinity when exact
  double relative_error = 0;  // ‖w − w*‖ / ‖w*‖ of the pixels, unclipped
  double residual = 0;        // ‖Xw − y‖ / ‖y‖ on the measurements that the solver uses
  double held_out_residual = std::numeric_limits<double>::quiet_NaN();  // on those held out; NaN: none are
  double off_support = std::numeric_limits<double>::quiet_NaN();  // max |w_i| where w*_i = 0; NaN: nowhere
  double on_support = std::numeric_limits<double>::quiet_NaN();   // min |w_i| where w*_i ≠ 0; NaN: nowhere
  std::int64_t support = 0;                                       // entries of w above support_threshold
};

// max |w_i| off the support of the truth and min |w_i| on it; NaN where there is no such i. An entry of the
// truth is on the support when it exceeds `threshold` in absolute value.
struct SupportExtremes {
  double off = std::numeric_limits<double>::quiet_NaN();
  double on = std::numeric_limits<double>::quiet_NaN();
};
SupportExtremes support_extremes(Eigen::Ref<const Eigen::VectorXf> w, Eigen::Ref<const Eigen::VectorXf> truth,
                                 float threshold = 0);

// The early-stopping window: the first and the last moment with a PSNR within `decibels` of the best, where a
// best above `ceiling` counts as `ceiling`. The default ceiling is the PSNR of a picture rounded to 8 bits,
// 10 log10(12·255²): beyond it no one sees a difference, and without it the window of an exact recovery
// would be the last instant of the path.
struct StoppingWindow {
  std::size_t first = 0, last = 0;
};
inline constexpr double window_decibels = 0.5;
inline constexpr double window_ceiling = 58.92;
StoppingWindow stopping_window(std::span<const PathMoment> path, double decibels = window_decibels,
                               double ceiling = window_ceiling);

// The moment with the highest PSNR, the first of equals.
std::size_t best_moment(std::span<const PathMoment> path);

// About `count` of the moments, ascending, first and last included: spread evenly over the sum of two
// lengths, that of the path in log10 τ and that of its visible change (`change[i]`: from moment i−1 to i,
// change[0] unused), so that plateaus are drawn and no rise is jumped over. All moments when there are fewer.
std::vector<std::size_t> spread_moments(std::span<const double> flow_time, std::span<const double> change,
                                        std::size_t count);

}  // namespace isr
