#include "solver/kept_products.h"

#include <gtest/gtest.h>

#include <Eigen/Eigenvalues>
#include <algorithm>
#include <cmath>

#include "solver/test_problems.h"

namespace isr {
namespace {

using Eigen::Index;
using Eigen::MatrixXd;
using Eigen::VectorXd;

// D as a path changes it: most of it little, some weights by orders of magnitude, up and down.
VectorXd weights_at(int step) {
  return VectorXd::NullaryExpr(40, [&](Index j) {
    return j % 7 == step % 7 ? std::pow(10.0, (j * 13 + step * 5) % 6 - 3) : 1 + 0.002 * step;
  });
}

TEST(KeptProducts, AreThoseMadeAnewWhereNothingMayBeOff) {
  const MatrixXd x = normal_matrix(15, 40, 3);
  const VectorXd norms = x.colwise().squaredNorm();
  KeptProducts kept(x);
  DenseWorkspace workspace;
  for (int step = 0; step < 30; ++step) {
    const VectorXd weights = step < 10 ? weights_at(step) : VectorXd(weights_at(7 * step) * 1e-3);
    const MatrixXd made = kept.update(weights, 1, 0, norms, workspace),
                   expected = x * weights.asDiagonal() * x.transpose();
    const MatrixXd off = (made - expected).triangularView<Eigen::Lower>();
    EXPECT_LE(off.norm(), 1e-11 * expected.norm()) << step;
  }
}

// The largest |vᵀ(A − M)v| / vᵀM v.
double share_off(const MatrixXd& a, const MatrixXd& m) {
  const Eigen::GeneralizedSelfAdjointEigenSolver<MatrixXd> solver(a - m, m, Eigen::EigenvaluesOnly);
  return solver.eigenvalues().cwiseAbs().maxCoeff();
}

TEST(KeptProducts, AreOffByNoMoreThanTheShareThatIsAllowed) {
  const Index n = 15, p = 40;
  const MatrixXd x = normal_matrix(n, p, 3);
  const VectorXd norms = x.colwise().squaredNorm();
  for (const double share : {0.25, 0.01}) {
    KeptProducts kept(x);
    DenseWorkspace workspace;
    double worst = 0;
    for (int step = 0; step < 60; ++step) {
      const double s = std::pow(10.0, step / 7 - 3);
      const VectorXd weights = weights_at(step);
      const MatrixXd made = kept.update(weights, s, share, norms, workspace).selfadjointView<Eigen::Lower>();
      const MatrixXd one = MatrixXd::Identity(n, n), m = one + s * x * weights.asDiagonal() * x.transpose();
      const double off = share_off(one + s * made, m);
      EXPECT_LE(off, share) << step;
      worst = std::max(worst, off);
    }
    EXPECT_GT(worst, 0.1 * share) << "nothing was kept";
  }
}

// Weights of very different sizes, whose columns are too few to span the space: what single precision leaves
// beside the largest of them would drown the identity.
TEST(KeptProducts, RoundNothingThatDrownsTheIdentity) {
  const Index n = 60, p = 80;
  const MatrixXd x = normal_matrix(n, p, 4);
  const VectorXd norms = x.colwise().squaredNorm();
  KeptProducts kept(x);
  DenseWorkspace workspace;
  double s = 1e-2;
  bool rounded = false;
  for (int step = 0; step < 10; ++step, s *= 10) {
    const VectorXd weights = VectorXd::NullaryExpr(p, [&](Index j) {
      return j < 20 ? 1 + 1e-3 * step : std::pow(10.0, -static_cast<double>(j % 7) - step);
    });
    const MatrixXd made = kept.update(weights, s, 0.1, norms, workspace).selfadjointView<Eigen::Lower>();
    const MatrixXd one = MatrixXd::Identity(n, n), products = x * weights.asDiagonal() * x.transpose();
    EXPECT_LE(share_off(one + s * made, one + s * products), 0.1) << step;
    rounded = rounded || (made - products).norm() > 1e-12 * products.norm();
  }
  EXPECT_TRUE(rounded);
}

}  // namespace
}  // namespace isr
