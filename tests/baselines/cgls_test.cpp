#include "baselines/cgls.h"

#include <gtest/gtest.h>

#include "baselines/spectral.h"
#include "sensing/dense_matrix.h"
#include "sensing/ensembles.h"
#include "solver/test_problems.h"

namespace isr {
namespace {

Eigen::VectorXd no_ridge(Index columns) {
  return Eigen::VectorXd::Zero(columns);
}

TEST(Cgls, AgreesWithTheDecompositionForWideAndTallOperators) {
  for (const auto& [n, p] : {std::pair<Index, Index>{40, 100}, {100, 40}}) {
    const auto op = make_ensemble(Ensemble::gaussian, n, p, 1);
    const SpectralFactor factor(op->dense());
    const Eigen::MatrixXf y = normal_matrix(n, 3, 2).cast<float>();
    for (const double ridge : {0.0, 5.0}) {
      const CglsResult result = cgls(*op, y, Eigen::VectorXd::Constant(3, ridge), {1e-6, 1000});
      EXPECT_TRUE(result.converged);
      for (Index b = 0; b < 3; ++b) {
        const Eigen::VectorXd target = y.col(b).cast<double>();
        const Eigen::VectorXd exact = ridge > 0 ? factor.ridge(target, ridge) : factor.least_squares(target);
        EXPECT_LT((result.w.col(b).cast<double>() - exact).norm(), 2e-5 * exact.norm());
      }
    }
  }
}

TEST(Cgls, OneStepSolvesOrthonormalRows) {
  DenseMatrix::RowMajor rows = DenseMatrix::RowMajor::Zero(3, 8);
  rows(0, 1) = rows(1, 4) = rows(2, 7) = 1;
  const CglsResult result = cgls(DenseMatrix(rows), Eigen::Vector3f(1, 2, 3), no_ridge(1));
  EXPECT_EQ(result.iterations, 1);
  EXPECT_TRUE(result.converged);
  EXPECT_EQ(result.w, rows.transpose() * Eigen::Vector3f(1, 2, 3));
}

TEST(Cgls, ZeroColumnBesideOthersStaysZero) {
  const auto op = make_ensemble(Ensemble::gaussian, 10, 20, 3);
  Eigen::MatrixXf y = normal_matrix(10, 2, 4).cast<float>();
  y.col(0).setZero();
  const CglsResult result = cgls(*op, y, no_ridge(2));
  EXPECT_TRUE(result.converged);
  EXPECT_EQ(result.w.col(0).norm(), 0);
  EXPECT_GT(result.w.col(1).norm(), 0);
}

TEST(Cgls, TooFewIterationsAreReported) {
  const auto op = make_ensemble(Ensemble::gaussian, 40, 50, 3);
  const CglsResult result = cgls(*op, normal_matrix(40, 1, 4).cast<float>(), no_ridge(1), {1e-6, 2});
  EXPECT_FALSE(result.converged);
  EXPECT_EQ(result.iterations, 2);
}

}  // namespace
}  // namespace isr
