// One problem and the path that a solver takes through it, with the ways to end it that stopping rules need.
#pragma once

#include <functional>
#include <memory>

#include "sensing/linear_operator.h"
#include "solver/newton_system.h"
#include "solver/recover.h"

namespace isr {

class Route {
 public:
  virtual ~Route() = default;

  // To this flow time; infinity: to the limit (gradient descent: all iterations).
  virtual Recovery to_time(double time) const = 0;

  // To where ‖Xw − y‖ falls to `residual`·‖y‖.
  virtual Recovery to_residual(double residual) const = 0;

  // To where `error` is least on the whole path.
  virtual Recovery to_least_error(const ErrorOfW& error) const = 0;

  // `error` (squared, of measurements kept apart) along the path, until it is past its best or the residual
  // has fallen to `residual`·‖y‖.
  virtual HeldOutCurve held_out(const ErrorOfW& error, double residual = 0) const = 0;
};

// The gradient flow. Uses `system` alone; keeps references to y and options.
std::unique_ptr<Route> make_flow_route(std::unique_ptr<NewtonSystem> system, const Eigen::VectorXd& y,
                                       const RecoverOptions& options, const Cancelled& cancelled);

// Gradient descent; `options.iterations` bounds every way to end. Keeps references to op, y and options.
std::unique_ptr<Route> make_descent_route(const LinearOperator& op, const Eigen::VectorXd& y,
                                          const RecoverOptions& options, const Cancelled& cancelled);

// The step η of gradient descent under these options.
double descent_step(const LinearOperator& op, const Eigen::VectorXd& y, const RecoverOptions& options);

}  // namespace isr
