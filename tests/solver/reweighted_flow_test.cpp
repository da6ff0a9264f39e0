#include "solver/matrix_free_flow.h"

#include <gtest/gtest.h>

#include <cmath>

#include "base/error.h"
#include "base/parallel.h"
#include "sensing/basis.h"
#include "sensing/composite_operator.h"
#include "sensing/dense_matrix.h"
#include "sensing/ensembles.h"
#include "sensing/operator_checks.h"
#include "sensing/structured_operators.h"
#include "solver/adaptive_flow.h"
#include "solver/exact_flow.h"

namespace isr {
namespace {

constexpr Index n = 60, p = 160;

Eigen::MatrixXf sparse_columns(Index columns, bool nonnegative) {
  RandomStream random = RandomStream::named(5, "sparse");
  Eigen::MatrixXf w = Eigen::MatrixXf::Zero(p, columns);
  for (Index b = 0; b < columns; ++b)
    for (Index k = 0; k < 8; ++k) {
      const auto value = static_cast<float>(0.5 + random.uniform());
      w(static_cast<Index>(random.below(p)), b) = nonnegative || random.below(2) ? value : -value;
    }
  return w;
}

MatrixFreeFlowOptions thorough(int depth, Model model, double init) {
  MatrixFreeFlowOptions options;
  options.network = {depth, model, init};
  options.majorizations = 400;
  options.conjugate_gradients = 60;
  options.tolerance = 1e-6;
  return options;
}

class MatrixFreeFlow : public testing::TestWithParam<std::pair<int, Model>> {};

TEST_P(MatrixFreeFlow, EndsAtTheLimitOfTheExactFlow) {
  const auto [depth, model] = GetParam();
  const auto op = make_ensemble(Ensemble::gaussian, n, p, 1);
  Eigen::MatrixXf y(n, 2);
  op->apply(sparse_columns(2, model == Model::nonnegative), y);
  const auto result =
      matrix_free_flow(*op, y, thorough(depth, model, 0.05), {{}, Eigen::VectorXf::Constant(p, n)});
  EXPECT_EQ(result.status, Status::limit_reached);
  for (Index b = 0; b < 2; ++b) {
    const FlowResult limit = exact_flow(*op, y.col(b), {depth, model, 0.05}, INFINITY);
    ASSERT_LT(limit.certificate.residual, 1e-6);
    EXPECT_LE((result.w.col(b).cast<double>() - limit.w).norm(), 5e-3 * limit.w.norm()) << "column " << b;
    EXPECT_LE(result.relative_residual[b], 1e-4);
  }
}

TEST_P(MatrixFreeFlow, FollowsThePathWhenStepsAreShort) {
  const auto [depth, model] = GetParam();
  const auto op = make_ensemble(Ensemble::gaussian, n, p, 1);
  Eigen::MatrixXf y(n, 1);
  op->apply(sparse_columns(1, model == Model::nonnegative), y);
  MatrixFreeFlowOptions options = thorough(depth, model, 0.05);
  options.end_time = 0.5;
  options.most_steps = 1000;
  options.first_step = 0.01;
  options.step_growth = 1.02;
  const auto result = matrix_free_flow(*op, y, options, {{}, Eigen::VectorXf::Constant(p, n)});
  EXPECT_EQ(result.status, Status::finished);
  EXPECT_NEAR(result.flow_time, 0.5, 1e-9);
  const FlowResult path = exact_flow(*op, y.col(0), options.network, 0.5);
  EXPECT_LE((result.w.col(0).cast<double>() - path.w).norm(), 0.05 * path.w.norm());
  EXPECT_GT(path.certificate.residual, 1e-3);  // not the limit yet
}

INSTANTIATE_TEST_SUITE_P(DepthsAndModels, MatrixFreeFlow,
                         testing::Values(std::pair{2, Model::signed_model}, std::pair{2, Model::nonnegative},
                                         std::pair{3, Model::signed_model}, std::pair{3, Model::nonnegative},
                                         std::pair{5, Model::signed_model}));

TEST(MatrixFreeFlowLimit, RecoversASparseVectorThatLeastSquaresDoesNot) {
  const auto op = make_randomized_hadamard(n, p, 1);
  const Eigen::MatrixXf truth = sparse_columns(1, false);
  Eigen::MatrixXf y(n, 1), back(p, 1);
  op->apply(truth, y);
  op->adjoint(y, back);  // least squares: A Aᵀ = I
  EXPECT_GT((back - truth).norm(), 0.5 * truth.norm());
  for (const int depth : {2, 3}) {
    const auto result = matrix_free_flow(*op, y, thorough(depth, Model::signed_model, 1e-6));
    EXPECT_LE((result.w - truth).norm(), 2e-2 * truth.norm()) << depth;
    EXPECT_LE(result.mirror_mismatch[0], 0.05);
  }
}

TEST(MatrixFreeFlowLimit, DoesNotDependOnTheGuessItStartsFrom) {
  const auto op = make_randomized_hadamard(n, p, 1);
  Eigen::MatrixXf y(n, 1);
  op->apply(sparse_columns(1, false), y);
  const Eigen::MatrixXf guess = random_columns(p, 1, "guess");
  const auto options = thorough(2, Model::signed_model, 1e-2);
  const auto cold = matrix_free_flow(*op, y, options);
  const auto warm = matrix_free_flow(*op, y, options, {}, &guess);
  EXPECT_LE((cold.w - warm.w).norm(), 5e-3 * cold.w.norm());
}

// Columns s_j times as long with coefficients 1/s_j times as large are the same problem.
TEST(MatrixFreeFlowScaling, IsThatOfTheColumns) {
  const DenseMatrix::RowMajor entries = random_columns(n, p, "entries");
  const Eigen::VectorXf scale = Eigen::VectorXf::LinSpaced(p, 0.2f, 3.0f);
  const DenseMatrix plain(entries), scaled(DenseMatrix::RowMajor(entries * scale.asDiagonal()));
  Eigen::MatrixXf y(n, 1);
  plain.apply(sparse_columns(1, false), y);
  const auto options = thorough(3, Model::signed_model, 1e-2);
  const auto result = matrix_free_flow(plain, y, options, {scale, {}});
  const auto direct = matrix_free_flow(scaled, y, options);
  EXPECT_LE((result.w - scale.asDiagonal() * direct.w).norm(), 5e-3 * result.w.norm());
}

TEST(MatrixFreeFlowRun, GivesTheSameBytesForAnyNumberOfThreads) {
  const auto basis = make_basis("cdf97", 256, 200);
  const auto sensing = make_randomized_hadamard(12800, 51200, 1);
  const auto op = compose(sensing, basis);
  const Eigen::MatrixXf y = random_columns(12800, 1, "y");
  MatrixFreeFlowOptions options;
  options.most_steps = 1;
  options.majorizations = 2;
  set_thread_count(1);
  const auto one = matrix_free_flow(*op, y, options);
  set_thread_count(3);
  const auto three = matrix_free_flow(*op, y, options);
  set_thread_count(0);
  EXPECT_GT(one.w.norm(), 0);
  EXPECT_EQ(one.w, three.w);
}

TEST(MatrixFreeFlowRun, StopsWhenTheObserverSaysSoOrTheUserCancels) {
  const auto op = make_randomized_hadamard(n, p, 1);
  Eigen::MatrixXf y(n, 1);
  op->apply(sparse_columns(1, false), y);
  const auto observed = matrix_free_flow(
      *op, y, {}, {}, nullptr, [](int step, double, const Eigen::MatrixXf&, double) { return step < 2; });
  EXPECT_EQ(observed.status, Status::stopped_by_rule);
  EXPECT_EQ(observed.steps, 2);
  EXPECT_EQ(matrix_free_flow(*op, y, {}, {}, nullptr, {}, [] { return true; }).status, Status::cancelled);
}

TEST(MatrixFreeFlowRun, OfZeroMeasurementsIsZero) {
  const auto op = make_randomized_hadamard(n, p, 1);
  const auto result = matrix_free_flow(*op, Eigen::MatrixXf::Zero(n, 1), {});
  EXPECT_TRUE(result.w.allFinite());
  EXPECT_LE(result.w.cwiseAbs().maxCoeff(), 1e-6);
}

TEST(MatrixFreeFlowRun, OfDepthOneEndsAtTheLeastSquaresSolutionOfLeastNorm) {
  const auto op = make_randomized_hadamard(n, p, 1);  // orthonormal rows: Xᵀy
  const Eigen::MatrixXf y = random_columns(n, 2, "y");
  Eigen::MatrixXf least(p, 2);
  op->adjoint(y, least);
  for (const Model model : {Model::signed_model, Model::nonnegative}) {
    MatrixFreeFlowOptions options;
    options.network = {1, model, 1e-6};
    const auto result = matrix_free_flow(*op, y, options);
    EXPECT_EQ(result.status, Status::limit_reached);
    EXPECT_LE((result.w - least).norm(), 1e-3 * least.norm());
  }
}

TEST(MatrixFreeFlowOptions, RefuseValuesOutOfRange) {
  MatrixFreeFlowOptions options;
  options.network.depth = 0;
  EXPECT_THROW(options.validate(), UsageError);
  options = {};
  options.step_growth = 0.5;
  EXPECT_THROW(options.validate(), UsageError);
  options = {};
  options.limit_residual = 0;
  EXPECT_THROW(options.validate(), UsageError);
}

// A bright disc on a slope: edges of one shape on all scales.
Eigen::MatrixXf disc(Index side) {
  Eigen::MatrixXf picture(side * side, 1);
  for (Index i = 0; i < side; ++i)
    for (Index j = 0; j < side; ++j) {
      const double distance = std::hypot(static_cast<double>(i) - 30, static_cast<double>(j) - 27);
      picture(i * side + j) =
          static_cast<float>(0.2 + 0.003 * static_cast<double>(i) + (distance < 17 ? 0.5 : 0));
    }
  return picture;
}

TEST(AdaptiveFlow, GainsFromWhatTheFirstRoundFound) {
  const Index side = 64;
  const Eigen::MatrixXf picture = disc(side);
  const auto sensing = make_randomized_hadamard(side * side / 4, side * side, 1);
  const auto basis = make_basis("cdf97", side, side);
  const auto system = compose(sensing, basis);
  Eigen::MatrixXf y(sensing->rows(), 1), pixels(side * side, 1);
  sensing->apply(picture, y);
  AdaptiveFlowOptions options;
  options.flow.network.init = 0.05;
  const auto error = [&](int rounds) {
    options.rounds = rounds;
    basis->apply(adaptive_flow(*sensing, basis.get(), *system, y, options).w, pixels);
    return (pixels - picture).norm() / picture.norm();
  };
  const double plain = error(0), adapted = error(3);
  EXPECT_LT(plain, 0.15);
  EXPECT_LT(adapted, 0.8 * plain);
}

TEST(AdaptiveFlow, ScalesWithThePicture) {
  const Index side = 64;
  const auto sensing = make_randomized_hadamard(side * side / 4, side * side, 1);
  const auto basis = make_basis("haar", side, side);
  const auto system = compose(sensing, basis);
  Eigen::MatrixXf y(sensing->rows(), 1);
  sensing->apply(disc(side), y);
  AdaptiveFlowOptions options;
  options.flow.network.init = 0.05;
  const auto once = adaptive_flow(*sensing, basis.get(), *system, y, options);
  const auto tenfold = adaptive_flow(*sensing, basis.get(), *system, 10 * y, options);
  EXPECT_LE((tenfold.w - 10 * once.w).norm(), 1e-2 * tenfold.w.norm());
}

}  // namespace
}  // namespace isr
