#include "solver/kept_products.h"

#include <gtest/gtest.h>

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
    return j % 7 == step % 7 ? std::pow(10.0, (j * 13 + step * 5) % 6 - 3) : 1 + 0.01 * step;
  });
}

TEST(KeptProducts, AreThoseMadeAnewWhereNothingMayBeOff) {
  const MatrixXd x = normal_matrix(15, 40, 3);
  const VectorXd norms = x.colwise().squaredNorm();
  KeptProducts kept(x);
  for (int step = 0; step < 30; ++step) {
    const VectorXd weights = step < 10 ? weights_at(step) : VectorXd(weights_at(7 * step) * 1e-3);
    const MatrixXd made = kept.update(weights, 1, 0, norms),
                   expected = x * weights.asDiagonal() * x.transpose();
    const MatrixXd off = (made - expected).triangularView<Eigen::Lower>();
    EXPECT_LE(off.norm(), 1e-11 * expected.norm()) << step;
  }
}

TEST(KeptProducts, AreOffByNoMoreThanTheShareThatIsAllowed) {
  const MatrixXd x = MatrixXd::Identity(40, 40);  // X D Xᵀ shows D
  for (const double s : {0.1, 10.0}) {
    KeptProducts kept(x);
    bool any_off = false;
    for (int step = 0; step < 30; ++step) {
      const VectorXd weights = weights_at(step),
                     made = kept.update(weights, s, 0.25, VectorXd::Ones(40)).diagonal();
      for (Index j = 0; j < 40; ++j) {
        const double off = std::abs(made[j] - weights[j]);
        EXPECT_LE(off, std::max(0.25 * weights[j], 0.125 / s) * (1 + 1e-12)) << step << ' ' << j;
        any_off = any_off || off > 1e-6 * weights[j];
      }
    }
    EXPECT_TRUE(any_off) << "nothing was kept";
  }
}

}  // namespace
}  // namespace isr
