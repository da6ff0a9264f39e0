// The gradient flow of the depth-N network on problems too large for matrices, such as pictures: in single
// precision, by products with the operator alone, all columns at once.
#pragma once

#include <Eigen/Core>
#include <cstdint>
#include <limits>

#include "sensing/linear_operator.h"
#include "solver/parametrization.h"
#include "solver/path.h"
#include "solver/scalar_mirror.h"

namespace isr {

struct ReweightedOptions {
  Parametrization network;  // depth, model, init

  // The flow time τ at which to end, >= 0; infinity: when limit_residual is reached.
  double end_time = std::numeric_limits<double>::infinity();

  // The limit counts as reached when ‖Xw − y‖ <= limit_residual·‖y‖ in every column. In (0, 1). Single
  // precision does not carry below some 1e-6.
  double limit_residual = 1e-4;

  // The first step ends about where the largest coefficients stand out, times this factor, > 0; below 1: to
  // see more of the beginning.
  double first_step_factor = 1;
  double step_growth = 5;       // each implicit step is this much longer than the one before; >= 1
  int most_steps = 16;          // then Status::stalled
  int majorizations = 15;       // at most so many reweighted systems for each step; >= 1
  int conjugate_gradients = 8;  // iterations for each system, >= 1; the next one goes on where it ends
  double tolerance = 3e-3;  // a step is done when a system changes w by less than this, relative to ‖w‖

  // ‖X_j‖², about: the preconditioner, p values. Empty: all equal to 1.
  Eigen::VectorXf squared_norms;

  // Throws UsageError, naming the argument, when a value is out of range.
  void validate() const;
};

// Follows dλ/dτ = −(2/n)(X w(Xᵀλ) − y) from λ = 0 by implicit Euler steps of growing length. A step of length
// h, with s = 2h/n, is the convex problem
//     min over w   (1/s)(∫θ(w) − z_kᵀw) + ½‖Xw − y‖²,      z_k = Xᵀλ_k,   λ_{k+1} = λ_k − s(Xw − y),
// solved by majorisation: ∫θ is replaced by parabolas that touch it at the current w (signed: from above, so
// that the objective never rises; nonnegative: Newton's, kept positive), and each system
// (diag(q)/s + XᵀX) w = b goes through preconditioned conjugate gradients. Coefficients of very different
// size move at the same speed, which gradient descent cannot offer. The limit does not depend on the steps.
// A step that raises the residual, or is not finite, is not taken: the path ends before it, stalled.
class ReweightedFlow final : public Path {
 public:
  // Keeps a reference to op. y: n × B. `guess` (p × B, or null) is where the iteration of the first step
  // begins; the result depends on it only within the tolerance. Throws UsageError for options out of range,
  // Error for vectors of other sizes.
  ReweightedFlow(const LinearOperator& op, const Eigen::Ref<const Eigen::MatrixXd>& y,
                 const ReweightedOptions& options, const Eigen::MatrixXd* guess = nullptr,
                 Cancelled cancelled = {});

  bool advance() override;
  Status status() const override { return status_; }
  double begin_time() const override { return begin_time_; }
  double end_time() const override { return time_; }
  std::int64_t steps() const override { return steps_; }
  void w_at(double time, Eigen::MatrixXd& w) const override { w = w_.cast<double>(), (void)time; }
  double residual_at(double) const override { return worst_residual_; }
  std::optional<Certificate> certificate() const override;

  int products() const { return products_; }  // with X or Xᵀ, all columns in one

 private:
  using Matrix = Eigen::MatrixXf;

  bool end(Status status);
  bool has_ended();
  double first_step() const;
  bool implicit_step(double s);
  void majorize(double s);
  double solve_majorized(double s);
  void product(const Matrix& x, Matrix& out);
  void precondition();
  double accept();
  void multiply(const Matrix& w, Matrix& y);
  void transpose(const Matrix& y, Matrix& w);
  void set_residual();
  double largest_residual() const;

  const LinearOperator& op_;
  const ReweightedOptions options_;
  const Cancelled cancelled_;
  const Matrix y_;
  const ScalarMirror mirror_;
  const bool signed_, positive_;
  Eigen::VectorXf diagonal_;  // of XᵀX, about
  Matrix w_, kept_w_;         // at the end of the last step, and before the one that is tried
  Matrix lambda_, z_;         // z = Xᵀλ
  Matrix target_;             // Xᵀy
  Matrix curvature_, right_;  // q/s and b
  Matrix trial_, conjugate_residual_, direction_, image_;
  Matrix residual_;                  // Xw − y
  Eigen::VectorXd rho_, rho_start_;  // of conjugate gradients, for each column
  double worst_residual_ = 0;
  double next_s_ = 0;  // s of the next step; 0: not yet chosen
  double begin_time_ = 0, time_ = 0;
  std::int64_t steps_ = 0;
  int products_ = 0;
  bool ended_ = false;
  Status status_ = Status::finished;
};

}  // namespace isr
