#include "baselines/omp.h"

#include <gtest/gtest.h>

#include <Eigen/QR>
#include <set>

#include "solver/test_problems.h"

namespace isr {
namespace {

TEST(Omp, RecoversASparseVectorExactlyFromAnIncoherentMatrix) {
  Eigen::MatrixXd a = normal_matrix(100, 300, 1);
  for (Eigen::Index j = 0; j < 300; ++j) a.col(j) *= std::pow(10, j % 5 - 2);  // lengths that differ 10⁴-fold
  const Eigen::VectorXd norms = a.colwise().norm(), truth = sparse_vector(300, 12, false, 2);
  // Scaled so that each column chosen contributes alike.
  const Eigen::VectorXd w = truth.cwiseQuotient(norms), y = a * w;
  const OmpResult result = omp(a, norms, y);
  EXPECT_TRUE(result.converged);
  EXPECT_EQ(result.support.size(), 12u);
  EXPECT_LT((result.w(300) - w).norm(), 1e-12 * w.norm());
}

TEST(Omp, EachStepProjectsOnTheColumnsChosenAndTakesTheOneMostAlikeTheRest) {
  const Eigen::MatrixXd a = normal_matrix(20, 50, 3);
  const Eigen::VectorXd norms = a.colwise().norm(), y = normal_vector(20, 4);
  Eigen::VectorXd residual = y;
  std::size_t step = 0;
  omp(a, norms, y, {8, 0}, [&](const auto& support, const Eigen::VectorXd& values) {
    Eigen::Index best;
    ((a.transpose() * residual).array().abs() / norms.array()).maxCoeff(&best);
    EXPECT_EQ(support.back(), best);
    EXPECT_EQ(support.size(), ++step);
    const Eigen::MatrixXd chosen = a(Eigen::all, support);
    const Eigen::VectorXd exact = chosen.householderQr().solve(y);
    EXPECT_LT((values - exact).norm(), 1e-12 * exact.norm());
    residual = y - chosen * exact;
    return true;
  });
  EXPECT_EQ(step, 8u);
}

TEST(Omp, StopsAtTheResidualAtTheColumnsAndWhenTheObserverSaysSo) {
  const Eigen::MatrixXd a = normal_matrix(20, 50, 3);
  const Eigen::VectorXd norms = a.colwise().norm(), y = normal_vector(20, 4);
  const OmpResult by_residual = omp(a, norms, y, {{}, 0.3});
  EXPECT_TRUE(by_residual.converged);
  EXPECT_LE(by_residual.relative_residual, 0.3);
  const auto fewer = static_cast<Eigen::Index>(by_residual.support.size()) - 1;
  EXPECT_GT(omp(a, norms, y, {fewer, 0.3}).relative_residual, 0.3);
  EXPECT_EQ(omp(a, norms, y, {5, 0}).support.size(), 5u);
  EXPECT_EQ(omp(a, norms, y, {0, 0}).support.size(), 0u);
  EXPECT_EQ(omp(a, norms, y, {}, [](const auto&, const auto&) { return false; }).support.size(), 1u);
  const OmpResult all = omp(a, norms, y, {{}, 1e-12});
  EXPECT_EQ(all.support.size(), 20u);
  EXPECT_EQ(std::set(all.support.begin(), all.support.end()).size(), 20u);
}

TEST(Omp, ZeroAndRepeatedColumnsAndZeroMeasurementsAreHarmless) {
  Eigen::MatrixXd a = normal_matrix(6, 8, 5);
  a.col(0).setZero();
  a.col(4) = a.col(1);
  a.rightCols(3) = a.middleCols(1, 3);
  const Eigen::VectorXd norms = a.colwise().norm(), y = normal_vector(6, 6);
  EXPECT_EQ(omp(a, norms, y).support.size(), 3u) << "three columns are independent";
  const OmpResult none = omp(a, norms, Eigen::VectorXd::Zero(6));
  EXPECT_TRUE(none.converged);
  EXPECT_EQ(none.w(8), Eigen::VectorXd::Zero(8));
}

}  // namespace
}  // namespace isr
