#include "solver/matrix_free_descent.h"

#include <gtest/gtest.h>

#include <Eigen/Dense>
#include <cmath>

#include "base/error.h"
#include "base/parallel.h"
#include "sensing/basis.h"
#include "sensing/composite_operator.h"
#include "sensing/dense_matrix.h"
#include "sensing/operator_checks.h"
#include "sensing/structured_operators.h"
#include "solver/adaptive_flow.h"
#include "solver/exact_flow.h"
#include "solver/gradient_descent.h"

namespace isr {
namespace {

constexpr Index n = 60, p = 160;

// Two columns of measurements of sparse coefficients whose expected sizes span an order of magnitude.
struct ScaledProblem {
  explicit ScaledProblem(Model model)
      : entries(random_columns(n, p, "entries")),
        scale(Eigen::VectorXf::LinSpaced(p, 0.3f, 3.0f)),
        plain(entries),
        scaled(DenseMatrix::RowMajor(entries * scale.asDiagonal())),
        y(n, 2) {
    RandomStream random = RandomStream::named(5, "sparse");
    Eigen::MatrixXf w = Eigen::MatrixXf::Zero(p, 2);
    for (Index k = 0; k < 16; ++k)
      w(static_cast<Index>(random.below(p)), k % 2) =
          static_cast<float>(0.5 + random.uniform()) * (model == Model::nonnegative || k % 3 ? 1 : -1);
    scaled.apply(w, y);
  }

