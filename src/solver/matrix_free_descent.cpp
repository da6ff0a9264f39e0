#include "solver/matrix_free_descent.h"

#include <algorithm>
#include <cmath>
#include <vector>

#include "base/chunks.h"
#include "base/error.h"
#include "solver/network_kernel.h"

namespace isr {
namespace {

using Matrix = Eigen::MatrixXf;

// Inner products of the gradient G of L in the weights, before and after a step, in the metric in which ρ
// is 1.
struct GradientSums {
  double square = 0;   // ‖G‖² after
  double product = 0;  // ⟨G before, change of G⟩
  double change = 0;   // ‖change of G‖²
  float relative = 0;  // the largest change of a weight relative to itself by a step of length 1, after

  void operator+=(const GradientSums& other) {
    square += other.square;
    product += other.product;
    change += other.change;
    relative = std::max(relative, other.relative);
  }
};

// Weights and slopes of some coefficients; ∂L/∂u_j is N u_j^(N−1) slope_j/ρ_j.
struct Sides {
  const float *u, *slope, *next_u, *next_slope, *speed;
};

// power(u) = u^(N−2); without the factors N², and N of `relative`.
template <class Power>
GradientSums sums_with(const Power& power, const Sides& at, std::size_t first, std::size_t last) {
  GradientSums sums;
  for (std::size_t j = first; j < last; ++j) {
    const float relative = power(at.next_u[j]) * at.next_slope[j];
    const float before = power(at.u[j]) * at.u[j] * at.slope[j], after = relative * at.next_u[j];
    const double inverse = 1 / static_cast<double>(at.speed[j]);
    const double change = static_cast<double>(after) - before;
    sums.square += inverse * after * after;
    sums.product += inverse * before * change;
    sums.change += inverse * change * change;
    sums.relative = std::max(sums.relative, std::abs(relative));
  }
  return sums;
}

GradientSums gradient_sums(int depth, const Sides& at, std::size_t first, std::size_t last) {
  if (depth == 2) return sums_with([](float) { return 1.0f; }, at, first, last);
  if (depth == 3) return sums_with([](float u) { return u; }, at, first, last);
  const auto power = [depth](float u) {
    float result = depth == 1 ? 1 / u : 1;
    for (int i = 2; i < depth; ++i) result *= u;
    return result;
  };
  return sums_with(power, at, first, last);
}

class Descent {
 public:
  Descent(const LinearOperator& op, ConstColumns y, const MatrixFreeDescentOptions& options,
          const ColumnScaling& scaling)
      : op_(op),
        y_(y),
        options_(options),
        depth_(options.network.depth),
        signed_(options.network.model == Model::signed_model),
        scale_(scaling.scale),
        u_(Matrix::Constant(op.cols(), y.cols(), static_cast<float>(options.network.start()))),
        v_(signed_ ? u_ : Matrix()),
        next_u_(u_),
        next_v_(v_),
        w_(op.cols(), y.cols()),
        slope_(Matrix::Zero(op.cols(), y.cols())),
        next_slope_(op.cols(), y.cols()),
        residual_(op.rows(), y.cols()),
        relative_residual_(y.cols()) {
    if (scale_.size() == 0) scale_ = Eigen::VectorXf::Ones(op.cols());
    const double exponent = options.steps.constant ? 0 : -std::min(0.5, (depth_ - 1) / 4.0);
    speed_ = (scale_.array() / scale_.mean()).pow(static_cast<float>(exponent));
    if (!speed_.allFinite()) speed_.setOnes();
    move(0);
    loss_ = evaluate();
    differentiate();
    const GradientSums start = sums();
    squared_gradient_ = start.square;
    slope_.swap(next_slope_);
    if (options.steps.constant)
      step_ = *options.steps.constant / (depth_ * depth_);
    else
      step_ = start.relative > 0 ? first_change / start.relative : 1;
  }

