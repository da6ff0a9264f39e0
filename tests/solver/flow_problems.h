// Small problems for the tests of the flow.
#pragma once

#include <Eigen/Core>
#include <cmath>
#include <memory>

#include "sensing/random.h"
#include "solver/dense_newton.h"
#include "solver/gradient_flow.h"

namespace isr::testing {

inline Eigen::MatrixXd gaussian(Eigen::Index rows, Eigen::Index cols, std::uint32_t seed) {
  RandomStream random = RandomStream::named(seed, "flow test");
  return Eigen::MatrixXd::NullaryExpr(rows, cols, [&] { return random.normal(); });
}

// p values, every `gap`-th one not 0: 0.5, 1, 1.5, …; with_signs: with alternating signs.
inline Eigen::VectorXd sparse(Eigen::Index p, Eigen::Index gap, bool with_signs) {
  Eigen::VectorXd w = Eigen::VectorXd::Zero(p);
  double value = 0.5, sign = 1;
  for (Eigen::Index j = 0; j < p; j += gap) {
    w[j] = sign * value;
    value += 0.5;
    if (with_signs) sign = -sign;
  }
  return w;
}

inline FlowResult dense_flow(const Eigen::MatrixXd& x, const Eigen::VectorXd& y, const FlowOptions& options,
                             const FlowObserver& observer = {}) {
  const auto system = make_dense_newton(std::make_shared<PreparedMatrix>(x));
  return gradient_flow(*system, y, options, observer);
}

inline FlowOptions limit_of(const Parametrization& network) {
  FlowOptions options;
  options.network = network;
  options.follow_path = false;
  return options;
}

inline double relative_difference(const Eigen::VectorXd& a, const Eigen::VectorXd& b) {
  return (a - b).norm() / b.norm();
}

// Gradient descent in double precision, written as in the paper, on from (u, v) for flow time `time` in
// `iterations` steps. Empty u, v: from the start.
inline Eigen::VectorXd descend(const Eigen::MatrixXd& x, const Eigen::VectorXd& y,
                               const Parametrization& network, double time, int iterations,
                               Eigen::VectorXd& u, Eigen::VectorXd& v) {
  const int depth = network.depth;
  const double step = time / iterations;
  const bool is_signed = network.model == Model::signed_model;
  if (u.size() == 0) u = v = Eigen::VectorXd::Constant(x.cols(), network.start());
  const auto weights = [&]() -> Eigen::VectorXd {
    const Eigen::VectorXd plus = u.array().pow(depth);
    if (!is_signed) return plus;
    return plus - v.array().pow(depth).matrix();
  };
  for (int i = 0; i < iterations; ++i) {
    const Eigen::ArrayXd g = 2.0 / static_cast<double>(x.rows()) * x.transpose() * (x * weights() - y);
    u.array() -= step * depth * u.array().pow(depth - 1) * g;
    v.array() += step * depth * v.array().pow(depth - 1) * g;
  }
  return weights();
}

}  // namespace isr::testing
