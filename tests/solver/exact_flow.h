// The flow in double precision by factorizations, which the methods for pictures are compared with.
#pragma once

#include <Eigen/Core>
#include <cmath>
#include <memory>

#include "solver/dense_newton.h"
#include "solver/gradient_flow.h"

namespace isr {

inline FlowResult exact_flow(const LinearOperator& op, const Eigen::VectorXf& y,
                             const Parametrization& network, double end_time) {
  const auto system = make_dense_newton(std::make_shared<PreparedMatrix>(op));
  FlowOptions options;
  options.network = network;
  options.end_time = end_time;
  options.follow_path = std::isfinite(end_time);
  return gradient_flow(*system, y.cast<double>(), options);
}

}  // namespace isr
