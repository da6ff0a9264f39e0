#include "baselines/spectral.h"

#include <Eigen/QR>
#include <Eigen/SVD>
#include <algorithm>
#include <cmath>
#include <limits>

#include "base/error.h"

namespace isr {

SpectralFactor::SpectralFactor(const Eigen::MatrixXd& a) {
  if (!a.allFinite()) throw Error("the measurement matrix holds a value that is not finite");
  const bool wide = a.rows() < a.cols();
  const Eigen::Index longer = std::max(a.rows(), a.cols()), k = std::min(a.rows(), a.cols());
  // The longer side is done with by a QR factorization, at half the cost: A or Aᵀ = Q R, R = U diag(s) Vᵀ.
  const Eigen::HouseholderQR<Eigen::MatrixXd> qr(wide ? Eigen::MatrixXd(a.transpose()) : a);
  const Eigen::MatrixXd r = qr.matrixQR().topRows(k).triangularView<Eigen::Upper>();
  const Eigen::BDCSVD<Eigen::MatrixXd> svd(r, Eigen::ComputeThinU | Eigen::ComputeThinV);
  if (svd.info() != Eigen::Success)
    throw Error("the singular value decomposition of the measurement matrix did not converge");
  Eigen::MatrixXd left = Eigen::MatrixXd::Zero(longer, k);
  left.topRows(k) = svd.matrixU();
  left.applyOnTheLeft(qr.householderQ());
  s_ = svd.singularValues();
  u_ = wide ? svd.matrixV() : left;
  vt_ = (wide ? left : svd.matrixV()).transpose();
  const double threshold = static_cast<double>(longer) * std::numeric_limits<double>::epsilon() * s_(0);
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

SpectralFactor::Parts SpectralFactor::parts(const Eigen::VectorXd& y) const {
  const Eigen::VectorXd c = u_.transpose() * y;
  return {c.array(), (y - u_ * c).squaredNorm()};
}

double SpectralFactor::gcv(const Parts& y, double lambda) const {
  const double n = static_cast<double>(u_.rows());
  const Eigen::ArrayXd left = lambda / (s_.array().square() + lambda);  // eigenvalues of I − H
  const double trace = n - static_cast<double>(s_.size()) + left.sum();
  return n * ((left * y.inside).square().sum() + y.outside) / (trace * trace);
}

double SpectralFactor::gcv(const Eigen::VectorXd& y, double lambda) const {
  return gcv(parts(y), lambda);
}

SpectralFactor::Choice SpectralFactor::choose_ridge(const Eigen::VectorXd& y) const {
  const double top = s_(0) * s_(0);
  if (top == 0) return {1, false, true};
  const Parts measured = parts(y);
  const auto value = [&](double exponent) { return gcv(measured, top * std::pow(10, exponent)); };
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
