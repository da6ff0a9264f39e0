#include "solver/gradient_descent.h"

#include <algorithm>
#include <cmath>

#include "base/error.h"
#include "solver/network_kernel.h"

namespace isr {
namespace {

constexpr std::int64_t divergence_interval = 64;

// The state of a batch. Everything is allocated here, nothing in the loop.
class Descent {
 public:
  Descent(const LinearOperator& op, ConstColumns y, const GradientDescentOptions& options, double step)
      : op_(op),
        y_(y),
        depth_(options.network.depth),
        step_(step),
        scale_(static_cast<float>(2 * step * options.network.depth / static_cast<double>(op.rows()))),
        is_signed_(options.network.model == Model::signed_model),
        u_(Eigen::MatrixXf::Constant(op.cols(), y.cols(), static_cast<float>(options.network.start()))),
        v_(is_signed_ ? u_ : Eigen::MatrixXf()),
        w_(Eigen::MatrixXf::Constant(op.cols(), y.cols(),
                                     is_signed_ ? 0.0f : std::pow(u_(0, 0), static_cast<float>(depth_)))),
        gradient_(op.cols(), y.cols()),
        residual_(op.rows(), y.cols()),
        active_(static_cast<std::size_t>(y.cols()), true) {
    batch_.step = step;
    batch_.w = w_;
    batch_.columns.resize(static_cast<std::size_t>(y.cols()));
  }

  void evaluate() { op_.residual_and_gradient(w_, y_, residual_, gradient_); }  // g = Xᵀ(Xw − y)

  void step() {  // u ← u − η N u^(N−1) ∘ (2/n) g
    for (Index b = 0; b < w_.cols(); ++b)
      network_step(depth_, scale_, static_cast<std::size_t>(w_.rows()), gradient_.col(b).data(),
                   u_.col(b).data(), is_signed_ ? v_.col(b).data() : nullptr, w_.col(b).data());
    ++iteration_;
  }

  // Keeps the finite columns as the last good iterates; the others end here.
  void check_divergence() {
    for (std::size_t b = 0; b < active_.size(); ++b) {
      if (!active_[b]) continue;
      const Index col = static_cast<Index>(b);
      if (w_.col(col).allFinite() && std::isfinite(residual_.col(col).squaredNorm())) {
        batch_.w.col(col) = w_.col(col);
        finite_at_ = iteration_;
      } else {
        end(b, Status::diverged, finite_at_);
      }
    }
  }

  void observe(const DescentObserver& observer) {
    if (!observer) return;
    was_active_ = active_;
    observer({iteration_, time(iteration_), w_, residual_}, active_);
    for (std::size_t b = 0; b < active_.size(); ++b)
      if (was_active_[b] && !active_[b]) {
        batch_.w.col(static_cast<Index>(b)) = w_.col(static_cast<Index>(b));
        end(b, Status::stopped_by_rule, iteration_);
      }
  }

  void end_all(Status status) {
    for (std::size_t b = 0; b < active_.size(); ++b) {
      if (!active_[b]) continue;
      batch_.w.col(static_cast<Index>(b)) = w_.col(static_cast<Index>(b));
      end(b, status, iteration_);
    }
  }

  bool any_active() const { return std::find(active_.begin(), active_.end(), true) != active_.end(); }
  std::int64_t iteration() const { return iteration_; }
  DescentBatch take() { return std::move(batch_); }

 private:
  double time(std::int64_t iteration) const { return step_ * static_cast<double>(iteration); }

  void end(std::size_t b, Status status, std::int64_t iteration) {
    active_[b] = false;
    batch_.columns[b] = {status, iteration, time(iteration)};
  }

  const LinearOperator& op_;
  ConstColumns y_;
  int depth_;
  double step_;
  float scale_;
  bool is_signed_;
  Eigen::MatrixXf u_, v_, w_, gradient_, residual_;
  std::vector<bool> active_, was_active_;
  std::int64_t iteration_ = 0, finite_at_ = 0;
  DescentBatch batch_;
};

}  // namespace

void GradientDescentOptions::validate() const {
  network.validate();
  if (!(step > 0) || !std::isfinite(step))
    throw UsageError("--step must be a positive number; got " + std::to_string(step));
  if (iterations < 0)
    throw UsageError("--iterations must not be negative; got " + std::to_string(iterations));
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

double stable_step(const LinearOperator& op, ConstColumns y, const Parametrization& network) {
  const double n = static_cast<double>(op.rows());
  const double norm = squared_norm_estimate(op);
  if (norm == 0) return 1;
  Eigen::MatrixXf correlation(op.cols(), y.cols());
  op.adjoint(y, correlation);
  // The mean squared column norm is at most ‖X‖²·n/p and at least ‖X‖²/p: the middle one is exact for frames.
  const double column = norm * std::min(1.0, n / static_cast<double>(op.cols()));
  const double largest = std::max<double>(network.init, correlation.cwiseAbs().maxCoeff() / column);
  const double curvature = 2 / n * norm * std::pow(largest, 2 - 2.0 / network.depth);
  return 1 / (2.0 * network.depth * network.depth * curvature);
}

DescentBatch gradient_descent(const LinearOperator& op, ConstColumns y, const GradientDescentOptions& options,
                              const DescentSchedule& schedule, const DescentObserver& observer,
                              const Cancelled& cancelled) {
  options.validate();
  const double eta = options.step_rule == StepRule::constant
                         ? options.step / (options.network.depth * options.network.depth)
                         : stable_step(op, y, options.network);
  Descent descent(op, y, options, eta);
  auto next = schedule.iterations.begin();
  while (true) {
    descent.evaluate();
    const std::int64_t t = descent.iteration();
    const bool last = t >= options.iterations;
    if (t % divergence_interval == 0 || last) descent.check_divergence();
    while (next != schedule.iterations.end() && *next < t) ++next;
    const bool listed = next != schedule.iterations.end() && *next == t;
    const bool multiple = schedule.interval > 0 && t % schedule.interval == 0;
    if (t == 0 || last || listed || multiple) descent.observe(observer);
    if (last || !descent.any_active()) break;
    if (cancelled && t % divergence_interval == 0 && cancelled()) {
      descent.end_all(Status::cancelled);
      return descent.take();
    }
    descent.step();
  }
  descent.end_all(Status::finished);
  return descent.take();
}

}  // namespace isr
