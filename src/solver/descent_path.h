// Gradient descent on the depth-N diagonal linear network.
#pragma once

#include <Eigen/Core>
#include <cstdint>
#include <functional>
#include <limits>
#include <memory>
#include <span>
#include <vector>

#include "sensing/linear_operator.h"
#include "solver/parametrization.h"
#include "solver/path.h"

namespace isr {

// How the step size η is chosen.
enum class StepRule {
  constant,       // η = C/N² (the paper's rule)
  operator_norm,  // one η from ‖X‖ and ‖y‖, for which descent is stable: see stable_step
  adaptive        // anew in each iteration, by Barzilai and Borwein's rule: see DescentPath
};

struct DescentOptions {
  Parametrization network;  // depth, model, init
  StepRule step_rule = StepRule::constant;
  double step = 5e-3;               // C > 0: η = C/N²; used by StepRule::constant
  std::int64_t iterations = 10000;  // at most so many, >= 0; adaptive steps that were too long count
  double end_time = std::numeric_limits<double>::infinity();  // τ at which to end, >= 0
  double limit_residual = 0;  // end where ‖Xw − y‖ <= limit_residual·‖y‖ in every column; 0: never

  // How fast each weight moves, ρ > 0, p values, for StepRule::adaptive. Empty: all 1.
  Eigen::VectorXf speed;

  // Throws UsageError, naming the argument, when a value is out of range.
  void validate() const;
};

// The iterations after which a path stops to be looked at: these (ascending), and every multiple of the
// interval; the last one always is.
struct DescentSchedule {
  std::vector<std::int64_t> iterations{};
  std::int64_t interval = 0;  // 0: none

  // About `per_decade` iterations a factor of ten from 1 to `last`, without repeats; `last` included.
  static DescentSchedule logarithmic(std::int64_t last, int per_decade);
  // Every `interval` iterations, >= 1.
  static DescentSchedule every(std::int64_t interval);
};

// Minimises L(w) = (1/n)‖Xw − y‖² over all columns of y (n × B) together, from u = v = w0^(1/N), in single
// precision:
//     g = (2/n) Xᵀ(Xw − y);   u ← u − η N u^(N−1) ∘ g;   v ← v + η N v^(N−1) ∘ g;   w = u^N − v^N
// (nonnegative model: w = u^N; depth 1, signed: the start cancels to w = 0). Li et al. 2021, equation (4).
//
// StepRule::adaptive: g is multiplied by ρ, and η is the shorter Barzilai–Borwein step where the two differ,
// else the longer one (Zhou, Gao and Dai 2006, in the metric in which ρ is 1), within a factor of ten of the
// last one; at most such that no weight changes by more than half, for a weight that jumps over zero has left
// the path; and shortened until L falls, so that L never rises.
//
// Ends with finished at the end time or when the iterations have run out; limit_reached; stalled when no step
// lowers L; diverged (found within 64 iterations) with the last finite w. All memory is taken at the start.
class DescentPath final : public Path {
 public:
  // Keeps a reference to op. Throws UsageError for options out of range, Error for vectors of other sizes.
  DescentPath(const LinearOperator& op, const Eigen::Ref<const Eigen::MatrixXd>& y,
              const DescentOptions& options, DescentSchedule schedule = {}, Cancelled cancelled = {});
  ~DescentPath() override;

  // finish() of each of these paths, all on one operator with steps that are not adaptive, a row of pictures
  // as it were: each iteration has one product for all. Told of the share of the iterations done. What comes
  // out differs from finish() by the rounding of products with many vectors.
  static void finish_together(std::span<DescentPath* const> paths,
                              const std::function<void(double share)>& progressed);

  bool advance() override;
  Status status() const override { return status_; }
  double begin_time() const override { return begin_time_; }
  double end_time() const override { return time_; }
  std::int64_t steps() const override { return iteration_; }
  void w_at(double time, Eigen::MatrixXd& w) const override;
  double residual_at(double time) const override;
  std::optional<double> step_size() const override;

  const Eigen::MatrixXf& w() const { return w_; }  // as w_at, without a conversion

 private:
  struct GradientSums;

  bool is_due() const;
  bool has_ended();
  bool iterate();
  void count_iteration();
  bool iterate_adaptively();
  void move(double step, const Eigen::MatrixXf& gradient, Eigen::MatrixXf& u, Eigen::MatrixXf& v);
  double evaluate();
  void keep_finite();
  void choose_step(double taken);
  GradientSums gradient_sums() const;

  const LinearOperator& op_;
  const DescentOptions options_;
  const DescentSchedule schedule_;
  const Cancelled cancelled_;
  const Eigen::MatrixXf y_;
  Eigen::VectorXf y_norms_;
  const bool signed_, adaptive_;
  double step_ = 0;  // η
  Eigen::MatrixXf u_, v_, w_, gradient_, residual_;
  Eigen::MatrixXf next_u_, next_v_, next_w_, next_gradient_, next_residual_;  // of a step that is tried
  Eigen::MatrixXf finite_w_;                                                  // the last known to be finite
  std::int64_t iteration_ = 0, finite_at_ = 0;
  double begin_time_ = 0, time_ = 0;
  double loss_ = 0, squared_gradient_ = 0;  // ‖Xw − y‖², ‖∂L‖² where ρ is 1
  int rejections_ = 0;                      // since the last step
  bool ended_ = false;
  Status status_ = Status::finished;
};

// A step for which gradient descent is stable: η = 1/(2 N² · curvature), curvature = (2/n)‖X‖² · s^(2−2/N)
// with s = max |w|, guessed from the measurements as s = ‖Xᵀy‖∞ / (min of the column norms)², never below w0.
double stable_step(const LinearOperator& op, const Eigen::Ref<const Eigen::MatrixXd>& y,
                   const Parametrization& network);

}  // namespace isr
