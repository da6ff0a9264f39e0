#include "solver/flow_path.h"

#include <algorithm>

namespace isr {
namespace {

// Cubic Hermite weights of (value at 1 − value at 0), slope at 0 and slope at 1, for x in [0, 1].
struct Hermite {
  double difference, slope0, slope1;
  explicit Hermite(double x)
      : difference(x * x * (3 - 2 * x)), slope0(x * (1 - x) * (1 - x)), slope1(x * x * (x - 1)) {}
};

double fraction(double time, double begin, double end) {
  return end > begin ? std::clamp((time - begin) / (end - begin), 0.0, 1.0) : 1;
}

}  // namespace

void FlowSegment::w_at(const MirrorMap& map, double time, Eigen::VectorXd& w) const {
  const double x = fraction(time, begin_time, end_time), h = end_time - begin_time;
  if (x == 0 || x == 1) {
    w = x == 0 ? begin_w : end_w;
    return;
  }
  const Hermite weight(x);
  const Eigen::VectorXd shift =
      weight.difference * dz + (h * weight.slope0) * begin_slope + (h * weight.slope1) * end_slope;
  MirrorMap::Point between;
  map.move(begin, shift, 1, between);
  if (!map.inside(between)) map.move(begin, dz, x, between);  // the domain is convex
  map.weights(between, w);
}

void FlowPath::append(double time, const Eigen::VectorXd& lambda, const Eigen::VectorXd& slope,
                      double residual) {
  times_.push_back(time);
  lambdas_.push_back(lambda);
  slopes_.push_back(slope);
  residuals_.push_back(residual);
}

std::size_t FlowPath::segment_of(double time) const {
  const auto after = std::upper_bound(times_.begin(), times_.end(), time);
  const auto index = static_cast<std::size_t>(after - times_.begin());
  return std::clamp<std::size_t>(index, 1, std::max<std::size_t>(times_.size() - 1, 1)) - 1;
}

Eigen::VectorXd FlowPath::lambda(double time) const {
  if (times_.size() == 1) return lambdas_[0];
  const std::size_t i = segment_of(time);
  const double h = times_[i + 1] - times_[i];
  const Hermite weight(fraction(time, times_[i], times_[i + 1]));
  return lambdas_[i] + weight.difference * (lambdas_[i + 1] - lambdas_[i]) +
         (h * weight.slope0) * slopes_[i] + (h * weight.slope1) * slopes_[i + 1];
}

Eigen::VectorXd FlowPath::linear_lambda(double time) const {
  if (times_.size() == 1) return lambdas_[0];
  const std::size_t i = segment_of(time);
  return lambdas_[i] + fraction(time, times_[i], times_[i + 1]) * (lambdas_[i + 1] - lambdas_[i]);
}

Eigen::VectorXd FlowPath::w(const NewtonSystem& system, double time) const {
  Eigen::VectorXd z, result;
  system.adjoint(lambda(time), z);
  MirrorMap::Point point = map_.point(z);
  if (!map_.inside(point)) {
    system.adjoint(linear_lambda(time), z);
    point = map_.point(z);
  }
  map_.weights(point, result);
  return result;
}

}  // namespace isr
