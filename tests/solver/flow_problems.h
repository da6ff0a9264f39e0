// Small problems for the tests of the flow, and its end in numbers.
#pragma once

#include <Eigen/Core>
#include <cmath>
#include <functional>
#include <memory>

#include "sensing/random.h"
#include "solver/dense_newton.h"
#include "solver/newton_flow.h"

namespace isr {

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

// Where a flow ended.
struct FlowEnd {
  Eigen::VectorXd w, lambda;
  Status status = Status::finished;
  double flow_time = 0;
  std::int64_t steps = 0;
  int factorizations = 0;
  Certificate certificate;
};

inline FlowEnd end_of(const NewtonFlow& flow) {
  Eigen::MatrixXd w;
  flow.w_at(flow.end_time(), w);
  return {w.col(0),     flow.lambda(),         flow.status(),      flow.end_time(),
          flow.steps(), flow.factorizations(), *flow.certificate()};
}

// The flow by factorizations.
inline NewtonFlow dense_path(const Eigen::MatrixXd& x, const Eigen::VectorXd& y, const FlowOptions& options) {
  return NewtonFlow(make_dense_newton(std::make_shared<PreparedMatrix>(x)), y, options);
}

// Its end, step by step.
inline FlowEnd dense_flow(const Eigen::MatrixXd& x, const Eigen::VectorXd& y, const FlowOptions& options,
                          const std::function<void(const NewtonFlow&)>& observer = {}) {
  NewtonFlow flow = dense_path(x, y, options);
  while (flow.advance())
    if (observer) observer(flow);
  return end_of(flow);
}

// Its limit, without its path.
inline FlowEnd dense_limit(const Eigen::MatrixXd& x, const Eigen::VectorXd& y,
                           const Parametrization& network) {
  FlowOptions options;
  options.network = network;
  NewtonFlow flow = dense_path(x, y, options);
  flow.finish();
  return end_of(flow);
}

// One column by a flow in double precision, which the methods for pictures are compared with: at a time, or
// at the limit.
inline FlowEnd exact_flow(const LinearOperator& op, const Eigen::VectorXd& y, const Parametrization& network,
                          double end_time) {
  if (std::isinf(end_time)) return dense_limit(op.dense(), y, network);
  FlowOptions options;
  options.network = network;
  options.end_time = end_time;
  return dense_flow(op.dense(), y, options);
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

}  // namespace isr
