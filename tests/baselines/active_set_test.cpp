#include "baselines/active_set.h"

#include <gtest/gtest.h>

#include "baselines/fista.h"
#include "sensing/ensembles.h"
#include "solver/test_problems.h"

namespace isr {
namespace {

struct Fit {
  Eigen::VectorXd w;
  bool converged;
};

Fit solve(const Eigen::MatrixXd& a, const Eigen::VectorXd& y, double lambda, bool nonnegative) {
  const Eigen::VectorXd norms = a.colwise().norm();
  ActiveSet solver(a, norms, y, {nonnegative});
  const bool converged = solver.solve(lambda);
  EXPECT_LE((y - a * solver.w() - solver.residual()).norm(), 1e-12 * y.norm());
  return {solver.w(), converged};
}

// The Karush–Kuhn–Tucker conditions, necessary and sufficient since the problem is convex: on the support
// a_jᵀr = nλ·sign(w_j), elsewhere |a_jᵀr| <= nλ (nonnegative: a_jᵀr <= nλ, w >= 0).
void expect_optimal(const Eigen::MatrixXd& a, const Eigen::VectorXd& y, double lambda, bool nonnegative,
                    const Eigen::VectorXd& w) {
  const Eigen::VectorXd pull = a.transpose() * (y - a * w);
  const double penalty = lambda * static_cast<double>(y.size());
  for (Index j = 0; j < a.cols(); ++j) {
    const double tolerance = 2e-10 * a.col(j).norm() * y.norm();
    if (w(j) != 0) {
      EXPECT_NEAR(pull(j), w(j) > 0 ? penalty : -penalty, tolerance) << j;
    } else {
      EXPECT_LE(nonnegative ? pull(j) : std::abs(pull(j)), penalty + tolerance) << j;
    }
  }
  if (nonnegative) {
    EXPECT_GE(w.minCoeff(), 0);
  }
}

struct Shape {
  Index n, p;
};

class ActiveSetTest : public testing::TestWithParam<Shape> {
 protected:
  Eigen::MatrixXd a_ = normal_matrix(GetParam().n, GetParam().p, 11);
  Eigen::VectorXd y_ = normal_vector(GetParam().n, 12);
};

TEST_P(ActiveSetTest, NnlsSatisfiesTheOptimalityConditions) {
  const Fit fit = solve(a_, y_, 0, true);
  EXPECT_TRUE(fit.converged);
  expect_optimal(a_, y_, 0, true, fit.w);
}

TEST_P(ActiveSetTest, LassoSatisfiesTheOptimalityConditionsAlongThePath) {
  const Eigen::VectorXd norms = a_.colwise().norm();
  const double largest = (a_.transpose() * y_).lpNorm<Eigen::Infinity>() / double(y_.size());
  for (const bool nonnegative : {false, true}) {
    ActiveSet path(a_, norms, y_, {nonnegative});
    for (const double ratio : {1.01, 0.9, 0.5, 0.1, 1e-2, 1e-4}) {
      ASSERT_TRUE(path.solve(ratio * largest));
      expect_optimal(a_, y_, ratio * largest, nonnegative, path.w());
      if (ratio > 1) {
        EXPECT_EQ(path.support(), 0);
      }
    }
  }
}

TEST_P(ActiveSetTest, WarmStartAndColdStartReachTheSameSolution) {
  const Eigen::VectorXd norms = a_.colwise().norm();
  const double largest = (a_.transpose() * y_).lpNorm<Eigen::Infinity>() / double(y_.size());
  ActiveSet warm(a_, norms, y_);
  for (const double ratio : {0.5, 0.3, 0.02, 0.1}) ASSERT_TRUE(warm.solve(ratio * largest));
  EXPECT_LT((warm.w() - solve(a_, y_, 0.1 * largest, false).w).norm(), 1e-9);
}

INSTANTIATE_TEST_SUITE_P(Shapes, ActiveSetTest,
                         testing::Values(Shape{1, 1}, Shape{1, 7}, Shape{20, 5}, Shape{20, 20}, Shape{15, 60},
                                         Shape{40, 1000}),
                         [](const auto& test) {
                           return std::to_string(test.param.n) + "x" + std::to_string(test.param.p);
                         });

// An oracle of another kind: projected gradients, slow and simple.
TEST(Nnls, AgreesWithProjectedGradients) {
  const Eigen::MatrixXd a = normal_matrix(30, 20, 21);
  const Eigen::VectorXd y = normal_vector(30, 22);
  const double step = 1 / (a.transpose() * a).trace();
  Eigen::VectorXd w = Eigen::VectorXd::Zero(20);
  for (int i = 0; i < 200000; ++i) w = (w - step * (a.transpose() * (a * w - y))).cwiseMax(0.0);
  const Fit fit = solve(a, y, 0, true);
  EXPECT_GT((fit.w.array() > 0).count(), 2);
  EXPECT_GT((fit.w.array() == 0).count(), 2);
  EXPECT_LT((fit.w - w).norm(), 1e-10);
}

TEST(Lasso, AgreesWithSoftThresholdingWhenColumnsAreOrthogonal) {
  const Index n = 8;
  const Eigen::MatrixXd a = 3 * Eigen::MatrixXd::Identity(n, n);
  const Eigen::VectorXd y = normal_vector(n, 31);
  const double lambda = 0.2, penalty = lambda * n;
  const Fit fit = solve(a, y, lambda, false);
  for (Index j = 0; j < n; ++j) {
    const double z = 3 * y(j);
    EXPECT_NEAR(fit.w(j), (z > penalty ? z - penalty : z < -penalty ? z + penalty : 0) / 9, 1e-14);
  }
}

TEST(Nnls, RepeatedZeroAndDependentColumnsDoNotDisturbIt) {
  Eigen::MatrixXd a = normal_matrix(12, 30, 41);
  a.col(3) = a.col(2);
  a.col(4).setZero();
  a.col(5) = a.col(6) + a.col(7);
  const Eigen::VectorXd y = a * sparse_vector(30, 12, true, 42);
  const Fit fit = solve(a, y, 0, true);
  EXPECT_TRUE(fit.converged);
  expect_optimal(a, y, 0, true, fit.w);
  EXPECT_EQ(fit.w(4), 0);
}

TEST(Lasso, RepeatedColumnsDoNotDisturbIt) {
  Eigen::MatrixXd a = normal_matrix(12, 30, 43);
  a.rightCols(15) = -a.leftCols(15);
  const Eigen::VectorXd y = normal_vector(12, 44);
  for (const double lambda : {0.3, 1e-3, 1e-6}) {
    const Fit fit = solve(a, y, lambda, false);
    EXPECT_TRUE(fit.converged);
    expect_optimal(a, y, lambda, false, fit.w);
  }
}

TEST(Nnls, ZeroMeasurementsGiveZero) {
  const Fit fit = solve(normal_matrix(5, 9, 51), Eigen::VectorXd::Zero(5), 0, true);
  EXPECT_TRUE(fit.converged);
  EXPECT_EQ(fit.w, Eigen::VectorXd::Zero(9));
}

TEST(Nnls, TooFewChangesAreReportedAndLeaveAUsableSolution) {
  const Eigen::MatrixXd a = normal_matrix(40, 80, 61);
  const Eigen::VectorXd norms = a.colwise().norm(), y = a * sparse_vector(80, 30, true, 62);
  ActiveSetOptions options{true};
  options.max_changes = 3;
  ActiveSet solver(a, norms, y, options);
  EXPECT_FALSE(solver.solve(0));
  EXPECT_LT(solver.residual().norm(), y.norm());
  EXPECT_GE(solver.w().minCoeff(), 0);
}

TEST(Nnls, RecoversThePapersDigitsExactly) {
  const Eigen::MatrixXd digits = first_digits(3);
  const Eigen::MatrixXd a = make_ensemble(Ensemble::biased_sign, 392, 784, 42)->dense();
  ASSERT_EQ(a.sum(), -153572);
  for (Index b = 0; b < 3; ++b) {
    const Fit fit = solve(a, a * digits.col(b), 0, true);
    EXPECT_LT((fit.w - digits.col(b)).norm(), 1e-12 * digits.col(b).norm());
  }
}

TEST(Nnls, WorksInADictionaryFarWiderThanTall) {
  const Eigen::MatrixXd a = normal_matrix(196, 12000, 71);
  const Eigen::VectorXd truth = sparse_vector(12000, 20, true, 72), y = a * truth;
  const Fit fit = solve(a, y, 0, true);
  EXPECT_TRUE(fit.converged);
  EXPECT_LT((fit.w - truth).norm(), 1e-12 * truth.norm());
}

}  // namespace
}  // namespace isr
