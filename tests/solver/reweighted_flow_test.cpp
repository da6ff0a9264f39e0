#include "solver/reweighted_flow.h"

#include <gtest/gtest.h>

#include <cmath>

#include "base/allocation_counter.h"
#include "base/parallel.h"
#include "base/test_files.h"
#include "sensing/basis.h"
#include "sensing/composite_operator.h"
#include "sensing/dense_matrix.h"
#include "sensing/ensembles.h"
#include "sensing/operator_checks.h"
#include "sensing/scaled_columns.h"
#include "sensing/structured_operators.h"
#include "solver/flow_problems.h"

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

Eigen::MatrixXd measured(const LinearOperator& op, const Eigen::MatrixXf& w) {
  Eigen::MatrixXf y(op.rows(), w.cols());
  op.apply(w, y);
  return y.cast<double>();
}

ReweightedOptions thorough(int depth, Model model, double init) {
  ReweightedOptions options;
  options.network = {depth, model, init};
  options.most_iterations = 24000;
  options.tolerance = 1e-7;
  return options;
}

// w at the end of the path.
Eigen::MatrixXd end_of_path(ReweightedFlow flow) {
  flow.finish();
  Eigen::MatrixXd w;
  flow.w_at(flow.end_time(), w);
  return w;
}

class ReweightedFlowTest : public testing::TestWithParam<std::pair<int, Model>> {};

TEST_P(ReweightedFlowTest, EndsAtTheLimitOfTheExactFlow) {
  const auto [depth, model] = GetParam();
  const auto op = make_ensemble(Ensemble::gaussian, n, p, 1);
  const Eigen::MatrixXd y = measured(*op, sparse_columns(2, model == Model::nonnegative));
  ReweightedOptions options = thorough(depth, model, 0.05);
  options.squared_norms = Eigen::VectorXf::Constant(p, n);
  ReweightedFlow flow(*op, y, options);
  flow.finish();
  EXPECT_EQ(flow.status(), Status::limit_reached);
  EXPECT_LE(flow.residual(), 1e-4);
  Eigen::MatrixXd w;
  flow.w_at(flow.end_time(), w);
  for (Index b = 0; b < 2; ++b) {
    const FlowEnd limit = exact_flow(*op, y.col(b), {depth, model, 0.05}, INFINITY);
    ASSERT_LT(limit.certificate.residual, 1e-6);
    EXPECT_LE(relative_difference(w.col(b), limit.w), 5e-3) << "column " << b;
  }
}

TEST_P(ReweightedFlowTest, FollowsThePathWhenStepsAreShort) {
  const auto [depth, model] = GetParam();
  const auto op = make_ensemble(Ensemble::gaussian, n, p, 1);
  const Eigen::MatrixXd y = measured(*op, sparse_columns(1, model == Model::nonnegative));
  ReweightedOptions options = thorough(depth, model, 0.05);
  options.end_time = 0.5;
  options.most_steps = 2000;
  options.first_step_factor = 1e-3;
  options.step_growth = 1.01;
  options.squared_norms = Eigen::VectorXf::Constant(p, n);
  ReweightedFlow flow(*op, y, options);
  flow.finish();
  EXPECT_EQ(flow.status(), Status::finished);
  EXPECT_NEAR(flow.end_time(), 0.5, 1e-9);
  Eigen::MatrixXd w;
  flow.w_at(flow.end_time(), w);
  const FlowEnd exact = exact_flow(*op, y.col(0), options.network, 0.5);
  EXPECT_LE(relative_difference(w, exact.w), 0.05);
  EXPECT_GT(exact.certificate.residual, 1e-3);  // not the limit yet
}

// |X_jᵀr|/(‖X_j‖‖r‖), at most; where a gradient would push a positive weight below 0, in proportion to the
// weight.
TEST_P(ReweightedFlowTest, CertifiesTheGradientThatWouldStillMoveAWeight) {
  const auto [depth, model] = GetParam();
  const auto op = make_ensemble(Ensemble::gaussian, n, p, 1);
  const Eigen::MatrixXd x = op->dense(), y = measured(*op, sparse_columns(1, false));
  ReweightedOptions options = thorough(depth, model, 0.05);
  options.end_time = 2;
  options.squared_norms = x.colwise().squaredNorm().transpose().cast<float>();
  ReweightedFlow flow(*op, y, options);
  flow.finish();
  Eigen::MatrixXd w;
  flow.w_at(flow.end_time(), w);
  const Eigen::VectorXd residual = x * w - y, gradient = x.transpose() * residual;
  double most = 0, most_of_all = 0;
  for (Index j = 0; j < p; ++j) {
    const double cosine = std::abs(gradient[j]) / (x.col(j).norm() * residual.norm());
    const bool held = model == Model::nonnegative && gradient[j] > 0;
    most = std::max(most, held ? cosine * w(j) / w.maxCoeff() : cosine);
    most_of_all = std::max(most_of_all, cosine);
  }
  EXPECT_NEAR(flow.certificate()->stationarity, most, 1e-4 * most);
  if (model == Model::nonnegative) {
    EXPECT_LT(most, 0.9 * most_of_all) << "some weight is held at 0";
  }
}

