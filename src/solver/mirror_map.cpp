#include "solver/mirror_map.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "base/exp_kernel.h"

namespace isr {
namespace {

double rate_of(const Parametrization& network) {
  if (network.depth == 1) return 1;
  if (network.depth == 2) return 4;
  return network.depth * (network.depth - 2.0) * std::pow(network.start(), network.depth - 2);
}

}  // namespace

MirrorMap::MirrorMap(const Parametrization& network)
    : network_(network), is_signed_(network.model == Model::signed_model), rate_(rate_of(network)) {}

MirrorMap::Point MirrorMap::start(Eigen::Index p) const {
  return point(Eigen::VectorXd::Zero(p));
}

MirrorMap::Point MirrorMap::point(const Eigen::VectorXd& z) const {
  if (network_.depth <= 2) return {rate_ * z, {}};
  const Eigen::VectorXd shift = rate_ * z;
  Point result{(1 - shift.array()).matrix(), {}};
  if (is_signed_) result.minus = (1 + shift.array()).matrix();
  return result;
}

void MirrorMap::move(const Point& from, const Eigen::VectorXd& dz, double step, Point& to) const {
  const double change = step * rate_;
  if (network_.depth <= 2) {
    to.plus = from.plus + change * dz;
    return;
  }
  to.plus = from.plus - change * dz;
  if (is_signed_) to.minus = from.minus + change * dz;
}

bool MirrorMap::inside(const Point& point) const {
  if (network_.depth <= 2) return true;
  return (point.plus.array() > 0).all() && (!is_signed_ || (point.minus.array() > 0).all());
}

double MirrorMap::largest_step(const Point& from, const Eigen::VectorXd& dz) const {
  if (network_.depth <= 2) return std::numeric_limits<double>::infinity();
  double fastest = (dz.array() / from.plus.array()).maxCoeff();
  if (is_signed_) fastest = std::max(fastest, (-dz.array() / from.minus.array()).maxCoeff());
  return fastest > 0 ? 1 / (rate_ * fastest) : std::numeric_limits<double>::infinity();
}

double MirrorMap::power(double q) const {
  switch (network_.depth) {
    case 3:
      return 1 / q;
    case 4:
      return 1 / std::sqrt(q);
    default:
      return std::exp(-std::log(q) / (network_.depth - 2));
  }
}

namespace {

// factor · exp of each value.
void exponentials(double factor, const Eigen::VectorXd& x, Eigen::VectorXd& result) {
  result.resize(x.size());
  exp_kernel(x.data(), static_cast<std::size_t>(x.size()), result.data());
  result *= factor;
}

double integer_power(double base, int exponent) {
  double result = 1;
  for (; exponent > 0; exponent >>= 1, base *= base)
    if (exponent & 1) result *= base;
  return result;
}

}  // namespace

void MirrorMap::evaluate(const Point& point, MirrorValues& values) const {
  const Eigen::Index p = point.plus.size();
  const int depth = network_.depth;
  const double w0 = network_.init, u0 = network_.start();
  values.w.resize(p), values.slope.resize(p), values.magnitude.resize(p);
  if (depth == 2) {
    exponentials(w0, point.plus, values.magnitude);
    values.w = values.magnitude;
    if (is_signed_) {
      Eigen::VectorXd& minus = values.slope = -point.plus;
      exponentials(w0, minus, minus);
      values.w -= minus;
      values.magnitude += minus;
    }
    values.slope = 4 * values.magnitude;
    return;
  }
  // One branch u (or v) as a value u^N and its slope N²u^(2N−2).
  struct Branch {
    double value, slope;
  };
  const auto branch = [&](double coordinate) -> Branch {
    if (depth == 1) return {w0 + coordinate, 1};
    const double u = u0 * power(coordinate), before = integer_power(u, depth - 1);
    return {u * before, depth * depth * before * before};
  };
  for (Eigen::Index j = 0; j < p; ++j) {
    const Branch plus = branch(point.plus[j]);
    if (!is_signed_) {
      values.w[j] = plus.value;
      values.slope[j] = plus.slope;
      values.magnitude[j] = std::abs(plus.value);
      continue;
    }
    const Branch minus = branch(depth == 1 ? -point.plus[j] : point.minus[j]);
    values.w[j] = depth == 1 ? 2 * point.plus[j] : plus.value - minus.value;
    values.slope[j] = plus.slope + minus.slope;
    values.magnitude[j] = std::abs(plus.value) + std::abs(minus.value);
  }
}

void MirrorMap::weights(const Point& point, Eigen::VectorXd& w) const {
  const Eigen::Index p = point.plus.size();
  const int depth = network_.depth;
  const double w0 = network_.init;
  w.resize(p);
  if (depth == 1) {
    if (is_signed_)
      w = 2 * point.plus;
    else
      w = (point.plus.array() + w0).matrix();
  } else if (depth == 2) {
    if (is_signed_)
      for (Eigen::Index j = 0; j < p; ++j) w[j] = 2 * w0 * std::sinh(point.plus[j]);
    else
      exponentials(w0, point.plus, w);
  } else {
    for (Eigen::Index j = 0; j < p; ++j) {
      w[j] = w0 * integer_power(power(point.plus[j]), depth);
      if (is_signed_) w[j] -= w0 * integer_power(power(point.minus[j]), depth);
    }
  }
}

double MirrorMap::growth(const Point& from, const MirrorValues& values, const Eigen::VectorXd& dz,
                         double share) const {
  if (network_.depth == 1) return 0;
  const double floor = share * values.magnitude.maxCoeff();
  const double exponent = network_.depth == 2 ? 0 : -network_.depth / (network_.depth - 2.0);
  double largest = 0;
  const auto consider = [&](double change, double magnitude) {
    if (change <= largest) return;
    // exp(x) < 1 + x + x² up to 1.79: most are far below the floor.
    if (network_.depth == 2 && change < 1.75 && magnitude * (1 + change * (1 + change)) < floor) return;
    const double after = network_.depth == 2 ? magnitude * std::exp(std::min(change, 700.0))
                         : change < 1        ? magnitude * std::pow(1 - change, exponent)
                                             : std::numeric_limits<double>::infinity();
    if (after >= floor) largest = change;
  };
  for (Eigen::Index j = 0; j < dz.size(); ++j) {
    const double change = rate_ * dz[j];
    consider(network_.depth == 2 ? change : change / from.plus[j], values.magnitude[j]);
    if (is_signed_) consider(network_.depth == 2 ? -change : -change / from.minus[j], values.magnitude[j]);
  }
  return largest;
}

double MirrorMap::potential(const Point& point) const {
  const double w0 = network_.init, u0 = network_.start();
  const auto branch = [&](double coordinate) {
    if (network_.depth == 1) return coordinate * (coordinate / 2 + w0);
    if (network_.depth == 2) return w0 * std::exp(coordinate) / 4;
    const double u = u0 * power(coordinate);
    return u * u / (2 * network_.depth);
  };
  double sum = 0;
  for (Eigen::Index j = 0; j < point.plus.size(); ++j) {
    sum += branch(point.plus[j]);
    if (is_signed_) sum += branch(network_.depth <= 2 ? -point.plus[j] : point.minus[j]);
  }
  return sum;
}

}  // namespace isr
