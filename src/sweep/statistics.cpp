#include "sweep/statistics.h"

#include <Eigen/Dense>
#include <algorithm>
#include <cmath>

namespace isr {
namespace {

constexpr double z95 = 1.959963984540054;  // of the standard normal distribution, 95 % within

}  // namespace

Interval wilson_interval(double successes, double trials) {
  const double share = successes / trials, square = z95 * z95 / trials;
  const double middle = (share + square / 2) / (1 + square);
  const double half = z95 / (1 + square) * std::sqrt(share * (1 - share) / trials + square / (4 * trials));
  return {std::max(0.0, middle - half), std::min(1.0, middle + half)};
}

std::optional<LogisticFit> fit_logistic(const std::vector<Trials>& trials) {
  double successes = 0, count = 0, mean = 0, least = 0, most = 0;
  for (const Trials& t : trials) {
    least = count == 0 ? t.x : std::min(least, t.x);
    most = count == 0 ? t.x : std::max(most, t.x);
    successes += t.successes;
    count += t.count;
    mean += t.count * t.x;
  }
  if (successes == 0 || successes == count || !(most > least)) return {};
  mean /= count;
  const double unit = most - least;  // x is centred, and its range is 1, while fitting
  Eigen::Vector2d beta = Eigen::Vector2d::Zero();
  Eigen::Matrix2d inverse = Eigen::Matrix2d::Zero();
  bool converged = false;
  for (int iteration = 0; iteration < 500 && !converged; ++iteration) {
    Eigen::Matrix2d information = Eigen::Matrix2d::Zero();
    for (const Trials& t : trials) {
      const Eigen::Vector2d x(1, (t.x - mean) / unit);
      const double p = 1 / (1 + std::exp(-beta.dot(x)));
      information += t.count * p * (1 - p) * x * x.transpose();
    }
    if (!(information.determinant() > 0)) return {};
    inverse = information.inverse();
    // The score with Firth's term: Σ (y − p + h(½ − p))·x, h the leverage of a trial.
    Eigen::Vector2d score = Eigen::Vector2d::Zero();
    for (const Trials& t : trials) {
      const Eigen::Vector2d x(1, (t.x - mean) / unit);
      const double p = 1 / (1 + std::exp(-beta.dot(x)));
      const double leverage = t.count * p * (1 - p) * x.dot(inverse * x);
      score += (t.successes - t.count * p + leverage * (0.5 - p)) * x;
    }
    Eigen::Vector2d step = inverse * score;
    const double longest = step.cwiseAbs().maxCoeff();
    if (longest > 2) step *= 2 / longest;
    beta += step;
    converged = longest < 1e-9;
  }
  if (!converged || beta[1] == 0) return {};
  LogisticFit fit;
  fit.b = beta[1] / unit;
  fit.a = beta[0] - fit.b * mean;
  fit.half = -fit.a / fit.b;
  const Eigen::Vector2d slope(-1 / beta[1], beta[0] / (beta[1] * beta[1]));  // of −β₀/β₁
  fit.half_error = unit * std::sqrt(slope.dot(inverse * slope));
  return fit;
}

}  // namespace isr
