#include "solver/mirror_map.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "base/exp_kernel.h"
#include "base/inverse_root_kernel.h"

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

namespace {

// Some coordinates at once, without taking memory.
constexpr Eigen::Index chunk_size = 128;
using Chunk = Eigen::Array<double, Eigen::Dynamic, 1, Eigen::ColMajor, chunk_size, 1>;

// body(first, count) for chunks of p coordinates.
template <class Body>
void for_each_chunk(Eigen::Index p, const Body& body) {
  for (Eigen::Index first = 0; first < p; first += chunk_size) body(first, std::min(chunk_size, p - first));
}

// factor · exp of each value.
void exponentials(double factor, const Eigen::VectorXd& x, Eigen::VectorXd& result) {
  result.resize(x.size());
  exp_kernel(x.data(), static_cast<std::size_t>(x.size()), result.data());
  result *= factor;
}

// exponent >= 1
Chunk power(Chunk base, int exponent) {
  for (; exponent % 2 == 0; exponent /= 2) base *= base;
  Chunk result = base;
  while (exponent /= 2) {
    base *= base;
    if (exponent % 2 == 1) result *= base;
  }
  return result;
}

// Of one branch u (or v) of a deep network at some coordinates.
struct Branch {
  Chunk value, before;  // u^N, u^(N−1)
};

// u0·q^(−1/(N−2))
Chunk root_of(const Parametrization& network, const double* q, Eigen::Index count) {
  Chunk u(count);
  inverse_root_kernel(q, static_cast<std::size_t>(count), network.depth - 2, u.data());
  return network.start() * u;
}

Branch branch_of(const Parametrization& network, const double* q, Eigen::Index count) {
  const Chunk u = root_of(network, q, count), before = power(u, network.depth - 1);
  return {u * before, before};
}

}  // namespace

void MirrorMap::evaluate(const Point& point, MirrorValues& values) const {
  const Eigen::VectorXd& x = point.plus;
  const int depth = network_.depth;
  const double w0 = network_.init;
  values.w.resize(x.size()), values.slope.resize(x.size()), values.magnitude.resize(x.size());
  if (depth == 1) {
    values.slope.setConstant(is_signed_ ? 2 : 1);
    values.magnitude = (x.array() + w0).abs();
    if (is_signed_) values.magnitude.array() += (x.array() - w0).abs();
    return weights(point, values.w);
  }
  if (depth == 2) {
    exponentials(w0, x, values.magnitude);
    values.w = values.magnitude;
    if (is_signed_) {
      Eigen::VectorXd& minus = values.slope = -x;
      exponentials(w0, minus, minus);
      values.w -= minus;
      values.magnitude += minus;
    }
    values.slope = 4 * values.magnitude;
    return;
  }
  const double square = depth * depth;
  for_each_chunk(x.size(), [&](Eigen::Index first, Eigen::Index count) {
    auto w = values.w.segment(first, count).array();
    auto magnitude = values.magnitude.segment(first, count).array();
    auto slope = values.slope.segment(first, count).array();
    const Branch plus = branch_of(network_, x.data() + first, count);
    w = plus.value, magnitude = plus.value.abs(), slope = square * plus.before.square();
    if (!is_signed_) return;
    const Branch minus = branch_of(network_, point.minus.data() + first, count);
    w -= minus.value, magnitude += minus.value.abs(), slope += square * minus.before.square();
  });
}

void MirrorMap::weights(const Point& point, Eigen::VectorXd& w) const {
  const Eigen::VectorXd& x = point.plus;
  const int depth = network_.depth;
  const double w0 = network_.init;
  if (depth == 1) {
    if (is_signed_)
      w = 2 * x;
    else
      w = (x.array() + w0).matrix();
    return;
  }
  if (depth == 2) {
    exponentials(w0, x, w);
    if (!is_signed_) return;
    for_each_chunk(x.size(), [&](Eigen::Index first, Eigen::Index count) {
      Chunk minus = -x.segment(first, count);
      exp_kernel(minus.data(), static_cast<std::size_t>(count), minus.data());
      w.segment(first, count).array() -= w0 * minus;
    });
    return;
  }
  w.resize(x.size());
  for_each_chunk(x.size(), [&](Eigen::Index first, Eigen::Index count) {
    auto part = w.segment(first, count).array();
    part = branch_of(network_, x.data() + first, count).value;
    if (is_signed_) part -= branch_of(network_, point.minus.data() + first, count).value;
  });
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
  const double w0 = network_.init;
  const auto branches = [&](const Eigen::VectorXd& coordinates) {
    double sum = 0;
    for_each_chunk(coordinates.size(), [&](Eigen::Index first, Eigen::Index count) {
      const auto some = coordinates.segment(first, count).array();
      if (network_.depth == 1) sum += (some * (some / 2 + w0)).sum();
      if (network_.depth == 2) sum += w0 / 4 * some.exp().sum();
      if (network_.depth > 2)
        sum += root_of(network_, some.data(), count).square().sum() / (2 * network_.depth);
    });
    return sum;
  };
  const double sum = branches(point.plus);
  if (!is_signed_) return sum;
  return sum + (network_.depth <= 2 ? branches(-point.plus) : branches(point.minus));
}

}  // namespace isr
