// The gradient flow of the depth-N network, integrated implicitly by Newton's method in λ: the path of
// gradient descent with an infinitely small step, from the start to any flow time or to its limit.
#pragma once

#include <Eigen/Core>
#include <cstdint>
#include <limits>
#include <memory>

#include "solver/implicit_stage.h"
#include "solver/newton_system.h"
#include "solver/parametrization.h"
#include "solver/path.h"

namespace isr {

struct FlowOptions {
  Parametrization network;  // depth, model, init

  // The flow time τ at which to end, >= 0; infinity: the limit. A limit reached before stays until then.
  double end_time = std::numeric_limits<double>::infinity();

  // Bound on the error that one step adds, relative to w (see FlowProblem::change). The error of w along the
  // path is of this order. In (0, 0.5].
  double tolerance = 1e-3;

  // The limit counts as reached when ‖Xw − y‖ <= limit_residual·‖y‖. In (0, 1); not below the accuracy of X.
  double limit_residual = 1e-8;

  int most_steps = 20000;    // then Status::stalled
  int most_newton = 100000;  // factorizations, or conjugate-gradient solves; then Status::stalled

  // Throws UsageError, naming the argument, when a value is out of range.
  void validate() const;
};

// Follows dλ/dτ = −(2/n)(X w(Xᵀλ) − y) from λ = 0, for one column of measurements. Method: the two-stage,
// second-order, L-stable SDIRK method with γ = 1 − 1/√2 (Alexander 1977); each stage is a strongly convex
// problem (ImplicitStage); the step size follows an embedded third-order quadrature of the stage slopes,
// filtered through the stage matrix. Between the ends of a step z = Xᵀλ is a cubic Hermite polynomial of τ,
// fourth-order accurate, the slopes being those of the method's own stages.
class NewtonFlow final : public Path {
 public:
  // y: n values. Throws UsageError for options out of range, Error for y of another size.
  NewtonFlow(std::unique_ptr<NewtonSystem> system, const Eigen::VectorXd& y, const FlowOptions& options,
             Cancelled cancelled = {});

  bool advance() override;
  void finish() override;  // to the limit, when no step was taken: see flow_limit.h
  Status status() const override { return status_; }
  double begin_time() const override { return begin_time_; }
  double end_time() const override { return time_; }
  std::int64_t steps() const override { return steps_; }
  bool interpolates() const override { return true; }
  void w_at(double time, Eigen::MatrixXd& w) const override;
  double residual_at(double time) const override;
  std::shared_ptr<const PathStep> kept_step() const override;
  std::optional<Certificate> certificate() const override;

  Eigen::VectorXd lambda() const { return system_->lift(state_.lambda); }  // n, at the end
  int rejected() const { return rejected_; }
  int factorizations() const { return factorizations_ + stage_.counts().factorizations; }

 private:
  bool end(Status status);
  bool has_ended();
  void rest();
  double first_step() const;
  double try_step(double h);
  void accept(double h);
  MirrorMap::Point point_at(double time) const;

  const FlowOptions options_;
  const Cancelled cancelled_;
  const MirrorMap map_;
  const std::unique_ptr<NewtonSystem> system_;
  const Eigen::VectorXd y_;
  const FlowProblem problem_;
  ImplicitStage stage_;
  const double rate_;            // 2/n
  const double limit_residual_;  // the one asked for, or what the accuracy of X allows
  double begin_time_ = 0, time_ = 0;
  double next_step_ = 0;  // 0: not yet chosen
  // At time_, at begin_time_, and at the end of a step that is tried.
  FlowState state_, begin_, trial_;
  DualVector slope_, begin_slope_, trial_slope_;  // dλ/dτ
  Eigen::VectorXd dz_;                            // z(trial) − z(state), of the last step tried
  DualVector pull_, guess_, k1_;
  Eigen::VectorXd error_;  // the error estimate in z
  std::int64_t steps_ = 0;
  int rejected_ = 0, factorizations_ = 0;
  int steps_alike_ = 0;       // in length, so far
  int rejected_in_turn_ = 0;  // before the next one
  bool at_rest_ = false, ended_ = false;
  Status status_ = Status::finished;
};

}  // namespace isr
