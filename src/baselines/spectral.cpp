#include "baselines/spectral.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

#include "base/error.h"

// LAPACK: the singular value decomposition by divide and conquer.
extern "C" void dgesdd_(const char* job, const int* m, const int* n, double* a, const int* lda, double* s,
                        double* u, const int* ldu, double* vt, const int* ldvt, double* work,
                        const int* lwork, int* iwork, int* info);

namespace isr {

SpectralFactor::SpectralFactor(const Eigen::MatrixXd& a) {
  if (!a.allFinite()) throw Error("the measurement matrix holds a value that is not finite");
  const int n = static_cast<int>(a.rows()), p = static_cast<int>(a.cols()), k = std::min(n, p);
  Eigen::MatrixXd copy = a;
  u_.resize(n, k);
  vt_.resize(k, p);
  s_.resize(k);
  std::vector<int> integers(8 * static_cast<std::size_t>(k));
  std::vector<double> work(1);
  int length = -1, info = 0;  // the first call asks for the workspace
  for (int call = 0; call < 2; ++call) {
    dgesdd_("S", &n, &p, copy.data(), &n, s_.data(), u_.data(), &n, vt_.data(), &k, work.data(), &length,
            integers.data(), &info);
    if (call == 0) work.resize(static_cast<std::size_t>(length = static_cast<int>(work[0])));
  }
  if (info != 0) throw Error("the singular value decomposition of the measurement matrix did not converge");
  const double threshold = std::max(n, p) * std::numeric_limits<double>::epsilon() * s_(0);
  rank_ = (s_.array() > threshold).count();
}

Eigen::VectorXd SpectralFactor::least_squares(const Eigen::VectorXd& y) const {
  const Eigen::ArrayXd c = (u_.leftCols(rank_).transpose() * y).array() / s_.head(rank_).array();
  return vt_.topRows(rank_).transpose() * c.matrix();
}

Eigen::VectorXd SpectralFactor::ridge(const Eigen::VectorXd& y, double lambda) const {
  const Eigen::ArrayXd s = s_.array();
  const Eigen::ArrayXd c = (u_.transpose() * y).array() * s / (s.square() + lambda);
  return vt_.transpose() * c.matrix();
}

double SpectralFactor::gcv(const Eigen::VectorXd& y, double lambda) const {
  const double n = static_cast<double>(u_.rows());
  const Eigen::ArrayXd c = (u_.transpose() * y).array();
  const Eigen::ArrayXd left = lambda / (s_.array().square() + lambda);       // eigenvalues of I − H
  const double outside = std::max(0.0, y.squaredNorm() - c.square().sum());  // of y, outside the range of A
  const double trace = n - static_cast<double>(s_.size()) + left.sum();
  return n * ((left * c).square().sum() + outside) / (trace * trace);
}

SpectralFactor::Choice SpectralFactor::choose_ridge(const Eigen::VectorXd& y) const {
  const double top = s_(0) * s_(0);
  if (top == 0) return {1, false, true};
  const auto value = [&](double exponent) { return gcv(y, top * std::pow(10, exponent)); };
  constexpr int lowest = -12, highest = 4, per_decade = 4;
  double best = lowest, best_value = std::numeric_limits<double>::infinity();
  for (int i = lowest * per_decade; i <= highest * per_decade; ++i) {
    const double here = value(double(i) / per_decade);
    if (here < best_value) {
      best_value = here;
      best = double(i) / per_decade;
    }
  }
  if (best == lowest || best == highest) return {top * std::pow(10, best), best == lowest, best == highest};
  double low = best - 1.0 / per_decade, high = best + 1.0 / per_decade;
  while (high - low > 1e-3) {  // ternary search: gcv has one minimum between the neighbours of the best
    const double a = low + (high - low) / 3, b = high - (high - low) / 3;
    (value(a) < value(b) ? high : low) = value(a) < value(b) ? b : a;
  }
  return {top * std::pow(10, (low + high) / 2), false, false};
}

}  // namespace isr
