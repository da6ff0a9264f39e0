#include "solver/ending.h"

#include <cmath>
#include <limits>

namespace isr {
namespace {

PathEnd end_of(const Path& path, Status status) {
  PathEnd end;
  end.status = status;
  end.flow_time = path.end_time();
  end.steps = path.steps();
  end.residual = path.residual();
  end.step_size = path.step_size();
  end.certificate = path.certificate();
  path.w_at(end.flow_time, end.w);
  return end;
}

PathEnd moment_of(const Path& path, double time) {
  if (!(time < path.end_time())) return end_of(path, Status::stopped_by_rule);
  PathEnd end;
  end.status = Status::stopped_by_rule;
  end.flow_time = time;
  end.steps = path.steps();
  end.residual = path.residual_at(time);
  end.step_size = path.step_size();
  path.w_at(time, end.w);
  return end;
}

}  // namespace

double time_of_residual(const Path& path, double residual) {
  if (!path.interpolates()) return path.end_time();
  double low = path.begin_time(), high = path.end_time();
  while (high - low > 1e-4 * high) {
    const double middle = (low + high) / 2;
    (path.residual_at(middle) <= residual ? high : low) = middle;
  }
  return high;
}

std::vector<double> reading_times(const Path& path) {
  constexpr double ratio = 1.1;
  std::vector<double> times;
  if (path.interpolates() && path.begin_time() > 0)
    for (double time = path.begin_time() * ratio; time < path.end_time() / std::sqrt(ratio); time *= ratio)
      times.push_back(time);
  times.push_back(path.end_time());
  return times;
}

PathEnd follow(Path& path, const std::optional<double>& residual, const PathObserver& observer) {
  if (residual && path.residual() <= *residual) return end_of(path, Status::stopped_by_rule);
  if (!residual && !observer) {
    path.finish();
    return end_of(path, path.status());
  }
  while (path.advance()) {
    if (observer) observer(path);
    if (residual && path.residual() <= *residual) return moment_of(path, time_of_residual(path, *residual));
  }
  return end_of(path, path.status());
}

PathEnd follow_to_least(Path& path, const ErrorOfW& error, const PathObserver& observer) {
  double least = std::numeric_limits<double>::infinity();
  PathEnd best;
  Eigen::MatrixXd w;
  while (path.advance()) {
    if (observer) observer(path);
    for (const double time : reading_times(path)) {
      path.w_at(time, w);
      const double value = error(w);
      if (!(value < least)) continue;
      least = value;
      best = moment_of(path, time);
    }
  }
  if (best.w.size() == 0) return end_of(path, path.status());
  if (path.status() == Status::cancelled) best.status = Status::cancelled;
  return best;
}

HeldOutCurve read_held_out(Path& path, const ErrorOfW& error, Position position, const ResidualOfError& end) {
  constexpr double risen = 1.5;
  HeldOutCurve curve;
  Eigen::MatrixXd w;
  double least = std::numeric_limits<double>::infinity();
  while (path.advance()) {
    double last = 0;
    for (const double time :
         position == Position::time ? reading_times(path) : std::vector<double>{path.end_time()}) {
      path.w_at(time, w);
      last = error(w);
      least = std::min(least, last);
      curve.append(position == Position::time ? time : 1 / path.residual(), last);
      const double residual = end(last);
      if (path.residual() <= residual && path.residual_at(time) <= residual) return curve;
    }
    if (position == Position::time ? curve.is_past_best() : last > risen * least) break;
  }
  return curve;
}

}  // namespace isr
