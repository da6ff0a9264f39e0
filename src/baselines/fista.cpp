#include "baselines/fista.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace isr {
namespace {

// max |g_j|; nonnegative: max −g_j, and at least 0.
double dual_norm(const Eigen::Ref<const Eigen::VectorXf>& g, bool nonnegative) {
  return nonnegative ? std::max(0.0f, -g.minCoeff()) : g.lpNorm<Eigen::Infinity>();
}

// Objective minus dual bound at the point with residual r = Aw − y and g = Aᵀr. The dual of
// ½‖Aw − y‖² + Λ‖w‖₁ is max −½‖u‖² − uᵀy over ‖Aᵀu‖∞ <= Λ; u = s·r with the best s that is feasible.
double duality_gap(double l1, const Eigen::Ref<const Eigen::VectorXf>& r,
                   const Eigen::Ref<const Eigen::VectorXf>& y, double gradient_norm, double penalty) {
  const double rr = r.cast<double>().squaredNorm();
  const double ry = r.cast<double>().dot(y.cast<double>());
  const double feasible =
      gradient_norm > 0 ? penalty / gradient_norm : std::numeric_limits<double>::infinity();
  const double scale = rr > 0 ? std::clamp(-ry / rr, 0.0, feasible) : 0;
  return 0.5 * rr + penalty * l1 + 0.5 * scale * scale * rr + scale * ry;
}

struct Momentum {
  double t = 1;

  double next() {  // t' = (1 + √(1 + 4t²)) / 2, β = (t − 1)/t'
    const double later = (1 + std::sqrt(1 + 4 * t * t)) / 2, beta = (t - 1) / later;
    t = later;
    return beta;
  }
};

}  // namespace

FistaResult fista(const LinearOperator& op, ConstColumns y, const Eigen::VectorXd& lambda,
                  const FistaOptions& options, const Eigen::MatrixXf* start) {
  const double n = static_cast<double>(op.rows());
  const double bound = options.squared_norm > 0        ? options.squared_norm
                       : op.tight_frame_constant() > 0 ? op.tight_frame_constant()
                                                       : 1.02 * squared_norm_estimate(op);
  FistaResult result;
  result.w = start ? *start : Eigen::MatrixXf::Zero(op.cols(), y.cols());
  result.gap = Eigen::VectorXd::Zero(y.cols());
  if (bound == 0) {
    result.w.setZero();
    result.converged = true;
    return result;
  }
  const float step = static_cast<float>(1 / bound);
  std::vector<Momentum> momentum(static_cast<std::size_t>(y.cols()));
  Eigen::MatrixXf v = result.w, r(op.rows(), y.cols()), g(op.cols(), y.cols());
  Eigen::VectorXf next(op.cols());
  while (!result.converged && result.iterations < options.iterations) {
    op.residual_and_gradient(v, y, r, g);
    for (Index b = 0; b < y.cols(); ++b) {
      const double energy = 0.5 * y.col(b).cast<double>().squaredNorm(), penalty = n * lambda(b);
      const double gap = duality_gap(v.col(b).cast<double>().lpNorm<1>(), r.col(b), y.col(b),
                                     dual_norm(g.col(b), options.nonnegative), penalty);
      result.gap(b) = energy > 0 ? gap / energy : 0;
      const float shrink = step * static_cast<float>(penalty);
      const auto moved = v.col(b).array() - step * g.col(b).array();
      if (options.nonnegative)
        next = (moved - shrink).max(0.0f);
      else
        next = (moved - shrink).max(0.0f) + (moved + shrink).min(0.0f);
      const Eigen::VectorXf change = next - result.w.col(b);
      auto& pace = momentum[static_cast<std::size_t>(b)];
      if ((v.col(b) - next).dot(change) > 0) pace = Momentum{};
      v.col(b) = next + static_cast<float>(pace.next()) * change;
      if (options.nonnegative) v.col(b) = v.col(b).cwiseMax(0.0f);  // where the duality gap is defined
      result.w.col(b) = next;
    }
    ++result.iterations;
    result.converged = (result.gap.array() <= options.tolerance).all();
  }
  return result;
}

Eigen::VectorXd largest_lambda(const LinearOperator& op, ConstColumns y, bool nonnegative) {
  Eigen::MatrixXf g(op.cols(), y.cols());
  op.adjoint(y, g);
  if (nonnegative)
    return (g.colwise().maxCoeff().transpose().cwiseMax(0.0f)).cast<double>() / double(op.rows());
  return g.cwiseAbs().colwise().maxCoeff().transpose().cast<double>() / static_cast<double>(op.rows());
}

}  // namespace isr
