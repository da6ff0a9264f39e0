#include "solver/flow_limit.h"

#include <gtest/gtest.h>

#include <Eigen/Cholesky>
#include <string>
#include <vector>

#include "solver/flow_problems.h"

namespace isr {
namespace {

using Eigen::MatrixXd;
using Eigen::VectorXd;

struct AwkwardProblem {
  std::string name;
  MatrixXd x;
  VectorXd y;
};

// What users bring, and what breaks solvers.
std::vector<AwkwardProblem> awkward_problems() {
  const MatrixXd x = gaussian(15, 30, 1);
  const VectorXd w = sparse(30, 10, true), noise = gaussian(15, 1, 2).col(0);
  MatrixXd repeated = x;
  repeated.bottomRows(5) = x.topRows(5);
  VectorXd contradiction = repeated * w;
  contradiction.tail(5) += noise.head(5);
  MatrixXd zeros = x;
  zeros.row(3).setZero();
  zeros.col(0).setZero();
  const MatrixXd rank3 = gaussian(15, 3, 3) * gaussian(3, 30, 4);
  const MatrixXd tall = gaussian(30, 10, 5);
  const VectorXd tall_w = gaussian(10, 1, 6).col(0);
  return {{"sparse", x, x * w},
          {"nonnegative", x, x * w.cwiseAbs()},
          {"noise alone", x, noise},
          {"y = 0", x, VectorXd::Zero(15)},
          {"repeated rows", repeated, repeated * w},
          {"contradicting rows", repeated, contradiction},
          {"a zero row and column", zeros, zeros * w},
          {"rank 3", rank3, rank3 * w},
          {"rank 3 and noise", rank3, rank3 * w + noise},
          {"tall", tall, tall * tall_w},
          {"tall and noise", tall, tall * tall_w + gaussian(30, 1, 7).col(0)},
          {"one row", x.topRows(1), VectorXd::Constant(1, 2.5)},
          {"one column", tall.leftCols(1), 1.5 * tall.col(0)},
          {"one negative column", tall.leftCols(1), -1.5 * tall.col(0)},
          {"one number", MatrixXd::Constant(1, 1, 2), VectorXd::Constant(1, 3)},
          {"X = 0", MatrixXd::Zero(2, 3), VectorXd::Ones(2)}};
}

std::string name_of(const AwkwardProblem& problem, const Parametrization& network, const FlowEnd& flow) {
  return problem.name + ", depth " + std::to_string(network.depth) + ", " + to_string(network.model) +
         ", init " + std::to_string(network.init) + ": " + to_string(flow.status);
}

TEST(FlowLimit, EndsEveryAwkwardProblemWithAFiniteAnswer) {
  for (const AwkwardProblem& problem : awkward_problems())
    for (const int depth : {1, 2, 3, 5, 10})
      for (const Model model : {Model::signed_model, Model::nonnegative})
        for (const double init : {1e-12, 1e-3, 1e3})
          for (const double scale : {1e-6, 1.0, 1e6}) {
            const Parametrization network{depth, model, init};
            const FlowEnd flow = dense_limit(problem.x, scale * problem.y, network);
            ASSERT_TRUE(flow.w.allFinite()) << name_of(problem, network, flow) << ", scale " << scale;
            EXPECT_LT(flow.factorizations, 500) << name_of(problem, network, flow) << ", scale " << scale;
            // Where u^N and v^N of size 1e3 cancel to 1e-6, rounding keeps the residual above 1e-8.
            if (init > 1 && scale < 1) continue;
            EXPECT_TRUE(flow.status == Status::limit_reached || flow.status == Status::inconsistent)
                << name_of(problem, network, flow) << ", scale " << scale;
          }
}

TEST(FlowLimit, FollowsThePathOfAwkwardProblemsToTheEnd) {
  for (const AwkwardProblem& problem : awkward_problems())
    for (const int depth : {1, 2, 5})
      for (const Model model : {Model::signed_model, Model::nonnegative}) {
        FlowOptions options;
        options.network = {depth, model, 1e-3};
        options.tolerance = 1e-2;
        const FlowEnd flow = dense_flow(problem.x, problem.y, options);
        ASSERT_TRUE(flow.w.allFinite()) << name_of(problem, options.network, flow);
        EXPECT_TRUE(flow.status == Status::limit_reached || flow.status == Status::inconsistent)
            << name_of(problem, options.network, flow);
      }
}

TEST(FlowLimit, IsTheLeastSquaresFitOfContradictingMeasurements) {
  const MatrixXd x = gaussian(30, 10, 5);
  const VectorXd y = gaussian(30, 1, 6).col(0);
  const VectorXd fit = (x.transpose() * x).ldlt().solve(x.transpose() * y);
  for (const int depth : {1, 2, 3, 5}) {
    const FlowEnd flow = dense_limit(x, y, {depth, Model::signed_model, 1e-3});
    EXPECT_EQ(flow.status, Status::inconsistent) << depth;
    EXPECT_LT(relative_difference(flow.w, fit), 1e-6) << depth;
    EXPECT_NEAR(flow.certificate.residual, (x * fit - y).norm() / y.norm(), 1e-9) << depth;
  }
}

// A contradiction of a millionth, a hundred times the residual that is asked for.
TEST(FlowLimit, DoesNotCallMeasurementsMetThatNoWeightsMeet) {
  const MatrixXd x = gaussian(30, 10, 5);
  const VectorXd exact = x * gaussian(10, 1, 6).col(0), noise = gaussian(30, 1, 7).col(0);
  const VectorXd beyond = noise - x * (x.transpose() * x).ldlt().solve(x.transpose() * noise);
  const VectorXd y = exact + 1e-6 * exact.norm() / beyond.norm() * beyond;
  for (const int depth : {1, 2, 3, 5}) {
    const FlowEnd flow = dense_limit(x, y, {depth, Model::signed_model, 1e-3});
    EXPECT_EQ(flow.status, Status::inconsistent) << depth;
    EXPECT_NEAR(flow.certificate.residual, 1e-6, 1e-9) << depth;
  }
}

TEST(FlowLimit, SatisfiesTheConditionsOfNonnegativeLeastSquares) {
  const MatrixXd x = gaussian(30, 10, 5);
  const VectorXd y = x * gaussian(10, 1, 6).col(0);  // negative weights: no nonnegative w fits
  for (const int depth : {2, 3, 5, 10}) {
    const FlowEnd flow = dense_limit(x, y, {depth, Model::nonnegative, 1e-3});
    EXPECT_EQ(flow.status, Status::inconsistent) << depth;
    const VectorXd residual = x * flow.w - y, gradient = x.transpose() * residual;
    const double scale = x.norm() * residual.norm();
    EXPECT_GE(gradient.minCoeff(), -1e-6 * scale) << depth;
    EXPECT_GE(flow.w.minCoeff(), 0) << depth;
    EXPECT_LE(std::abs(gradient.dot(flow.w)), 1e-6 * scale * flow.w.norm()) << depth;
  }
}

TEST(FlowLimit, TendsToTheLeastL1NormAsTheStartShrinks) {
  // 20 measurements of 3 spikes: minimum ℓ1 recovers them; the start decides how near the limit comes.
  const MatrixXd x = gaussian(20, 40, 8);
  const VectorXd w = sparse(40, 16, true);
  for (const int depth : {2, 3, 5}) {
    double before = 10;
    for (const double init : {1e-1, 1e-3, 1e-6, 1e-9}) {
      const FlowEnd flow = dense_limit(x, x * w, {depth, Model::signed_model, init});
      const double error = relative_difference(flow.w, w);
      EXPECT_LT(error, before) << depth << ", " << init;
      before = error;
    }
    EXPECT_LT(before, 1e-3) << depth;
  }
}

TEST(FlowLimit, IsTheStartItselfWhenItFits) {
  const MatrixXd x = gaussian(10, 20, 9);
  const FlowEnd flow = dense_limit(x, VectorXd::Zero(10), {3, Model::signed_model, 1e-3});
  EXPECT_EQ(flow.status, Status::limit_reached);
  EXPECT_EQ(flow.w.norm(), 0);
}

TEST(FlowLimit, IsReachedInFewFactorizationsAtAnyDepthAndStart) {
  const MatrixXd x = gaussian(40, 80, 10);
  for (const int depth : {2, 3, 5, 10})
    for (const double init : {1e-12, 1e-6, 1e-3, 1.0})
      for (const Model model : {Model::signed_model, Model::nonnegative}) {
        const VectorXd w = sparse(80, 8, model == Model::signed_model);
        const FlowEnd flow = dense_limit(x, x * w, {depth, model, init});
        EXPECT_EQ(flow.status, Status::limit_reached);
        EXPECT_LT(flow.factorizations, 80) << depth << ", " << init << ", " << to_string(model);
      }
}

// Weights of the size of the residual that is left are no rounding: shrunk, they meet the measurements.
TEST(FlowLimit, IsNoMisfitAHairAwayFromTheMeasurements) {
  MatrixXd x(6, 6);
  x << 1, 1, 1, -1, -1, 1,    //
      1, 1, 1, -1, 1, 1,      //
      -1, 1, 1, -1, -1, 1,    //
      -1, -1, 1, -1, -1, 1,   //
      -1, -1, -1, 1, -1, -1,  //
      -1, 1, 1, -1, 1, -1;
  for (double init = 1e-12; init < 0.1; init *= 1.3) {
    const FlowEnd flow = dense_limit(x, 1.5855 * x.col(3), {2, Model::nonnegative, init});
    EXPECT_EQ(flow.status, Status::limit_reached) << init;
  }
}

// k of p weights above 0: nonnegative, they are the only ones that n random measurements allow from about
// n = k + (p − k)/2 on. Around that number limits of depth 2 once stalled.
TEST(FlowLimit, IsReachedNearTheThresholdOfUniqueness) {
  constexpr int p = 100;
  for (const int n : {70, 80})
    for (int seed = 0; seed < 20; ++seed)
      for (const int k : {2 * n - p - 16, 2 * n - p - 4, 2 * n - p + 4}) {
        const MatrixXd x = gaussian(n, p, seed).cwiseSign();
        VectorXd w = VectorXd::Zero(p);
        w.head(k) = gaussian(k, 1, seed).cwiseAbs();
        for (const double init : {1e-10, 1e-3}) {
          const FlowEnd flow = dense_limit(x, x * w, {2, Model::nonnegative, init});
          EXPECT_EQ(flow.status, Status::limit_reached) << n << ", " << seed << ", " << k << ", " << init;
          EXPECT_LT(flow.factorizations, 60) << n << ", " << seed << ", " << k << ", " << init;
        }
      }
}

}  // namespace
}  // namespace isr
