#include "baselines/spectral.h"

#include <gtest/gtest.h>

#include <Eigen/Dense>
#include <limits>

#include "base/error.h"
#include "sensing/ensembles.h"
#include "solver/test_problems.h"

namespace isr {
namespace {

using Eigen::Index;

// Of a random matrix with this many independent rows and columns.
Eigen::MatrixXd of_rank(Index n, Index p, Index rank) {
  return normal_matrix(n, rank, 1) * normal_matrix(rank, p, 2);
}

// w is the least-squares solution of least norm exactly when Aᵀ(Aw − y) = 0 and w lies in the row space of A.
void expect_minimum_norm(const Eigen::MatrixXd& a, const Eigen::VectorXd& y, const Eigen::VectorXd& w) {
  EXPECT_LT((a.transpose() * (a * w - y)).norm(), 1e-11 * a.norm() * y.norm());
  const Eigen::VectorXd x = a.transpose().completeOrthogonalDecomposition().solve(w);
  EXPECT_LT((a.transpose() * x - w).norm(), 1e-11 * w.norm());
}

TEST(LeastSquares, SolvesTheNormalEquationsAndLiesInTheRowSpace) {
  for (const auto& [n, p, rank] : {std::tuple<Index, Index, Index>{10, 30, 10},
                                   {30, 10, 10},
                                   {12, 12, 12},
                                   {10, 30, 4},
                                   {30, 10, 4},
                                   {1, 5, 1},
                                   {5, 1, 1}}) {
    const Eigen::MatrixXd a = of_rank(n, p, rank);
    const Eigen::VectorXd y = normal_vector(n, 3);
    const SpectralFactor factor(a);
    EXPECT_EQ(factor.rank(), rank);
    expect_minimum_norm(a, y, factor.least_squares(y));
  }
}

TEST(LeastSquares, ZeroMatrixGivesZero) {
  const SpectralFactor factor(Eigen::MatrixXd::Zero(3, 5));
  EXPECT_EQ(factor.rank(), 0);
  EXPECT_EQ(factor.least_squares(Eigen::VectorXd::Ones(3)), Eigen::VectorXd::Zero(5));
  const auto choice = factor.choose_ridge(Eigen::VectorXd::Ones(3));
  EXPECT_EQ(factor.ridge(Eigen::VectorXd::Ones(3), choice.lambda), Eigen::VectorXd::Zero(5));
}

TEST(LeastSquares, GivesThePapersDigitsTheKnownErrors) {
  const Eigen::MatrixXd digits = first_digits(3);
  const Eigen::MatrixXd a = make_ensemble(Ensemble::biased_sign, 392, 784, 42)->dense();
  const SpectralFactor factor(a);
  const double expected[] = {13.0, 12.7, 14.6};  // dB, unclipped, by NumPy's least squares
  for (Index b = 0; b < 3; ++b) {
    const Eigen::VectorXd w = factor.least_squares(a * digits.col(b));
    EXPECT_NEAR(-10 * std::log10((w - digits.col(b)).squaredNorm() / 784), expected[b], 0.05);
  }
}

TEST(Ridge, SolvesItsNormalEquations) {
  for (const auto& [n, p] : {std::pair<Index, Index>{10, 30}, {30, 10}}) {
    const Eigen::MatrixXd a = normal_matrix(n, p, 4);
    const Eigen::VectorXd y = normal_vector(n, 5);
    const SpectralFactor factor(a);
    for (const double lambda : {1e-3, 1.0, 1e3}) {
      const Eigen::VectorXd w = factor.ridge(y, lambda);
      EXPECT_LT((a.transpose() * (a * w - y) + lambda * w).norm(), 1e-11 * (a.transpose() * y).norm());
    }
  }
}

// From the definition: n ‖(I − H) y‖² / tr(I − H)² with H = A (AᵀA + λI)⁻¹ Aᵀ.
TEST(Gcv, EqualsItsDefinitionWithTheHatMatrix) {
  for (const auto& [n, p] : {std::pair<Index, Index>{10, 30}, {30, 10}}) {
    const Eigen::MatrixXd a = normal_matrix(n, p, 6);
    const Eigen::VectorXd y = normal_vector(n, 7);
    const SpectralFactor factor(a);
    for (const double lambda : {1e-2, 1.0, 1e2}) {
      const Eigen::MatrixXd normal = a.transpose() * a + lambda * Eigen::MatrixXd::Identity(p, p);
      const Eigen::MatrixXd rest = Eigen::MatrixXd::Identity(n, n) - a * normal.ldlt().solve(a.transpose());
      const double expected = double(n) * (rest * y).squaredNorm() / std::pow(rest.trace(), 2);
      EXPECT_NEAR(factor.gcv(y, lambda) / expected, 1, 1e-9);
    }
  }
}

// For a circulant matrix all H_ii are equal, and GCV is the mean squared error of leaving one out.
TEST(Gcv, EqualsBruteForceLeaveOneOutForACirculantMatrix) {
  const Index n = 12;
  const Eigen::VectorXd first = normal_vector(n, 8), y = normal_vector(n, 9);
  const Eigen::MatrixXd a =
      Eigen::MatrixXd::NullaryExpr(n, n, [&](Index i, Index j) { return first((i - j + n) % n); });
  const double lambda = 0.7;
  double sum = 0;
  for (Index left_out = 0; left_out < n; ++left_out) {
    Eigen::MatrixXd kept = a;
    Eigen::VectorXd target = y;
    kept.row(left_out).setZero();
    target(left_out) = 0;
    const Eigen::MatrixXd normal = kept.transpose() * kept + lambda * Eigen::MatrixXd::Identity(n, n);
    const Eigen::VectorXd w = normal.ldlt().solve(kept.transpose() * target);
    sum += std::pow(a.row(left_out).dot(w) - y(left_out), 2);
  }
  EXPECT_NEAR(SpectralFactor(a).gcv(y, lambda) / (sum / double(n)), 1, 1e-10);
}

TEST(Ridge, ChosenLambdaMinimisesGcvAndFollowsTheNoise) {
  const Eigen::MatrixXd a = normal_matrix(60, 40, 10);
  const Eigen::VectorXd truth = normal_vector(40, 11), noise = normal_vector(60, 12);
  const SpectralFactor factor(a);
  double previous = 0;
  for (const double sigma : {0.3, 3.0, 30.0}) {
    const Eigen::VectorXd y = a * truth + sigma * noise;
    const auto choice = factor.choose_ridge(y);
    EXPECT_GT(choice.lambda, previous);
    previous = choice.lambda;
    if (choice.at_upper_end || choice.at_lower_end) continue;
    for (const double factor_of : {0.5, 0.98, 1.02, 2.0})
      EXPECT_LE(factor.gcv(y, choice.lambda), factor.gcv(y, factor_of * choice.lambda));
  }
  EXPECT_TRUE(factor.choose_ridge(a * truth).at_lower_end) << "no noise, n > p: no ridge";
}

TEST(SpectralFactor, RefusesValuesThatAreNotFinite) {
  Eigen::MatrixXd a = Eigen::MatrixXd::Ones(2, 2);
  a(1, 0) = std::numeric_limits<double>::quiet_NaN();
  EXPECT_THROW(SpectralFactor{a}, Error);
}

}  // namespace
}  // namespace isr
