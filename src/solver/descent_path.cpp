#include "solver/descent_path.h"

#include <algorithm>
#include <cmath>

#include "base/chunks.h"
#include "base/error.h"
#include "solver/network_kernel.h"

namespace isr {
namespace {

using Matrix = Eigen::MatrixXf;

constexpr std::int64_t divergence_interval = 64;

// Of adaptive steps: how much a step that was too long is shortened, the most that one grows, the most that a
// weight changes in the first and in any step, where the two steps of Barzilai and Borwein agree, the
// decrease of the loss asked for, as a share of that of a line, and the share of the loss that rounding
// hides.
constexpr double shortening = 0.3, lengthening = 10, first_change = 0.1, largest_change = 0.5,
                 agreement = 0.8, sufficient = 1e-4, rounding = 1e-6;
constexpr int most_rejections = 30;

std::int64_t iterations_until(double time, double step) {
  const double wanted = std::round(time / step);
  return wanted < 9e18 ? static_cast<std::int64_t>(wanted) : std::numeric_limits<std::int64_t>::max();
}

}  // namespace

// Inner products of the gradient G of L in the weights, before and after a step, in the metric in which ρ
// is 1.
struct DescentPath::GradientSums {
  double square = 0;    // ‖G‖² after
  double product = 0;   // ⟨G before, change of G⟩
  double change = 0;    // ‖change of G‖²
  double relative = 0;  // the largest change of a weight relative to itself by a step of length 1, after

