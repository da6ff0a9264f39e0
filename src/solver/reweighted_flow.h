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
#include "solver/system_kernel.h"

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
  double step_growth = 5;     // each implicit step is this much longer than the one before; >= 1
  int most_steps = 16;        // then Status::stalled
  int most_iterations = 120;  // of conjugate gradients, at most so many for each step; >= 1
  double tolerance = 3e-4;  // a step is done when an iteration changes w by less than this, relative to ‖w‖

  // ‖X_j‖², about: the preconditioner, p values. Empty: all equal to 1.
  Eigen::VectorXf squared_norms;

  // Throws UsageError, naming the argument, when a value is out of range.
  void validate() const;
};

// Follows dλ/dτ = −(2/n)(X w(Xᵀλ) − y) from λ = 0 by implicit Euler steps of growing length. A step of length
// h, with s = 2h/n, is the convex problem
//     min over w   (1/s)(∫θ(w) − z_kᵀw) + ½‖Xw − y‖²,      z_k = Xᵀλ_k,   λ_{k+1} = λ_k − s(Xw − y),
// solved by majorisation: ∫θ is replaced by parabolas that touch it at the current w (signed: from above, so
// that the objective never rises; nonnegative: Newton's, kept positive), and the system
// (diag(q)/s + XᵀX) w = b goes through preconditioned conjugate gradients. Few iterations later the parabolas
// are those of the new w; the next direction is made conjugate to the last one in the new system, so that
// nothing of what was learnt is lost (a memory gradient: Chouzenoux, Idier, Moussaoui, IEEE Trans. Image
// Process. 20 (2011)). Coefficients of very different size move at the same speed, which gradient descent
// cannot offer. The limit does not depend on the steps.
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
  void begin_system(double s);
  void reweight(double s);
  void keep_positive();
  double iterate();
  void multiply(const Matrix& w, Matrix& y);
  void transpose(const Matrix& y, Matrix& w);
  void set_residual();
  double largest_residual() const;
  SystemVectors vectors(Index column);

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
  Matrix curvature_;          // q/s
  Matrix reweighted_;         // w where it was last reweighted, of the models that keep weights positive
  Matrix system_residual_, direction_, direction_image_, preconditioned_, image_;  // see system_kernel.h
  Matrix residual_;                                                                // Xw − y
  double worst_residual_ = 0;
  double next_s_ = 0;  // s of the next step; 0: not yet chosen
  double begin_time_ = 0, time_ = 0;
  std::int64_t steps_ = 0;
  int products_ = 0;
  bool ended_ = false;
  Status status_ = Status::finished;
};

}  // namespace isr