  // One iteration. Returns the status with which it must end there, or nothing.
  std::optional<Status> iterate() {
    const double step = std::min(step_, options_.end_time - time_);
    move(step);
    const double loss = evaluate();
    ++iterations_;
    const double decrease = step * squared_gradient_ * static_cast<double>(op_.rows());  // of a line
    const double wanted = loss_ * (1 + rounding) - sufficient * decrease;
    const bool constant = options_.steps.constant.has_value();
    if (constant ? !std::isfinite(loss) : !(loss < wanted)) {
      if (constant) return Status::diverged;
      step_ = step * shortening;
      return ++rejections_ < most_rejections ? std::nullopt : std::optional(Status::stalled);
    }
    rejections_ = 0;
    time_ += step;
    loss_ = loss;
    differentiate();
    if (!constant) choose_step(step);
    u_.swap(next_u_);
    v_.swap(next_v_);
    slope_.swap(next_slope_);
    return std::nullopt;
  }

  // Makes solution() and relative_residual() those of the last step that was taken.
  void settle() {
    move(0);
    evaluate();
  }

  const Matrix& solution() const { return w_; }
  const Eigen::VectorXd& relative_residual() const { return relative_residual_; }
  std::int64_t iterations() const { return iterations_; }
  double time() const { return time_; }
  int products() const { return products_; }
  bool rejected() const { return rejections_ > 0; }

 private:
  static constexpr double shortening = 0.3, growth = 10, first_change = 0.1, largest_change = 0.5,
                          agreement = 0.8, sufficient = 1e-4, rounding = 1e-6;
  static constexpr int most_rejections = 30;

  // next_u_, next_v_ and w_ at this step from u_, v_.
  void move(double step) {
    const auto scale = static_cast<float>(step * depth_);
    for (Index b = 0; b < w_.cols(); ++b)
      for_chunks(static_cast<std::size_t>(w_.rows()), [&](std::size_t begin, std::size_t end) {
        const auto first = static_cast<Index>(begin), count = static_cast<Index>(end - begin);
        auto w = w_.col(b).segment(first, count);
        next_u_.col(b).segment(first, count) = u_.col(b).segment(first, count);
        if (signed_) next_v_.col(b).segment(first, count) = v_.col(b).segment(first, count);
        network_step(depth_, scale, end - begin, slope_.col(b).data() + begin, next_u_.col(b).data() + begin,
                     signed_ ? next_v_.col(b).data() + begin : nullptr, w.data());
        w.array() *= scale_.segment(first, count).array();
      });
  }

  // ‖Xw − y‖²
  double evaluate() {
    ++products_;
    op_.apply(w_, residual_);
    residual_ -= y_;
    double sum = 0;
    for (Index b = 0; b < y_.cols(); ++b) {
      const double square = residual_.col(b).cast<double>().squaredNorm(), norm = y_.col(b).norm();
      relative_residual_[b] = std::sqrt(square) / (norm > 0 ? norm : 1);
      sum += square;
    }
    return sum;
  }

  // next_slope_ = ρ ∘ s ∘ (2/n) Xᵀ(Xw − y): ∂L/∂u_j is N u^(N−1) times it, divided by ρ.
  void differentiate() {
    ++products_;
    op_.adjoint(residual_, next_slope_);
    next_slope_.array().colwise() *= 2 / static_cast<float>(op_.rows()) * scale_.array() * speed_.array();
  }

  GradientSums sums() const {
    const auto size = static_cast<std::size_t>(w_.rows());
    std::vector<GradientSums> parts((size + chunk_length - 1) / chunk_length);
    GradientSums total;
    for (Index b = 0; b < w_.cols(); ++b) {
      for_chunks(size, [&](std::size_t first, std::size_t last) {
        const auto of = [&](const Matrix& u, const Matrix& next_u) {
          const Sides sides{u.col(b).data(), slope_.col(b).data(), next_u.col(b).data(),
                            next_slope_.col(b).data(), speed_.data()};
          return gradient_sums(depth_, sides, first, last);
        };
        GradientSums& part = parts[first / chunk_length];
        part = of(u_, next_u_);
        if (signed_) part += of(v_, next_v_);
      });
      for (const GradientSums& part : parts) total += part;
    }
    const double factor = depth_ * depth_;
    return {factor * total.square, factor * total.product, factor * total.change,
            static_cast<float>(depth_) * total.relative};
  }

