#include "solver/recovery_rounds.h"

#include <algorithm>
#include <cmath>

#include "sensing/scaled_columns.h"

namespace isr {
namespace {

constexpr double rough_residual = 1e-4;
constexpr float settled_change = 1e-3f;  // of the sizes, below which a further round would change nothing

// To the limit, as far as noise or the rule asked for let it be known.
RecoverOptions rough(const RecoverOptions& options, const Eigen::VectorXd& y) {
  RecoverOptions rough = options;
  rough.stop = {};
  rough.stop.rule = StopRule::limit;
  rough.limit_residual = std::max(options.limit_residual, rough_residual);
  const Stop& stop = options.stop;
  if (stop.rule == StopRule::residual) rough.limit_residual = std::max(rough.limit_residual, stop.residual);
  if (!std::isnan(stop.sigma) && y.norm() > 0)
    rough.limit_residual = std::clamp(discrepancy_residual(stop.factor, stop.sigma, y.size()) / y.norm(),
                                      rough.limit_residual, 1.0);
  return rough;
}

}  // namespace

Recovery RecoveryRounds::solve(const Eigen::VectorXd& y, const RecoverOptions& options, const ErrorOfW& error,
                               const Cancelled& cancelled) const {
  Eigen::VectorXf scale;
  if (rounds_ > 0 && options.network.depth > 1)  // depth 1 is the control: plain least squares
    scale =
        synthesis_->expected_sizes_near(first_.solve(y, rough(options, y), {}, cancelled).w.cast<float>());
  if (scale.size() == 0) return first_.solve(y, options, error, cancelled);
  bool last = rounds_ == 1;
  for (int round = 1;; ++round) {
    const ScaledColumns scaled(system_, scale);
    const Eigen::VectorXd sizes = scale.cast<double>();
    const auto error_of_scaled = [&](const Eigen::VectorXd& w) { return error(sizes.cwiseProduct(w)); };
    Recovery recovery = Recoverer(scaled).solve(y, last ? options : rough(options, y),
                                                error ? ErrorOfW(error_of_scaled) : ErrorOfW(), cancelled);
    recovery.w.array() *= sizes.array();
    if (last || recovery.status == Status::cancelled) return recovery;
    const Eigen::VectorXf next = synthesis_->expected_sizes_near(recovery.w.cast<float>());
    last = round + 1 == rounds_ || (next - scale).norm() <= settled_change * next.norm();
    scale = next;
  }
}

}  // namespace isr