  void operator+=(const GradientSums& other) {
    square += other.square;
    product += other.product;
    change += other.change;
    relative = std::max(relative, other.relative);
  }
};

DescentPath::DescentPath(const LinearOperator& op, const Eigen::Ref<const Eigen::MatrixXd>& y,
                         const DescentOptions& options, DescentSchedule schedule, Cancelled cancelled)
    : op_(op),
      options_((options.validate(), options)),
      schedule_(std::move(schedule)),
      cancelled_(std::move(cancelled)),
      y_(y.cast<float>()),
      y_norms_(y_.colwise().stableNorm()),
      signed_(options.network.model == Model::signed_model),
      adaptive_(options.step_rule == StepRule::adaptive),
      u_(Matrix::Constant(op.cols(), y.cols(), static_cast<float>(options.network.start()))),
      v_(signed_ ? u_ : Matrix()),
      w_(op.cols(), y.cols()),
      gradient_(op.cols(), y.cols()),
      residual_(op.rows(), y.cols()) {
  check_measurements(y.rows(), op.rows());
  check_columns("speed", options.speed.size(), op.cols());
  const auto depth = static_cast<float>(options_.network.depth);
  w_.setConstant(signed_ ? 0.0f : std::pow(u_(0, 0), depth));
  finite_w_ = w_;
  loss_ = evaluate();
  if (!adaptive_) {
    step_ = options_.step_rule == StepRule::constant ? options_.step / (depth * depth)
                                                     : stable_step(op, y, options_.network);
    return;
  }
  next_u_ = u_, next_v_ = v_;
  next_w_ = w_, next_gradient_ = gradient_, next_residual_ = residual_;
  const GradientSums start = gradient_sums();
  squared_gradient_ = start.square;
  step_ = start.relative > 0 ? first_change / start.relative : 1;
}

DescentPath::~DescentPath() = default;

bool DescentPath::advance() {
  if (ended_) return false;
  const std::int64_t first = iteration_;
  begin_time_ = time_;
  bool taken = false;
  while (!has_ended() && !(taken && is_due())) taken = iterate() || taken;
  return iteration_ > first && status_ != Status::cancelled && (taken || !ended_);
}

bool DescentPath::is_due() const {
  if (schedule_.interval > 0 && iteration_ % schedule_.interval == 0) return true;
  const auto next =
      std::upper_bound(schedule_.iterations.begin(), schedule_.iterations.end(), iteration_ - 1);
  return next != schedule_.iterations.end() && *next == iteration_;
}

// Is there a reason not to take another iteration?
bool DescentPath::has_ended() {
  const auto end = [&](Status status) {
    status_ = status;
    return ended_ = true;
  };
  if (ended_) return true;
  const std::int64_t last = adaptive_
                                ? options_.iterations
                                : std::min(options_.iterations, iterations_until(options_.end_time, step_));
  const bool ends = iteration_ >= last || (adaptive_ && time_ >= options_.end_time * (1 - 1e-12));
  if (!adaptive_ && (iteration_ % divergence_interval == 0 || ends)) {
    keep_finite();
    if (ended_) return true;
  }
  if (rejections_ == 0 && options_.limit_residual > 0 && residual_at(time_) <= options_.limit_residual)
    return end(Status::limit_reached);
  if (ends) return end(Status::finished);
  if (cancelled_ && (adaptive_ || iteration_ % divergence_interval == 0) && cancelled_())
    return end(Status::cancelled);
  return false;
}

// True when the iteration moved the weights.
bool DescentPath::iterate() {
  if (adaptive_) return iterate_adaptively();
  move(step_, gradient_, u_, v_);  // u ← u − η N u^(N−1) ∘ (2/n) Xᵀ(Xw − y)
  op_.residual_and_gradient(w_, y_, residual_, gradient_);
  count_iteration();
  return true;
}

void DescentPath::count_iteration() {
  ++iteration_;
  time_ = step_ * static_cast<double>(iteration_);
}

void DescentPath::finish_together(std::span<DescentPath* const> paths,
                                  const std::function<void(double)>& progressed) {
  Index columns = 0;
  std::int64_t iterations = 1;
  for (const DescentPath* path : paths) {
    columns += path->w_.cols();
    iterations = std::max(iterations, path->options_.iterations);
  }
  const LinearOperator& op = paths.front()->op_;
  Matrix w(op.cols(), columns), gradient(op.cols(), columns), y(op.rows(), columns),
      residual(op.rows(), columns);
  const auto for_each = [&](const auto& body) {
    Index first = 0;
    for (DescentPath* path : paths) {
      body(*path, first, path->w_.cols());
      first += path->w_.cols();
    }
  };
  for_each([&](DescentPath& path, Index first, Index count) { y.middleCols(first, count) = path.y_; });
  for (std::int64_t done = 0;; ++done) {
    bool any = false;
    for_each([&](DescentPath& path, Index first, Index count) {
      if (path.has_ended()) return;
      path.move(path.step_, path.gradient_, path.u_, path.v_);
      w.middleCols(first, count) = path.w_;
      any = true;
    });
    if (!any) break;
    op.residual_and_gradient(w, y, residual, gradient);
    for_each([&](DescentPath& path, Index first, Index count) {
      if (path.ended_) return;
      path.residual_ = residual.middleCols(first, count);
      path.gradient_ = gradient.middleCols(first, count);
      path.count_iteration();
    });
    if (done % divergence_interval == 0)
      progressed(static_cast<double>(done) / static_cast<double>(iterations));
  }
  progressed(1);
}

bool DescentPath::iterate_adaptively() {
  const double step = std::min(step_, options_.end_time - time_);
  next_u_ = u_;
  if (signed_) next_v_ = v_;
  w_.swap(next_w_), gradient_.swap(next_gradient_), residual_.swap(next_residual_);  // next_: where we stand
  move(step, next_gradient_, next_u_, next_v_);
  const double loss = evaluate();
  ++iteration_;
  const double decrease = step * squared_gradient_ * static_cast<double>(op_.rows());  // of a line
  if (!(loss < loss_ * (1 + rounding) - sufficient * decrease)) {
    w_.swap(next_w_), gradient_.swap(next_gradient_), residual_.swap(next_residual_);
    step_ = step * shortening;
    if (++rejections_ >= most_rejections) ended_ = true, status_ = Status::stalled;
    return false;
  }
  rejections_ = 0;
  time_ += step;
  loss_ = loss;
  u_.swap(next_u_), v_.swap(next_v_);
  choose_step(step);
  return true;
}

// One step of the weights against the gradient, and w_ at its end.
void DescentPath::move(double step, const Matrix& gradient, Matrix& u, Matrix& v) {
  const int depth = options_.network.depth;
  const auto scale = static_cast<float>(2 * step * depth / static_cast<double>(op_.rows()));
  for (Index b = 0; b < w_.cols(); ++b)
    for_chunks(static_cast<std::size_t>(w_.rows()), [&](std::size_t first, std::size_t last) {
      network_step(depth, scale, last - first, gradient.col(b).data() + first, u.col(b).data() + first,
                   signed_ ? v.col(b).data() + first : nullptr, w_.col(b).data() + first);
    });
}

// Xw − y and ρ∘Xᵀ(Xw − y) at w_; returns ‖Xw − y‖².
double DescentPath::evaluate() {
  op_.residual_and_gradient(w_, y_, residual_, gradient_);
  if (options_.speed.size() > 0) gradient_.array().colwise() *= options_.speed.array();
  double sum = 0;
  for (Index b = 0; b < residual_.cols(); ++b) sum += residual_.col(b).cast<double>().squaredNorm();
  return sum;
}

// Keeps w_ as the last good iterate, or ends with the one before.
void DescentPath::keep_finite() {
  if (w_.allFinite() && std::isfinite(residual_.squaredNorm())) {
    finite_w_ = w_;
    finite_at_ = iteration_;
    return;
  }
  w_ = finite_w_;
  iteration_ = finite_at_;
  time_ = step_ * static_cast<double>(iteration_);
  op_.apply(w_, residual_);
  residual_ -= y_;
  ended_ = true;
  status_ = Status::diverged;
}

namespace {

// Weights and slopes of some coefficients; ∂L/∂u_j is (2/n)·N u_j^(N−1) slope_j/ρ_j.
struct Sides {
  const float *u, *slope, *next_u, *next_slope, *speed;
};

// power(u) = u^(N−2); without the factors 2/n and N.
template <class Sums, class Power>
Sums sums_with(const Power& power, const Sides& at, std::size_t first, std::size_t last) {
  Sums sums;
  for (std::size_t j = first; j < last; ++j) {
    const float relative = power(at.next_u[j]) * at.next_slope[j];
    const float before = power(at.u[j]) * at.u[j] * at.slope[j], after = relative * at.next_u[j];
    const double inverse = at.speed ? 1 / static_cast<double>(at.speed[j]) : 1;
    const double change = static_cast<double>(after) - before;
    sums.square += inverse * after * after;
    sums.product += inverse * before * change;
    sums.change += inverse * change * change;
    sums.relative = std::max(sums.relative, static_cast<double>(std::abs(relative)));
  }
  return sums;
}

template <class Sums>
Sums sums_of(int depth, const Sides& at, std::size_t first, std::size_t last) {
  if (depth == 2) return sums_with<Sums>([](float) { return 1.0f; }, at, first, last);
  if (depth == 3) return sums_with<Sums>([](float u) { return u; }, at, first, last);
  const auto power = [depth](float u) {
    float result = depth == 1 ? 1 / u : 1;
    for (int i = 2; i < depth; ++i) result *= u;
    return result;
  };
  return sums_with<Sums>(power, at, first, last);
}

}  // namespace

// From where the last step began (next_: swapped with it) to where it ended.
DescentPath::GradientSums DescentPath::gradient_sums() const {
  const int depth = options_.network.depth;
  const float* speed = options_.speed.size() > 0 ? options_.speed.data() : nullptr;
  GradientSums total;
  for (Index b = 0; b < w_.cols(); ++b)
    total += sum_chunks<GradientSums>(
        static_cast<std::size_t>(w_.rows()), [&](std::size_t first, std::size_t last) {
          const auto of = [&](const Matrix& before, const Matrix& after) {
            return sums_of<GradientSums>(depth,
                                         {before.col(b).data(), next_gradient_.col(b).data(),
                                          after.col(b).data(), gradient_.col(b).data(), speed},
                                         first, last);
          };
          GradientSums part = of(next_u_, u_);
          if (signed_) part += of(next_v_, v_);
          return part;
        });
  const double factor = 2 / static_cast<double>(op_.rows()), both = factor * factor * depth * depth;
  return {both * total.square, both * total.product, both * total.change, factor * depth * total.relative};
}

void DescentPath::choose_step(double taken) {
  const GradientSums sums = gradient_sums();
  step_ = lengthening * taken;
  if (sums.product < 0) {
    const double longer = -taken * squared_gradient_ / sums.product;
    const double shorter = -taken * sums.product / sums.change;
    step_ =
        std::clamp(shorter < agreement * longer ? shorter : longer, taken / lengthening, taken * lengthening);
  }
  if (options_.network.depth > 1 && sums.relative > 0)
    step_ = std::min(step_, largest_change / sums.relative);
  squared_gradient_ = sums.square;
}

void DescentPath::w_at(double, Eigen::MatrixXd& w) const {
  w = w_.cast<double>();
}

double DescentPath::residual_at(double) const {
  double largest = 0;
  for (Index b = 0; b < residual_.cols(); ++b) {
    const double norm = y_norms_[b] > 0 ? y_norms_[b] : 1;
    largest = std::max(largest, static_cast<double>(residual_.col(b).norm()) / norm);
  }
  return largest;
}

std::optional<double> DescentPath::step_size() const {
  return adaptive_ ? std::nullopt : std::optional(step_);
}

void DescentOptions::validate() const {
  network.validate();
  if (!(step > 0) || !std::isfinite(step))
    throw UsageError("step must be a positive number; got " + std::to_string(step));
  if (iterations < 0) throw UsageError("iterations must not be negative; got " + std::to_string(iterations));
  if (!(end_time >= 0)) throw UsageError("time must not be negative; got " + std::to_string(end_time));
  if (!(limit_residual >= 0 && limit_residual < 1))
    throw UsageError("the residual of the limit must lie between 0 and 1; got " +
                     std::to_string(limit_residual));
}

DescentSchedule DescentSchedule::logarithmic(std::int64_t last, int per_decade) {
  DescentSchedule schedule;
  const double ratio = std::pow(10.0, 1.0 / per_decade);
  std::int64_t previous = 0;
  for (double t = 1; t < static_cast<double>(last); t *= ratio)
    if (const auto next = std::llround(t); next > previous) schedule.iterations.push_back(previous = next);
  if (previous < last) schedule.iterations.push_back(last);
  return schedule;
}

DescentSchedule DescentSchedule::every(std::int64_t interval) {
  return {.interval = interval};
}

double stable_step(const LinearOperator& op, const Eigen::Ref<const Eigen::MatrixXd>& y,
                   const Parametrization& network) {
  const double n = static_cast<double>(op.rows());
  const double norm = squared_norm_estimate(op);
  if (norm == 0) return 1;
  Eigen::MatrixXf correlation(op.cols(), y.cols());
  op.adjoint(y.cast<float>(), correlation);
  // The mean squared column norm is at most ‖X‖²·n/p and at least ‖X‖²/p: the middle one is exact for frames.
  const double column = norm * std::min(1.0, n / static_cast<double>(op.cols()));
  const double largest = std::max<double>(network.init, correlation.cwiseAbs().maxCoeff() / column);
  const double curvature = 2 / n * norm * std::pow(largest, 2 - 2.0 / network.depth);
  return 1 / (2.0 * network.depth * network.depth * curvature);
}

}  // namespace isr
