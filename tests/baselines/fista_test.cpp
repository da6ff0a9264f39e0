#include "baselines/fista.h"

#include <gtest/gtest.h>

#include "baselines/active_set.h"
#include "sensing/dense_matrix.h"
#include "sensing/ensembles.h"
#include "solver/test_problems.h"

namespace isr {
namespace {

double objective(const Eigen::MatrixXd& a, const Eigen::VectorXd& y, double lambda,
                 const Eigen::VectorXd& w) {
  return (a * w - y).squaredNorm() / (2 * double(y.size())) + lambda * w.lpNorm<1>();
}

class FistaTest : public testing::TestWithParam<bool> {};

TEST_P(FistaTest, AgreesWithTheActiveSetMethod) {
  const bool nonnegative = GetParam();
  const auto op = make_ensemble(Ensemble::gaussian, 60, 150, 5);
  const Eigen::MatrixXd a = op->dense();
  Eigen::MatrixXd truth(150, 2);
  truth << sparse_vector(150, 10, nonnegative, 6), sparse_vector(150, 20, nonnegative, 7);
  const Eigen::MatrixXf y = (a * truth).cast<float>();
  const Eigen::VectorXd lambda = Eigen::Vector2d(0.1, 0.01).cwiseProduct(largest_lambda(*op, y, nonnegative));

  FistaOptions options{nonnegative};
  options.tolerance = 1e-6;
  const FistaResult fista_result = fista(*op, y, lambda, options);
  EXPECT_TRUE(fista_result.converged);
  const Eigen::VectorXd norms = a.colwise().norm();
  for (Index b = 0; b < 2; ++b) {
    const Eigen::VectorXd target = y.col(b).cast<double>();
    ActiveSet exact(a, norms, target, {nonnegative});
    ASSERT_TRUE(exact.solve(lambda(b)));
    const Eigen::VectorXd w = fista_result.w.col(b).cast<double>();
    EXPECT_LT((w - exact.w()).norm(), 5e-3 * exact.w().norm());
    // The duality gap bounds how far the objective is above the least (up to single precision).
    const double least = objective(a, target, lambda(b), exact.w());
    const double scale = target.squaredNorm() / (2 * double(target.size()));
    EXPECT_LE((objective(a, target, lambda(b), w) - least) / scale, fista_result.gap(b) + 1e-6);
    EXPECT_GE((objective(a, target, lambda(b), w) - least) / scale, -1e-6);
    EXPECT_LE(fista_result.gap(b), 1e-6);
  }
}

INSTANTIATE_TEST_SUITE_P(Models, FistaTest, testing::Bool(),
                         [](const auto& test) { return test.param ? "nonnegative" : "signed"; });

TEST(Fista, LargestLambdaIsTheLeastThatGivesZero) {
  const auto op = make_ensemble(Ensemble::gaussian, 20, 50, 8);
  const Eigen::MatrixXf y = normal_matrix(20, 1, 9).cast<float>();
  for (const bool nonnegative : {false, true}) {
    const Eigen::VectorXd largest = largest_lambda(*op, y, nonnegative);
    FistaOptions options{nonnegative};
    options.tolerance = 1e-6;
    EXPECT_EQ(fista(*op, y, 1.001 * largest, options).w.norm(), 0);
    EXPECT_GT(fista(*op, y, 0.9 * largest, options).w.norm(), 0);
  }
}

TEST(Fista, StartAtTheSolutionNeedsFewIterations) {
  const auto op = make_ensemble(Ensemble::gaussian, 60, 150, 5);
  const Eigen::MatrixXf y = (op->dense() * sparse_vector(150, 10, false, 6)).cast<float>();
  const Eigen::VectorXd lambda = 0.05 * largest_lambda(*op, y);
  const FistaResult cold = fista(*op, y, lambda);
  EXPECT_GT(cold.iterations, 10);
  EXPECT_LE(fista(*op, y, lambda, {}, &cold.w).iterations, 3);
}

TEST(Fista, TooFewIterationsAreReported) {
  const auto op = make_ensemble(Ensemble::gaussian, 60, 150, 5);
  const Eigen::MatrixXf y = normal_matrix(60, 1, 9).cast<float>();
  FistaOptions options;
  options.iterations = 3;
  const FistaResult result = fista(*op, y, 0.01 * largest_lambda(*op, y), options);
  EXPECT_FALSE(result.converged);
  EXPECT_EQ(result.iterations, 3);
  EXPECT_TRUE(result.w.allFinite());
}

TEST(Fista, ZeroOperatorGivesZero) {
  const DenseMatrix zero(Eigen::MatrixXd(Eigen::MatrixXd::Zero(4, 6)));
  const FistaResult result = fista(zero, Eigen::MatrixXf::Ones(4, 1), Eigen::VectorXd::Ones(1));
  EXPECT_TRUE(result.converged);
  EXPECT_EQ(result.w.norm(), 0);
}

}  // namespace
}  // namespace isr
