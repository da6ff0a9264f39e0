#include "solver/path_record.h"

#include <algorithm>

#include "base/error.h"

namespace isr {

void PathRecord::add(const Path& path) {
  if (times_.empty()) {
    times_.push_back(path.begin_time());
    residuals_.push_back(path.residual_at(path.begin_time()));
    path.w_at(path.begin_time(), start_);
  }
  Kept kept{path.kept_step(), {}};
  if (!kept.step) path.w_at(path.end_time(), kept.end_w);
  steps_.push_back(std::move(kept));
  times_.push_back(path.end_time());
  residuals_.push_back(path.residual());
}

Eigen::MatrixXd PathRecord::w_at(double time) const {
  if (steps_.empty()) throw UsageError("the path has no steps to look at");
  if (!(time >= 0)) throw UsageError("time must be a flow time of at least 0");
  if (time <= times_[0]) return start_;
  const auto end = std::lower_bound(times_.begin() + 1, times_.end() - 1, time);
  const auto k = static_cast<std::size_t>(end - times_.begin());
  Eigen::MatrixXd w;
  if (const auto& step = steps_[k - 1].step) {
    step->w_at(time, w);
    return w;
  }
  const Eigen::MatrixXd& before = k == 1 ? start_ : steps_[k - 2].end_w;
  const double x = std::min(1.0, (time - times_[k - 1]) / (times_[k] - times_[k - 1]));
  w = (1 - x) * before + x * steps_[k - 1].end_w;
  return w;
}

}  // namespace isr
