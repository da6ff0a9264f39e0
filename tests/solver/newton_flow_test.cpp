#include "solver/newton_flow.h"

#include <gtest/gtest.h>

#include <Eigen/Cholesky>
#include <Eigen/Eigenvalues>
#include <utility>
#include <vector>

#include "base/allocation_counter.h"
#include "base/test_files.h"
#include "sensing/dense_matrix.h"
#include "solver/flow_problems.h"
#include "solver/matrix_free_newton.h"

namespace isr {
namespace {

using Eigen::MatrixXd;
using Eigen::VectorXd;

FlowOptions until(const Parametrization& network, double time, double tolerance = 1e-3) {
  FlowOptions options;
  options.network = network;
  options.end_time = time;
  options.tolerance = tolerance;
  return options;
}

TEST(NewtonFlow, AgreesWithSmallStepDescentAtTenTimesAlongThePath) {
  const MatrixXd x = gaussian(20, 40, 1);
  struct Case {
    int depth;
    double end, longest_step;
  };
  // Ends at which the residual has fallen, and steps with which descent is within 0.1 % of its flow.
  for (const Case& c :
       {Case{1, 2, 2e-4}, Case{2, 1, 1e-4}, Case{3, 1, 5e-5}, Case{5, 0.4, 1e-5}, Case{10, 0.2, 3e-6}})
    for (const Model model : {Model::signed_model, Model::nonnegative}) {
      const VectorXd y = x * sparse(40, 8, model == Model::signed_model);
      const Parametrization network{c.depth, model, 1e-2};
      NewtonFlow flow = dense_path(x, y, until(network, c.end, 2e-4));
      VectorXd u, v;
      MatrixXd w;
      for (int tenth = 1; tenth <= 10; ++tenth) {
        const double span = c.end / 10, time = tenth * span * (1 - 1e-12);
        const VectorXd descended =
            descend(x, y, network, span, static_cast<int>(std::ceil(span / c.longest_step)), u, v);
        while (flow.end_time() < time) ASSERT_TRUE(flow.advance());
        flow.w_at(time, w);
        EXPECT_LT(relative_difference(w, descended), 5e-3)
            << "depth " << c.depth << ", " << to_string(model) << ", tenth " << tenth;
      }
      EXPECT_LT(flow.residual(), 0.6) << "depth " << c.depth;
    }
}

TEST(NewtonFlow, FollowsTheClosedFormAtDepthOne) {
  // dw/dτ = −2·(2/n) Xᵀ(Xw − y), so w(τ) = Xᵀ (XXᵀ)⁻¹ (I − exp(−(4/n) XXᵀ τ)) y.
  const MatrixXd x = gaussian(10, 25, 2);
  const VectorXd y = gaussian(10, 1, 3).col(0);
  const Eigen::SelfAdjointEigenSolver<MatrixXd> eigen(x * x.transpose());
  for (const double time : {0.01, 0.1, 1.0}) {
    const VectorXd gains =
        (1 - (-4.0 / 10 * time * eigen.eigenvalues().array()).exp()) / eigen.eigenvalues().array();
    const VectorXd exact =
        x.transpose() * (eigen.eigenvectors() * gains.asDiagonal() * eigen.eigenvectors().transpose() * y);
    const FlowEnd flow = dense_flow(x, y, until({1, Model::signed_model, 1e-3}, time, 1e-5));
    EXPECT_LT(relative_difference(flow.w, exact), 1e-3) << time;
    EXPECT_EQ(flow.status, Status::finished);
    EXPECT_EQ(flow.flow_time, time);
  }
}

TEST(NewtonFlow, EndsAtTheMinimumNormSolutionAtDepthOne) {
  const MatrixXd x = gaussian(10, 25, 2);
  const VectorXd y = gaussian(10, 1, 3).col(0);
  const VectorXd least_norm = x.transpose() * Eigen::LLT<MatrixXd>(x * x.transpose()).solve(y);
  FlowOptions options;
  options.network = {1, Model::signed_model, 1e-3};
  EXPECT_LT(relative_difference(dense_flow(x, y, options).w, least_norm), 1e-7);
  EXPECT_LT(relative_difference(dense_limit(x, y, options.network).w, least_norm), 1e-7);
}

TEST(NewtonFlow, ConvergesWithItsToleranceAtSecondOrder) {
  const MatrixXd x = gaussian(15, 30, 4);
  const VectorXd y = x * sparse(30, 10, true);
  for (const int depth : {2, 3, 5}) {
    const Parametrization network{depth, Model::signed_model, 1e-2};
    double coarse_error = 0,
           fine_error = 0;  // the largest at some times: at one alone it may be small by luck
    for (const double end : {0.3, 0.5, 0.8}) {
      const VectorXd exact = dense_flow(x, y, until(network, end, 1e-8)).w;
      const FlowEnd coarse = dense_flow(x, y, until(network, end, 1e-4));
      const FlowEnd fine = dense_flow(x, y, until(network, end, 1e-6));
      coarse_error = std::max(coarse_error, relative_difference(coarse.w, exact));
      fine_error = std::max(fine_error, relative_difference(fine.w, exact));
      // The error of a step is O(h³): a hundredth of it takes 100^(1/3) = 4.6 times the steps.
      const double steps = static_cast<double>(fine.steps) / static_cast<double>(coarse.steps);
      EXPECT_GT(steps, 3) << depth;
      EXPECT_LT(steps, 7) << depth;
    }
    EXPECT_LT(coarse_error, 1e-2) << depth;
    EXPECT_LT(fine_error, coarse_error / 5) << depth;
  }
}

TEST(NewtonFlow, IsAsAccurateBetweenItsStepsAsAtThem) {
  const MatrixXd x = gaussian(15, 30, 4);
  const VectorXd y = x * sparse(30, 10, true);
  for (const int depth : {2, 3, 5}) {
    const Parametrization network{depth, Model::signed_model, 1e-2};
    std::vector<std::pair<double, VectorXd>> between;
    dense_flow(x, y, until(network, 0.5, 1e-4), [&](const NewtonFlow& flow) {
      if (flow.steps() % 4 != 0) return;
      const double middle = (flow.begin_time() + flow.end_time()) / 2;
      MatrixXd w;
      flow.w_at(middle, w);
      between.emplace_back(middle, w);
    });
    ASSERT_GE(between.size(), 3u);
    for (const auto& [time, w] : between) {
      const VectorXd exact = dense_flow(x, y, until(network, time, 1e-7)).w;
      EXPECT_LT(relative_difference(w, exact), 5e-3) << depth << " at " << time;
    }
  }
}

TEST(NewtonFlow, CertifiesItsLimit) {
  const MatrixXd x = gaussian(20, 40, 5);
  const VectorXd y = x * sparse(40, 8, true);
  for (const int depth : {1, 2, 3, 5, 10})
    for (const bool path : {true, false}) {
      FlowOptions options;
      options.network = {depth, Model::signed_model, 1e-4};
      options.tolerance = 1e-2;
      const FlowEnd flow = path ? dense_flow(x, y, options) : dense_limit(x, y, options.network);
      EXPECT_EQ(flow.status, Status::limit_reached) << depth;
      EXPECT_LE(flow.certificate.residual, 1e-8) << depth;
      EXPECT_LT(flow.certificate.map_mismatch, 1e-6) << depth;
      // The same, from scratch.
      EXPECT_LE((x * flow.w - y).norm(), 1.01e-8 * y.norm()) << depth;
      const MirrorMap map(options.network);
      VectorXd again;
      map.weights(map.point(x.transpose() * flow.lambda), again);
      EXPECT_LT(relative_difference(again, flow.w), 1e-6) << depth;
    }
}

TEST(NewtonFlow, ReachesTheSameLimitWithAndWithoutItsPath) {
  const MatrixXd x = gaussian(20, 40, 5);
  const VectorXd y = x * sparse(40, 4, true);
  for (const int depth : {2, 3, 5, 10})
    for (const double init : {1e-5, 1e-2, 10.0}) {
      FlowOptions options;
      options.network = {depth, Model::signed_model, init};
      options.tolerance = 1e-2;
      const FlowEnd limit = dense_limit(x, y, options.network);
      EXPECT_TRUE(std::isinf(limit.flow_time));
      EXPECT_LT(relative_difference(limit.w, dense_flow(x, y, options).w), 1e-5) << depth << ", " << init;
    }
}

TEST(NewtonFlow, FinishesAPathThatHasBegunStepByStep) {
  const MatrixXd x = gaussian(20, 40, 5);
  const VectorXd y = x * sparse(40, 4, true);
  NewtonFlow flow = dense_path(x, y, {});
  ASSERT_TRUE(flow.advance());
  flow.finish();
  EXPECT_EQ(flow.status(), Status::limit_reached);
  EXPECT_LT(flow.end_time(), std::numeric_limits<double>::infinity());
  EXPECT_FALSE(flow.advance());
  EXPECT_LT(relative_difference(end_of(flow).w, dense_limit(x, y, FlowOptions().network).w), 1e-4);
}

TEST(NewtonFlow, IsTheSameWithoutAMatrix) {
  const MatrixXd x = gaussian(30, 60, 6).cast<float>().cast<double>();
  const DenseMatrix op(x);
  for (const int depth : {1, 2, 3, 5, 10})
    for (const Model model : {Model::signed_model, Model::nonnegative}) {
      const VectorXd y = x * sparse(60, 12, model == Model::signed_model);
      const FlowOptions options = until({depth, model, 1e-3}, 0.5, 1e-4);
      NewtonFlow flow(make_matrix_free_newton(op, squared_column_norms(op)), y, options);
      flow.finish();
      EXPECT_LT(relative_difference(end_of(flow).w, dense_flow(x, y, options).w), 3e-3)
          << depth << ' ' << to_string(model);
    }
}

TEST(NewtonFlow, ReachesASinglePrecisionLimitWithoutAMatrix) {
  const MatrixXd x = gaussian(30, 60, 6).cast<float>().cast<double>();
  const DenseMatrix op(x);
  const VectorXd y = x * sparse(60, 12, true);
  for (const int depth : {2, 3, 5}) {
    FlowOptions options;
    options.network = {depth, Model::signed_model, 1e-3};
    NewtonFlow path(make_matrix_free_newton(op, squared_column_norms(op)), y, options);
    path.finish();
    const FlowEnd flow = end_of(path);
    EXPECT_EQ(flow.status, Status::limit_reached) << depth;
    EXPECT_LE(flow.certificate.residual, 1e-6) << depth;
    EXPECT_LT(relative_difference(flow.w, dense_limit(x, y, options.network).w), 1e-2) << depth;
  }
}

TEST(NewtonFlow, CrossesLongPlateausInFewSteps) {
  // From w0 = 1e-8 at depth 3 the residual stays for a long time.
  const MatrixXd x = gaussian(30, 60, 7);
  const VectorXd y = x * sparse(60, 30, false);
  FlowOptions options;
  options.network = {3, Model::nonnegative, 1e-8};
  double plateau = 0;
  std::int64_t steps = 0;
  const FlowEnd flow = dense_flow(x, y, options, [&](const NewtonFlow& path) {
    if (path.residual() > 0.99) plateau = path.end_time(), steps = path.steps();
  });
  EXPECT_EQ(flow.status, Status::limit_reached);
  EXPECT_GT(plateau, 10);
  EXPECT_LT(steps, 60);
}

TEST(NewtonFlow, TakesNoMemoryOnceWarm) {
  const OneThread one_thread;
  const MatrixXd x = gaussian(20, 40, 5);
  const DenseMatrix op(x);
  const VectorXd y = x * sparse(40, 4, false);
  for (const int depth : {1, 2, 3, 5})
    for (const Model model : {Model::signed_model, Model::nonnegative})
      for (const double end : {1.0, std::numeric_limits<double>::infinity()})
        for (const bool by_matrix : {true, false}) {
          NewtonFlow flow(by_matrix ? make_dense_newton(std::make_shared<PreparedMatrix>(x))
                                    : make_matrix_free_newton(op, squared_column_norms(op)),
                          y, until({depth, model, 1e-2}, end, 1e-4));
          for (int step = 0; step < 6; ++step) ASSERT_TRUE(flow.advance());
          const std::size_t before = allocations_so_far();
          for (int step = 0; step < 10; ++step) ASSERT_TRUE(flow.advance());
          EXPECT_EQ(allocations_so_far() - before, 0u) << depth << ' ' << to_string(model) << ' ' << end;
        }
}

TEST(NewtonFlow, RefusesMeasurementsOfAnotherNumber) {
  for (const int rows : {5, 20}) {  // of full rank, and not
    const MatrixXd x = gaussian(rows, 10, 1);
    const auto message = [&](int count) {
      return error_of([&] { dense_path(x, VectorXd::Ones(count), {}); });
    };
    EXPECT_EQ(message(rows), "no exception");
    EXPECT_EQ(message(10),
              "y must have a row for each of the " + std::to_string(rows) + " rows of X; it has 10");
  }
}

TEST(NewtonFlow, RefusesOptionsOutOfRange) {
  const auto refused = [](auto change) {
    FlowOptions options;
    change(options);
    EXPECT_THROW(options.validate(), UsageError);
  };
  refused([](FlowOptions& options) { options.end_time = -1; });
  refused([](FlowOptions& options) { options.tolerance = 0; });
  refused([](FlowOptions& options) { options.limit_residual = 1; });
  refused([](FlowOptions& options) { options.network.init = -1; });
}

}  // namespace
}  // namespace isr