  void choose_step(double taken) {
    const GradientSums sum = sums();
    step_ = growth * taken;
    if (sum.product < 0) {
      const double longer = -taken * squared_gradient_ / sum.product;
      const double shorter = -taken * sum.product / sum.change;
      step_ = std::clamp(shorter < agreement * longer ? shorter : longer, taken / growth, taken * growth);
    }
    if (depth_ > 1 && sum.relative > 0) step_ = std::min(step_, double{largest_change} / sum.relative);
    squared_gradient_ = sum.square;
  }

  const LinearOperator& op_;
  const Matrix y_;
  const MatrixFreeDescentOptions& options_;
  const int depth_;
  const bool signed_;
  Eigen::VectorXf scale_, speed_;   // s, ρ
  Matrix u_, v_, next_u_, next_v_;  // the weights, and those of the step that is tried
  Matrix w_;                        // s∘(u^N − v^N) of the latter
  Matrix slope_, next_slope_;       // see differentiate
  Matrix residual_;                 // Xw − y
  Eigen::VectorXd relative_residual_;
  double loss_ = 0;  // ‖Xw − y‖²
  double squared_gradient_ = 0, step_ = 0, time_ = 0;
  std::int64_t iterations_ = 0;
  int rejections_ = 0;  // since the last step
  int products_ = 0;
};

}  // namespace

void MatrixFreeDescentOptions::validate() const {
  network.validate();
  if (steps.constant && (!(*steps.constant > 0) || !std::isfinite(*steps.constant)))
    throw UsageError("--step must be a positive number; got " + std::to_string(*steps.constant));
  if (steps.iterations < 0)
    throw UsageError("--iterations must not be negative; got " + std::to_string(steps.iterations));
  if (!(end_time > 0)) throw UsageError("the flow time must be positive");
  if (!(limit_residual > 0)) throw UsageError("the residual of the limit must be positive");
}

MatrixFreeFlowResult matrix_free_descent(const LinearOperator& op, ConstColumns y,
                                         const MatrixFreeDescentOptions& options,
                                         const ColumnScaling& scaling, const FlowStepObserver& observer,
                                         const Cancelled& cancelled) {
  options.validate();
  Descent descent(op, y, options, scaling);
  const auto observed = [&] {
    return !observer || observer(static_cast<int>(descent.iterations()), descent.time(), descent.solution(),
                                 descent.relative_residual().maxCoeff());
  };
  std::optional<Status> status;
  for (double next = 0; !status;) {
    const bool taken = !descent.rejected();
    if (cancelled && cancelled())
      status = Status::cancelled;
    else if (taken && descent.relative_residual().maxCoeff() <= options.limit_residual)
      status = Status::limit_reached;
    else if (descent.time() >= options.end_time * (1 - 1e-12) ||
             descent.iterations() >= options.steps.iterations)
      status = Status::finished;
    else if (taken && static_cast<double>(descent.iterations()) >= next) {
      next = std::max(next + 1, 1.1 * next);
      if (!observed()) status = Status::stopped_by_rule;
    }
    if (!status) status = descent.iterate();
  }
  descent.settle();
  if (*status != Status::stopped_by_rule) observed();
  MatrixFreeFlowResult result;
  result.status = *status;
  result.w = descent.solution();
  result.flow_time = descent.time();
  result.steps = static_cast<int>(descent.iterations());
  result.products = descent.products();
  result.relative_residual = descent.relative_residual();
  return result;
}

}  // namespace isr