INSTANTIATE_TEST_SUITE_P(DepthsAndModels, ReweightedFlowTest,
                         testing::Values(std::pair{2, Model::signed_model}, std::pair{2, Model::nonnegative},
                                         std::pair{3, Model::signed_model}, std::pair{3, Model::nonnegative},
                                         std::pair{5, Model::signed_model}));

TEST(ReweightedFlowLimit, RecoversASparseVectorThatLeastSquaresDoesNot) {
  const auto op = make_randomized_hadamard(n, p, 1);
  const Eigen::MatrixXf truth = sparse_columns(1, false);
  const Eigen::MatrixXd y = measured(*op, truth);
  Eigen::MatrixXf back(p, 1);
  op->adjoint(y.cast<float>(), back);  // least squares: A Aᵀ = I
  EXPECT_GT((back - truth).norm(), 0.5 * truth.norm());
  for (const int depth : {2, 3}) {
    ReweightedFlow flow(*op, y, thorough(depth, Model::signed_model, 1e-6));
    flow.finish();
    Eigen::MatrixXd w;
    flow.w_at(flow.end_time(), w);
    EXPECT_LE((w - truth.cast<double>()).norm(), 2e-2 * truth.norm()) << depth;
    EXPECT_LE(flow.certificate()->map_mismatch, 0.05);
  }
}

TEST(ReweightedFlowLimit, DoesNotDependOnTheGuessItStartsFrom) {
  const auto op = make_randomized_hadamard(n, p, 1);
  const Eigen::MatrixXd y = measured(*op, sparse_columns(1, false));
  const Eigen::MatrixXd guess = random_columns(p, 1, "guess").cast<double>();
  const auto options = thorough(2, Model::signed_model, 1e-2);
  const Eigen::MatrixXd cold = end_of_path(ReweightedFlow(*op, y, options));
  EXPECT_LE((cold - end_of_path(ReweightedFlow(*op, y, options, &guess))).norm(), 5e-3 * cold.norm());
}

TEST(ReweightedFlowLimit, OfScaledColumnsIsThatOfAMatrixOfSuchColumns) {
  const DenseMatrix::RowMajor entries = random_columns(n, p, "entries");
  const Eigen::VectorXf scale = Eigen::VectorXf::LinSpaced(p, 0.2f, 3.0f);
  const DenseMatrix plain(entries), scaled(DenseMatrix::RowMajor(entries * scale.asDiagonal()));
  const Eigen::MatrixXd y = measured(plain, sparse_columns(1, false));
  const auto options = thorough(3, Model::signed_model, 1e-2);
  const ScaledColumns by_scale(plain, scale);
  const Eigen::MatrixXd w = end_of_path(ReweightedFlow(by_scale, y, options));
  EXPECT_LE((w - end_of_path(ReweightedFlow(scaled, y, options))).norm(), 5e-3 * w.norm());
}

TEST(ReweightedFlowLimit, OfZeroMeasurementsIsZero) {
  const auto op = make_randomized_hadamard(n, p, 1);
  const Eigen::MatrixXd w = end_of_path(ReweightedFlow(*op, Eigen::MatrixXd::Zero(n, 1), {}));
  EXPECT_TRUE(w.allFinite());
  EXPECT_LE(w.cwiseAbs().maxCoeff(), 1e-6);
}

TEST(ReweightedFlowLimit, OfDepthOneIsTheLeastSquaresSolutionOfLeastNorm) {
  const auto op = make_randomized_hadamard(n, p, 1);  // orthonormal rows: Xᵀy
  const Eigen::MatrixXf y = random_columns(n, 2, "y");
  Eigen::MatrixXf least(p, 2);
  op->adjoint(y, least);
  for (const Model model : {Model::signed_model, Model::nonnegative}) {
    ReweightedOptions options;
    options.network = {1, model, 1e-6};
    ReweightedFlow flow(*op, y.cast<double>(), options);
    flow.finish();
    EXPECT_EQ(flow.status(), Status::limit_reached);
    Eigen::MatrixXd w;
    flow.w_at(flow.end_time(), w);
    EXPECT_LE((w - least.cast<double>()).norm(), 1e-3 * least.norm());
  }
}