  DenseMatrix::RowMajor entries;
  Eigen::VectorXf scale;
  DenseMatrix plain, scaled;
  Eigen::MatrixXf y;
};

MatrixFreeDescentOptions options_of(int depth, Model model, double init) {
  MatrixFreeDescentOptions options;
  options.network = {depth, model, init};
  return options;
}

class MatrixFreeDescent : public testing::TestWithParam<std::pair<int, Model>> {};

TEST_P(MatrixFreeDescent, ByConstantStepsIsGradientDescentOnTheScaledColumns) {
  const auto [depth, model] = GetParam();
  const ScaledProblem problem(model);
  MatrixFreeDescentOptions options = options_of(depth, model, 0.05);
  options.steps = {2e-3, 500};
  const auto result = matrix_free_descent(problem.plain, problem.y, options, {problem.scale, {}});
  const DescentBatch batch =
      gradient_descent(problem.scaled, problem.y, {options.network, StepRule::constant, 2e-3, 500});
  EXPECT_EQ(result.status, Status::finished);
  EXPECT_EQ(result.steps, 500);
  EXPECT_NEAR(result.flow_time, batch.columns[0].flow_time, 1e-12);
  const Eigen::MatrixXf expected = problem.scale.asDiagonal() * batch.w;
  EXPECT_LE((result.w - expected).norm(), 1e-4 * expected.norm());
}

TEST_P(MatrixFreeDescent, BySmallStepsFollowsTheFlow) {
  const auto [depth, model] = GetParam();
  const ScaledProblem problem(model);
  MatrixFreeDescentOptions options = options_of(depth, model, 0.05);
  options.steps = {2e-3, 1'000'000};
  options.end_time = 0.2;
  const auto result = matrix_free_descent(problem.plain, problem.y, options, {problem.scale, {}});
  EXPECT_EQ(result.status, Status::finished);
  EXPECT_NEAR(result.flow_time, options.end_time, 1e-9);
  for (Index b = 0; b < 2; ++b) {
    const FlowResult flow = exact_flow(problem.scaled, problem.y.col(b), options.network, options.end_time);
    EXPECT_GT(flow.certificate.residual, 1e-3);  // on the way
    const Eigen::VectorXd expected = problem.scale.cast<double>().asDiagonal() * flow.w;
    EXPECT_LE((result.w.col(b).cast<double>() - expected).norm(), 0.02 * expected.norm()) << b;
  }
}

TEST_P(MatrixFreeDescent, ByChosenStepsEndsNearTheLimitOfTheFlowAndNeverRises) {
  const auto [depth, model] = GetParam();
  const ScaledProblem problem(model);
  MatrixFreeDescentOptions options = options_of(depth, model, 0.05);
  options.steps.iterations = 100'000;
  for (const bool by_size : {false, true}) {
    SCOPED_TRACE(by_size);
    double previous = INFINITY;
    const auto result =
        matrix_free_descent(by_size ? problem.plain : problem.scaled, problem.y.leftCols(1), options,
                            by_size ? ColumnScaling{problem.scale, {}} : ColumnScaling(),
                            [&](int, double, const Eigen::MatrixXf&, double residual) {
                              EXPECT_LE(residual, previous * (1 + 1e-5));
                              previous = residual;
                              return true;
                            });
    EXPECT_EQ(result.status, Status::limit_reached);
    EXPECT_LE(result.relative_residual[0], 1e-4);
    EXPECT_FLOAT_EQ(static_cast<float>(previous), static_cast<float>(result.relative_residual[0]));
    if (by_size) continue;
    const FlowResult limit = exact_flow(problem.scaled, problem.y.col(0), options.network, INFINITY);
    EXPECT_LE((result.w.col(0).cast<double>() - limit.w).norm(), 0.1 * limit.w.norm());
  }
}

INSTANTIATE_TEST_SUITE_P(DepthsAndModels, MatrixFreeDescent,
                         testing::Values(std::pair{2, Model::signed_model}, std::pair{2, Model::nonnegative},
                                         std::pair{3, Model::signed_model}, std::pair{3, Model::nonnegative},
                                         std::pair{5, Model::signed_model}));

TEST(MatrixFreeDescentEnd, IsSaidHonestly) {
  const ScaledProblem problem(Model::signed_model);
  MatrixFreeDescentOptions options = options_of(2, Model::signed_model, 0.05);
  const auto solved = [&] {
    return matrix_free_descent(problem.plain, problem.y, options, {problem.scale, {}});
  };
  options.steps.iterations = 17;
  const auto short_of = solved();
  EXPECT_EQ(short_of.status, Status::finished);
  EXPECT_EQ(short_of.steps, 17);
  EXPECT_GT(short_of.relative_residual.maxCoeff(), options.limit_residual);
  options.steps.iterations = 0;
  EXPECT_LE(solved().w.cwiseAbs().maxCoeff(), 1e-6);

  options.steps = {1e4, 1000};
  const auto diverged = solved();
  EXPECT_EQ(diverged.status, Status::diverged);
  EXPECT_TRUE(diverged.w.allFinite());

  options.steps = {};
  options.end_time = 1e-3;
  const auto timed = solved();
  EXPECT_EQ(timed.status, Status::finished);
  EXPECT_NEAR(timed.flow_time, 1e-3, 1e-12);
  const auto cancelled =
      matrix_free_descent(problem.plain, problem.y, options, {problem.scale, {}}, {}, [] { return true; });
  EXPECT_EQ(cancelled.status, Status::cancelled);
}

TEST(MatrixFreeDescentEnd, WithoutASolutionIsLeastSquares) {
  const DenseMatrix op(DenseMatrix::RowMajor(random_columns(40, 10, "entries")));
  const Eigen::MatrixXf y = random_columns(40, 1, "y");
  const Eigen::VectorXd expected = op.dense().colPivHouseholderQr().solve(y.col(0).cast<double>());
  for (const int depth : {1, 2}) {
    MatrixFreeDescentOptions options = options_of(depth, Model::signed_model, 0.05);
    const auto result = matrix_free_descent(op, y, options);
    EXPECT_NE(result.status, Status::limit_reached);
    EXPECT_LE((result.w.col(0).cast<double>() - expected).norm(), 1e-2 * expected.norm()) << depth;
  }
}

TEST(MatrixFreeDescentRun, GivesTheSameBytesForAnyNumberOfThreads) {
  const auto op = compose(make_randomized_hadamard(12800, 51200, 1), make_basis("cdf97", 256, 200));
  const Eigen::MatrixXf y = random_columns(12800, 2, "y");
  MatrixFreeDescentOptions options = options_of(3, Model::signed_model, 0.05);
  options.steps.iterations = 12;
  const auto with_threads = [&](int threads) {
    set_thread_count(threads);
    auto result = matrix_free_descent(*op, y, options);
    set_thread_count(0);
    return result.w;
  };
  const Eigen::MatrixXf one = with_threads(1);
  EXPECT_GT(one.norm(), 0.1);
  EXPECT_EQ(one, with_threads(3));
}

TEST(MatrixFreeDescentOptions, OutOfRangeAreWrongUsage) {
  const auto refused = [](auto change) {
    MatrixFreeDescentOptions options;
    change(options);
    EXPECT_THROW(options.validate(), UsageError);
  };
  refused([](auto& o) { o.network.depth = 0; });
  refused([](auto& o) { o.steps.constant = 0; });
  refused([](auto& o) { o.steps.iterations = -1; });
  refused([](auto& o) { o.end_time = 0; });
  refused([](auto& o) { o.limit_residual = 0; });
}

TEST(AdaptiveDescent, BoundsTheIterationsOfAllRoundsTogether) {
  const auto basis = make_basis("haar", 32, 32);
  const auto sensing = make_randomized_hadamard(512, 1024, 1);
  const auto system = compose(sensing, basis);
  const Eigen::MatrixXf y = random_columns(512, 1, "y");
  AdaptiveFlowOptions options;
  options.flow.network.init = 0.05;
  for (const std::int64_t iterations : {0, 1, 100}) {
    options.descent = DescentSteps{{}, iterations};
    const auto result = adaptive_flow(*sensing, basis.get(), *system, y, options);
    EXPECT_EQ(result.steps, iterations);
    EXPECT_EQ(result.status, Status::finished);
    EXPECT_TRUE(result.w.allFinite());
  }
  const auto nothing = adaptive_flow(*sensing, basis.get(), *system, Eigen::MatrixXf::Zero(512, 1), options);
  EXPECT_EQ(nothing.status, Status::limit_reached);
  EXPECT_LE(nothing.w.cwiseAbs().maxCoeff(), 1e-6);
}

}  // namespace
}  // namespace isr