TEST(ReweightedFlowRun, GivesTheSameBytesForAnyNumberOfThreads) {
  const auto op = compose(make_randomized_hadamard(12800, 51200, 1), make_basis("cdf97", 256, 200));
  const Eigen::MatrixXd y = random_columns(12800, 1, "y").cast<double>();
  ReweightedOptions options;
  options.most_steps = 1;
  options.most_iterations = 7;
  set_thread_count(1);
  const Eigen::MatrixXd one = end_of_path(ReweightedFlow(*op, y, options));
  set_thread_count(3);
  const Eigen::MatrixXd three = end_of_path(ReweightedFlow(*op, y, options));
  set_thread_count(0);
  EXPECT_GT(one.norm(), 0);
  EXPECT_EQ(one, three);
}

TEST(ReweightedFlowRun, EndsWhereTheUserCancels) {
  const auto op = make_randomized_hadamard(n, p, 1);
  const Eigen::MatrixXd y = measured(*op, sparse_columns(1, false));
  ReweightedFlow at_once(*op, y, {}, nullptr, [] { return true; });
  EXPECT_FALSE(at_once.advance());
  EXPECT_EQ(at_once.status(), Status::cancelled);

  bool cancelled = false;
  ReweightedFlow later(*op, y, {}, nullptr, [&] { return cancelled; });
  ASSERT_TRUE(later.advance());
  Eigen::MatrixXd before, after;
  later.w_at(later.end_time(), before);
  cancelled = true;
  EXPECT_FALSE(later.advance());
  EXPECT_EQ(later.status(), Status::cancelled);
  EXPECT_EQ(later.steps(), 1);
  later.w_at(later.end_time(), after);
  EXPECT_EQ(before, after);
}

TEST(ReweightedFlowRun, ThatMayTakeFewStepsSaysThatItStalled) {
  const auto op = make_randomized_hadamard(n, p, 1);
  ReweightedOptions options;
  options.network = {3, Model::signed_model, 1e-6};
  options.most_steps = 1;
  ReweightedFlow flow(*op, measured(*op, sparse_columns(1, false)), options);
  flow.finish();
  EXPECT_EQ(flow.status(), Status::stalled);
  EXPECT_EQ(flow.steps(), 1);
  EXPECT_GT(flow.residual(), options.limit_residual);
}

TEST(ReweightedFlowRun, TakesAllMemoryInItsFirstStep) {
  const OneThread one_thread;
  const auto dense = make_ensemble(Ensemble::gaussian, n, p, 1);
  const auto wavelets = compose(make_randomized_hadamard(100, 256, 1), make_basis("cdf97", 16, 16));
  const ScaledColumns scaled(*wavelets, Eigen::VectorXf::LinSpaced(256, 0.5f, 2), 3);
  for (const LinearOperator* op :
       {dense.get(), wavelets.get(), static_cast<const LinearOperator*>(&scaled)}) {
    const Eigen::MatrixXd y = random_columns(op->rows(), 2, "y").cast<double>();
    ReweightedOptions options;
    options.limit_residual = 1e-30;
    ReweightedFlow flow(*op, y, options);
    ASSERT_TRUE(flow.advance());
    const std::size_t before = allocations_so_far();
    ASSERT_TRUE(flow.advance());
    ASSERT_TRUE(flow.advance());
    EXPECT_EQ(allocations_so_far() - before, 0u);
  }
}

TEST(ReweightedFlowRun, RefusesVectorsOfOtherSizes) {
  const auto op = make_randomized_hadamard(n, p, 1);
  const Eigen::MatrixXd y = Eigen::MatrixXd::Ones(n, 1), longer = Eigen::MatrixXd::Ones(n + 1, 1);
  EXPECT_EQ(error_of([&] { ReweightedFlow(*op, longer, {}); }),
            "y must have a row for each of the 60 rows of X; it has 61");
  ReweightedOptions options;
  options.squared_norms = Eigen::VectorXf::Ones(3);
  EXPECT_EQ(error_of([&] { ReweightedFlow(*op, y, options); }),
            "squared_norms must have a value for each of the 160 columns of X; it has 3");
  EXPECT_EQ(error_of([&] { ReweightedFlow(*op, y, {}, &longer); }),
            "guess must have a value for each of the 160 columns of X; it has 61");
}

TEST(ReweightedOptions, RefuseValuesOutOfRange) {
  const auto refused = [](auto change) {
    ReweightedOptions options;
    change(options);
    EXPECT_THROW(options.validate(), UsageError);
  };
  refused([](auto& o) { o.network.depth = 0; });
  refused([](auto& o) { o.end_time = -1; });
  refused([](auto& o) { o.step_growth = 0.5; });
  refused([](auto& o) { o.first_step_factor = 0; });
  refused([](auto& o) { o.limit_residual = 0; });
  refused([](auto& o) { o.limit_residual = 1; });
  refused([](auto& o) { o.most_steps = 0; });
  refused([](auto& o) { o.most_iterations = 0; });
  refused([](auto& o) { o.tolerance = 0; });
}

}  // namespace
}  // namespace isr
