#include "solver/descent_path.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <Eigen/Dense>
#include <limits>
#include <memory>
#include <vector>

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

using testing::ElementsAre;
using testing::IsEmpty;

constexpr Model models[] = {Model::signed_model, Model::nonnegative};

// Measurements of `columns` vectors with `sparsity` entries 1, one problem a column.
struct SparseProblem {
  OperatorPtr matrix;
  Eigen::MatrixXf truth;
  Eigen::MatrixXd y;

  SparseProblem(Ensemble ensemble, Index n, Index p, Index sparsity, Index columns)
      : matrix(make_ensemble(ensemble, n, p, 42)), truth(Eigen::MatrixXf::Zero(p, columns)) {
    for (Index b = 0; b < columns; ++b)
      for (Index k = 0; k < sparsity; ++k) truth((3 * k + b) % p, b) = 1;
    Eigen::MatrixXf measured(n, columns);
    matrix->apply(truth, measured);
    y = measured.cast<double>();
  }
};

DescentOptions options_of(int depth, Model model, double init, double step, std::int64_t iterations) {
  DescentOptions options;
  options.network = {depth, model, init};
  options.step = step;
  options.iterations = iterations;
  return options;
}

// The path at its end.
DescentPath ended(const LinearOperator& op, const Eigen::MatrixXd& y, const DescentOptions& options) {
  DescentPath path(op, y, options);
  path.finish();
  return path;
}

// The algorithm of the header, in double precision, one problem.
Eigen::VectorXd reference_descent(const Eigen::MatrixXd& matrix, const Eigen::VectorXd& y,
                                  const DescentOptions& options) {
  const int depth = options.network.depth;
  const bool is_signed = options.network.model == Model::signed_model;
  const double eta = options.step / (depth * depth), n = static_cast<double>(matrix.rows());
  Eigen::ArrayXd u = Eigen::ArrayXd::Constant(matrix.cols(), options.network.start());
  Eigen::ArrayXd v = is_signed ? u : Eigen::ArrayXd::Zero(matrix.cols());
  for (std::int64_t t = 0; t < options.iterations; ++t) {
    const Eigen::VectorXd w = u.pow(depth) - v.pow(depth);
    const Eigen::ArrayXd gradient = 2 / n * (matrix.transpose() * (matrix * w - y));
    u -= eta * depth * u.pow(depth - 1) * gradient;
    if (is_signed) v += eta * depth * v.pow(depth - 1) * gradient;
  }
  return u.pow(depth) - v.pow(depth);
}

TEST(DescentPath, AgreesWithTheFormulaInDoublePrecision) {
  for (const Ensemble ensemble : {Ensemble::gaussian, Ensemble::biased_sign})
    for (const int depth : {1, 2, 3, 5})
      for (const Model model : models) {
        SCOPED_TRACE(testing::Message()
                     << to_string(ensemble) << ", depth " << depth << ", " << to_string(model));
        const SparseProblem problem(ensemble, 40, 60, 4, 1);
        const auto options = options_of(depth, model, 1e-2, 0.02, 1000);
        const DescentPath path = ended(*problem.matrix, problem.y, options);
        const Eigen::VectorXd expected =
            reference_descent(problem.matrix->dense(), problem.y.col(0), options);
        ASSERT_GT((expected - Eigen::VectorXd::Constant(60, expected(59))).norm(), 0.1);  // it has moved
        EXPECT_LE((path.w().col(0).cast<double>() - expected).norm(), 2e-5 * expected.norm());
        EXPECT_EQ(path.step_size(), 0.02 / (depth * depth));
        EXPECT_EQ(path.status(), Status::finished);
        EXPECT_EQ(path.steps(), 1000);
        EXPECT_DOUBLE_EQ(path.end_time(), 1000 * *path.step_size());
      }
}

// ∂L/∂u and ∂L/∂v by central differences of the loss itself; then one step of the descent.
TEST(DescentPath, FirstStepFollowsTheGradientOfTheLoss) {
  const SparseProblem problem(Ensemble::gaussian, 12, 9, 3, 1);
  const Eigen::MatrixXd matrix = problem.matrix->dense();
  const Eigen::VectorXd y = problem.y.col(0);
  for (const int depth : {1, 2, 3, 5})
    for (const Model model : models) {
      SCOPED_TRACE(testing::Message() << "depth " << depth << ", " << to_string(model));
      const auto options = options_of(depth, model, 0.6, 0.02 * depth * depth, 1);
      const bool is_signed = model == Model::signed_model;
      const auto solution = [&](const Eigen::ArrayXd& weights) -> Eigen::VectorXd {
        const Eigen::ArrayXd u = weights.head(9), v = weights.tail(9);
        return u.pow(depth) - (is_signed ? 1.0 : 0.0) * v.pow(depth);
      };
      const auto loss = [&](const Eigen::ArrayXd& weights) {
        return (matrix * solution(weights) - y).squaredNorm() / 12;
      };
      const Eigen::ArrayXd start = Eigen::ArrayXd::Constant(18, options.network.start());
      Eigen::ArrayXd gradient(18);
      for (Index j = 0; j < 18; ++j) {
        constexpr double h = 1e-5;
        Eigen::ArrayXd shift = Eigen::ArrayXd::Zero(18);
        shift(j) = h;
        gradient(j) = (loss(start + shift) - loss(start - shift)) / (2 * h);
      }
      const Eigen::VectorXd expected = solution(start - 0.02 * gradient);
      ASSERT_GT((expected - solution(start)).norm(), 0.01);
      const DescentPath path = ended(*problem.matrix, problem.y, options);
      EXPECT_LE((path.w().col(0).cast<double>() - expected).norm(), 3e-6 * (1 + expected.norm()));
    }
}

// Depth 1 is linear: in the eigenbasis of (2/n) XᵀX the distance to least squares shrinks by 1 − c·η·λ a
// step, c = 1 for w = u and 2 for w = u − v.
TEST(DescentPath, DepthOneFollowsItsClosedForm) {
  const SparseProblem problem(Ensemble::gaussian, 50, 20, 6, 1);
  const Eigen::MatrixXd matrix = problem.matrix->dense();
  const Eigen::VectorXd y = problem.y.col(0);
  const Eigen::SelfAdjointEigenSolver<Eigen::MatrixXd> eigen(2.0 / 50 * matrix.transpose() * matrix);
  const Eigen::VectorXd limit = matrix.colPivHouseholderQr().solve(y);
  for (const Model model : models) {
    const bool is_signed = model == Model::signed_model;
    const Eigen::VectorXd start = Eigen::VectorXd::Constant(20, is_signed ? 0 : 0.1);
    for (const std::int64_t iterations : {0, 1, 7, 100}) {
      SCOPED_TRACE(testing::Message() << to_string(model) << ", " << iterations << " iterations");
      const Eigen::ArrayXd factor = 1 - (is_signed ? 2 : 1) * 0.05 * eigen.eigenvalues().array();
      const Eigen::VectorXd shrunk = factor.pow(static_cast<double>(iterations)) *
                                     (eigen.eigenvectors().transpose() * (start - limit)).array();
      const Eigen::VectorXd expected = limit + eigen.eigenvectors() * shrunk;
      const DescentPath path = ended(*problem.matrix, problem.y, options_of(1, model, 0.1, 0.05, iterations));
      EXPECT_LE((path.w().col(0).cast<double>() - expected).norm(), 1e-5 * (0.1 + expected.norm()));
    }
  }
}

TEST(DescentPath, RecoversASparseVectorFromFewerMeasurementsThanUnknowns) {
  const SparseProblem problem(Ensemble::rademacher, 80, 200, 5, 1);
  for (const int depth : {2, 3}) {
    const auto error = [&](std::int64_t iterations) {
      const DescentPath path =
          ended(*problem.matrix, problem.y, options_of(depth, Model::signed_model, 1e-6, 0.4, iterations));
      return (path.w() - problem.truth).cwiseAbs().maxCoeff();
    };
    EXPECT_GT(error(1), 0.99);
    EXPECT_LT(error(depth == 2 ? 400 : 4000), 1e-2) << depth;
  }
}

TEST(DescentPath, GivesEachColumnWhatItGetsAlone) {
  for (const Ensemble ensemble : {Ensemble::gaussian, Ensemble::rademacher}) {
    const SparseProblem problem(ensemble, 30, 50, 4, 9);
    const auto options = options_of(3, Model::signed_model, 1e-2, 0.05, 300);
    const DescentPath path = ended(*problem.matrix, problem.y, options);
    for (Index b = 0; b < 9; ++b) {
      const DescentPath alone = ended(*problem.matrix, problem.y.col(b), options);
      EXPECT_LE((path.w().col(b) - alone.w()).norm(), 1e-6f * alone.w().norm()) << to_string(ensemble);
    }
  }
}

TEST(DescentPath, PathsThatFinishTogetherEndWhereEachEndsAlone) {
  for (const Ensemble ensemble : {Ensemble::gaussian, Ensemble::biased_sign}) {
    const SparseProblem problem(ensemble, 40, 60, 4, 12);
    std::vector<std::unique_ptr<DescentPath>> paths, alone;
    std::vector<DescentPath*> together;
    for (Index b = 0; b < 12; ++b) {
      const DescentOptions options =
          options_of(static_cast<int>(1 + b % 4), models[b % 2], 1e-2, 5e-3, 300 + 10 * b);
      for (auto* all : {&paths, &alone})
        all->push_back(std::make_unique<DescentPath>(*problem.matrix, problem.y.col(b), options));
      together.push_back(paths.back().get());
    }
    double told = 0;
    DescentPath::finish_together(together, [&](double share) {
      EXPECT_GE(share, told);
      told = share;
    });
    EXPECT_EQ(told, 1);
    for (std::size_t b = 0; b < 12; ++b) {
      alone[b]->finish();
      EXPECT_FALSE(paths[b]->advance());
      EXPECT_EQ(paths[b]->status(), Status::finished);
      EXPECT_EQ(paths[b]->steps(), alone[b]->steps());
      EXPECT_EQ(paths[b]->end_time(), alone[b]->end_time());
      EXPECT_EQ(paths[b]->w(), alone[b]->w()) << b;
      EXPECT_EQ(paths[b]->residual(), alone[b]->residual());
    }
  }
}

TEST(DescentPath, OneThatDivergesLeavesThoseBesideItAlone) {
  const SparseProblem problem(Ensemble::biased_sign, 40, 60, 4, 9);
  std::vector<std::unique_ptr<DescentPath>> paths;
  std::vector<DescentPath*> together;
  for (Index b = 0; b < 9; ++b) {
    const DescentOptions options = options_of(2, Model::nonnegative, 1e-2, b == 3 ? 50 : 5e-3, 400);
    paths.push_back(std::make_unique<DescentPath>(*problem.matrix, problem.y.col(b), options));
    together.push_back(paths.back().get());
  }
  DescentPath::finish_together(together, [](double) {});
  for (std::size_t b = 0; b < 9; ++b) {
    EXPECT_EQ(paths[b]->status(), b == 3 ? Status::diverged : Status::finished);
    EXPECT_TRUE(paths[b]->w().allFinite());
  }
  EXPECT_LT(paths[3]->steps(), 400);
  EXPECT_EQ(paths[4]->steps(), 400);
}

TEST(DescentPath, ScaledColumnsAreAMatrixOfSuchColumns) {
  const Eigen::MatrixXf entries = random_columns(60, 160, "entries");
  const Eigen::VectorXf scale = Eigen::VectorXf::LinSpaced(160, 0.3f, 3.0f);
  const DenseMatrix plain{DenseMatrix::RowMajor(entries)},
      scaled{DenseMatrix::RowMajor(entries * scale.asDiagonal())};
  const Eigen::MatrixXd y = random_columns(60, 2, "y").cast<double>();
  for (const int depth : {1, 2, 3, 5})
    for (const Model model : models) {
      const auto options = options_of(depth, model, 0.05, 2e-3, 500);
      const DescentPath by_scale = ended(ScaledColumns(plain, scale), y, options);
      const DescentPath direct = ended(scaled, y, options);
      EXPECT_LE((by_scale.w() - direct.w()).norm(), 1e-4 * direct.w().norm()) << depth;
    }
}

TEST(DescentPath, TakesAllMemoryAtTheStart) {
  const OneThread one_thread;
  for (const Ensemble ensemble : {Ensemble::gaussian, Ensemble::biased_sign})
    for (const Model model : models)
      for (const StepRule rule : {StepRule::constant, StepRule::adaptive}) {
        const SparseProblem problem(ensemble, 30, 50, 4, 5);
        const auto allocations = [&](std::int64_t iterations) {
          DescentOptions options = options_of(3, model, 1e-2, 0.05, iterations);
          options.step_rule = rule;
          options.speed = Eigen::VectorXf::LinSpaced(50, 0.5f, 2.0f);
          DescentPath path(*problem.matrix, problem.y, options, DescentSchedule{{64, 128}},
                           [] { return false; });
          const std::size_t before = allocations_so_far();
          path.finish();
          return allocations_so_far() - before;
        };
        allocations(1);  // buffers that last as long as the thread
        EXPECT_EQ(allocations(rule == StepRule::constant ? 2000 : 200), 0u)
            << to_string(ensemble) << " " << to_string(model);
      }
}

TEST(DescentPath, DivergenceIsAStatusAndKeepsTheLastFiniteIterate) {
  for (const int depth : {1, 2, 5}) {
    const SparseProblem problem(Ensemble::gaussian, 30, 50, 4, 1);
    const DescentPath path =
        ended(*problem.matrix, problem.y, options_of(depth, Model::signed_model, 1e-1, 50, 5000));
    EXPECT_EQ(path.status(), Status::diverged) << depth;
    EXPECT_TRUE(path.w().allFinite());
    EXPECT_LT(path.steps(), 5000);
    EXPECT_EQ(path.end_time(), *path.step_size() * static_cast<double>(path.steps()));
  }
}

TEST(DescentPath, DivergenceOfOneColumnEndsAllWhereTheyWereFinite) {
  SparseProblem problem(Ensemble::gaussian, 30, 50, 4, 3);
  problem.y.col(1) *= 1e4;  // the curvature grows with the solution
  const auto options = options_of(3, Model::signed_model, 1e-2, 0.05, 1000);
  const DescentPath path = ended(*problem.matrix, problem.y, options);
  EXPECT_EQ(path.status(), Status::diverged);
  EXPECT_TRUE(path.w().allFinite());
  const DescentPath alone = ended(*problem.matrix, problem.y.col(2), options);
  EXPECT_EQ(alone.status(), Status::finished);
}

TEST(DescentPath, CancelledPathStaysWhereItIs) {
  const SparseProblem problem(Ensemble::gaussian, 30, 50, 4, 2);
  int polls = 0;
  DescentPath path(*problem.matrix, problem.y, options_of(2, Model::signed_model, 1e-2, 0.05, 1000000000), {},
                   [&] { return ++polls == 4; });
  path.finish();
  EXPECT_EQ(path.status(), Status::cancelled);
  EXPECT_LE(path.steps(), 64 * 4);
  const DescentPath same =
      ended(*problem.matrix, problem.y, options_of(2, Model::signed_model, 1e-2, 0.05, path.steps()));
  EXPECT_EQ(path.w(), same.w());
}

TEST(DescentPath, StopsToBeLookedAtByItsScheduleAndAtTheEndOnceEach) {
  const SparseProblem problem(Ensemble::gaussian, 30, 50, 4, 2);
  const Eigen::MatrixXd matrix = problem.matrix->dense();
  std::vector<std::int64_t> seen;
  DescentPath path(*problem.matrix, problem.y, options_of(3, Model::nonnegative, 1e-2, 0.05, 90),
                   DescentSchedule{{1, 2, 40, 90, 200}});
  double last = 0;
  while (path.advance()) {
    seen.push_back(path.steps());
    EXPECT_EQ(path.begin_time(), last);
    EXPECT_DOUBLE_EQ(path.end_time(), 0.05 / 9 * static_cast<double>(path.steps()));
    last = path.end_time();
    const Eigen::MatrixXd residual = matrix * path.w().cast<double>() - problem.y;
    const double relative =
        (residual.colwise().norm().array() / problem.y.colwise().norm().array()).maxCoeff();
    EXPECT_NEAR(path.residual(), relative, 1e-5);
    const DescentPath there =
        ended(*problem.matrix, problem.y, options_of(3, Model::nonnegative, 1e-2, 0.05, path.steps()));
    EXPECT_EQ(there.w(), path.w());
  }
  EXPECT_THAT(seen, ElementsAre(1, 2, 40, 90));
  EXPECT_EQ(path.status(), Status::finished);
}

TEST(DescentPath, StepFromTheOperatorNormNeverRaisesTheLoss) {
  for (const Ensemble ensemble : {Ensemble::gaussian, Ensemble::rademacher})
    for (const double scale : {1e-3, 1.0, 1e3})
      for (const int depth : {1, 2, 4}) {
        SCOPED_TRACE(testing::Message() << to_string(ensemble) << " " << scale << " depth " << depth);
        SparseProblem problem(ensemble, 60, 80, 4, 1);
        problem.y *= scale;
        DescentOptions options = options_of(depth, Model::signed_model, 1e-3 * scale, 1, 400);
        options.step_rule = StepRule::operator_norm;
        DescentPath path(*problem.matrix, problem.y, options, DescentSchedule::every(1));
        const double first = path.residual();
        double previous = first;
        while (path.advance()) {
          EXPECT_LE(path.residual(), previous * (1 + 1e-5)) << path.steps();
          previous = path.residual();
        }
        EXPECT_EQ(path.status(), Status::finished);
        EXPECT_LT(previous, 0.7 * first);  // nor is it too small to move
        EXPECT_EQ(path.step_size(), stable_step(*problem.matrix, problem.y, options.network));
      }
}

TEST(DescentPath, MeasurementsOfZeroLeaveTheSignedModelAtZero) {
  const SparseProblem problem(Ensemble::gaussian, 10, 20, 0, 1);
  const DescentPath path =
      ended(*problem.matrix, problem.y, options_of(3, Model::signed_model, 1e-2, 0.05, 100));
  EXPECT_LE(path.w().cwiseAbs().maxCoeff(), 1e-6 * 1e-2);  // u^N − v^N of equal u and v, rounded
}

TEST(DescentPath, EndsAtItsTime) {
  const SparseProblem problem(Ensemble::gaussian, 30, 50, 4, 1);
  DescentOptions options = options_of(3, Model::signed_model, 1e-2, 0.09, 1000000);
  options.end_time = 1.0;  // 100 iterations of η = 0.01
  const DescentPath constant = ended(*problem.matrix, problem.y, options);
  EXPECT_EQ(constant.status(), Status::finished);
  EXPECT_EQ(constant.steps(), 100);
  EXPECT_NEAR(constant.end_time(), 1, 1e-12);
  options.step_rule = StepRule::adaptive;
  options.end_time = 1e-2;
  const DescentPath adaptive = ended(*problem.matrix, problem.y, options);
  EXPECT_EQ(adaptive.status(), Status::finished);
  EXPECT_NEAR(adaptive.end_time(), 1e-2, 1e-14);
}

TEST(DescentPath, EndsAtTheResidualOfTheLimit) {
  const SparseProblem problem(Ensemble::gaussian, 30, 50, 4, 2);
  DescentOptions options = options_of(2, Model::signed_model, 1e-2, 0.05, 100000);
  options.limit_residual = 0.01;
  for (const StepRule rule : {StepRule::constant, StepRule::adaptive}) {
    options.step_rule = rule;
    const DescentPath path = ended(*problem.matrix, problem.y, options);
    EXPECT_EQ(path.status(), Status::limit_reached);
    EXPECT_LE(path.residual(), 0.01);
    EXPECT_GT(path.residual(), 0.001);
    DescentOptions before = options;
    before.iterations = path.steps() - 1;
    EXPECT_GT(ended(*problem.matrix, problem.y, before).residual(), 0.01);
  }
}

TEST(DescentPath, RefusesVectorsOfOtherSizes) {
  const SparseProblem problem(Ensemble::gaussian, 10, 20, 2, 1);
  const Eigen::MatrixXd longer = Eigen::MatrixXd::Ones(11, 1);
  EXPECT_EQ(error_of([&] { DescentPath(*problem.matrix, longer, {}); }),
            "y must have a row for each of the 10 rows of X; it has 11");
  DescentOptions options;
  options.speed = Eigen::VectorXf::Ones(19);
  EXPECT_EQ(error_of([&] { DescentPath(*problem.matrix, problem.y, options); }),
            "speed must have a value for each of the 20 columns of X; it has 19");
}

TEST(DescentPath, OptionsOutOfRangeAreWrongUsageAndNamed) {
  const auto message = [](double step, std::int64_t iterations) {
    return error_of<UsageError>(
        [&] { options_of(2, Model::signed_model, 1e-3, step, iterations).validate(); });
  };
  for (const double step : {0.0, -1.0, std::nan(""), std::numeric_limits<double>::infinity()})
    EXPECT_EQ(message(step, 10), "step must be a positive number; got " + std::to_string(step));
  EXPECT_EQ(message(1, -1), "iterations must not be negative; got -1");
  EXPECT_EQ(message(1, 0), "no exception");
  const auto refused = [](auto change) {
    DescentOptions options;
    change(options);
    EXPECT_THROW(options.validate(), UsageError);
  };
  refused([](auto& o) { o.network.depth = 0; });
  refused([](auto& o) { o.end_time = -1; });
  refused([](auto& o) { o.end_time = std::nan(""); });
  refused([](auto& o) { o.limit_residual = -1; });
  refused([](auto& o) { o.limit_residual = 1; });
}

// Two columns of measurements of sparse coefficients, by columns whose lengths span an order of magnitude.
struct UnequalProblem {
  explicit UnequalProblem(Model model)
      : op(DenseMatrix::RowMajor(random_columns(60, 160, "entries") *
                                 Eigen::VectorXf::LinSpaced(160, 0.3f, 3.0f).asDiagonal())) {
    RandomStream random = RandomStream::named(5, "sparse");
    Eigen::MatrixXf w = Eigen::MatrixXf::Zero(160, 2), measured(60, 2);
    for (Index k = 0; k < 16; ++k)
      w(static_cast<Index>(random.below(160)), k % 2) =
          static_cast<float>(0.5 + random.uniform()) * (model == Model::nonnegative || k % 3 ? 1 : -1);
    op.apply(w, measured);
    y = measured.cast<double>();
  }

  DenseMatrix op;
  Eigen::MatrixXd y;
};

class DescentPathAndFlow : public testing::TestWithParam<std::pair<int, Model>> {};

TEST_P(DescentPathAndFlow, AgreeWhereStepsAreSmall) {
  const auto [depth, model] = GetParam();
  const UnequalProblem problem(model);
  DescentOptions options = options_of(depth, model, 0.05, 2e-3, 1'000'000);
  options.end_time = 0.2;
  const DescentPath path = ended(problem.op, problem.y, options);
  EXPECT_EQ(path.status(), Status::finished);
  EXPECT_NEAR(path.end_time(), 0.2, 1e-9);
  for (Index b = 0; b < 2; ++b) {
    const FlowEnd flow = exact_flow(problem.op, problem.y.col(b), options.network, options.end_time);
    EXPECT_GT(flow.certificate.residual, 1e-3);  // on the way
    EXPECT_LE(relative_difference(path.w().col(b).cast<double>(), flow.w), 0.02) << b;
  }
}

TEST_P(DescentPathAndFlow, AdaptiveStepsEndNearTheLimitAndNeverRaiseTheLoss) {
  const auto [depth, model] = GetParam();
  const UnequalProblem problem(model);
  DescentOptions options = options_of(depth, model, 0.05, 1, 100'000);
  options.step_rule = StepRule::adaptive;
  options.limit_residual = 1e-4;
  for (const bool by_speed : {false, true}) {
    SCOPED_TRACE(by_speed);
    if (by_speed) options.speed = Eigen::VectorXf::LinSpaced(160, 3.0f, 0.3f);
    DescentPath path(problem.op, problem.y.leftCols(1), options, DescentSchedule::every(1));
    double previous = std::numeric_limits<double>::infinity();
    while (path.advance()) {
      EXPECT_LE(path.residual(), previous * (1 + 1e-5));
      previous = path.residual();
    }
    EXPECT_EQ(path.status(), Status::limit_reached);
    EXPECT_LE(path.residual(), 1e-4);
    if (by_speed) continue;
    const FlowEnd limit = exact_flow(problem.op, problem.y.col(0), options.network, INFINITY);
    EXPECT_LE(relative_difference(path.w().col(0).cast<double>(), limit.w), 0.1);
  }
}

INSTANTIATE_TEST_SUITE_P(DepthsAndModels, DescentPathAndFlow,
                         testing::Values(std::pair{2, Model::signed_model}, std::pair{2, Model::nonnegative},
                                         std::pair{3, Model::signed_model}, std::pair{3, Model::nonnegative},
                                         std::pair{5, Model::signed_model}));

DescentOptions adaptive(int depth, double init, std::int64_t iterations) {
  DescentOptions options = options_of(depth, Model::signed_model, init, 1, iterations);
  options.step_rule = StepRule::adaptive;
  return options;
}

// Weights that move at the speed ρ stay in ρ∘range(Xᵀ) at depth 1: the limit has the least Σ w²/ρ.
TEST(AdaptiveDescent, SpeedsWeighTheNormThatIsLeastAtTheLimit) {
  const SparseProblem problem(Ensemble::gaussian, 20, 50, 5, 1);
  DescentOptions options = adaptive(1, 1e-3, 10000);
  options.speed = Eigen::VectorXf::LinSpaced(50, 0.2f, 4.0f);
  options.limit_residual = 1e-5;
  const DescentPath path = ended(*problem.matrix, problem.y, options);
  EXPECT_EQ(path.status(), Status::limit_reached);
  const Eigen::MatrixXd x = problem.matrix->dense(),
                        weighted = options.speed.cast<double>().asDiagonal() * x.transpose();
  const Eigen::VectorXd expected = weighted * (x * weighted).ldlt().solve(problem.y.col(0));
  EXPECT_LE(relative_difference(path.w().col(0).cast<double>(), expected), 1e-3);
}

TEST(AdaptiveDescent, SaysHowItEnded) {
  const UnequalProblem problem(Model::signed_model);
  DescentOptions options = adaptive(2, 0.05, 17);
  options.limit_residual = 1e-4;
  const DescentPath short_of = ended(problem.op, problem.y, options);
  EXPECT_EQ(short_of.status(), Status::finished);
  EXPECT_EQ(short_of.steps(), 17);
  EXPECT_GT(short_of.residual(), options.limit_residual);
  EXPECT_FALSE(short_of.step_size());
  options.iterations = 0;
  EXPECT_LE(ended(problem.op, problem.y, options).w().cwiseAbs().maxCoeff(), 1e-6);

  options.iterations = 1000;
  DescentPath cancelled(problem.op, problem.y, options, {}, [] { return true; });
  EXPECT_FALSE(cancelled.advance());
  EXPECT_EQ(cancelled.status(), Status::cancelled);
}

TEST(AdaptiveDescent, WithoutASolutionIsLeastSquares) {
  const DenseMatrix op(DenseMatrix::RowMajor(random_columns(40, 10, "entries")));
  const Eigen::MatrixXd y = random_columns(40, 1, "y").cast<double>();
  const Eigen::VectorXd expected = op.dense().colPivHouseholderQr().solve(y.col(0));
  for (const int depth : {1, 2}) {
    DescentOptions options = adaptive(depth, 0.05, 10000);
    options.limit_residual = 1e-4;
    const DescentPath path = ended(op, y, options);
    EXPECT_NE(path.status(), Status::limit_reached);
    EXPECT_LE(relative_difference(path.w().col(0).cast<double>(), expected), 1e-2) << depth;
  }
}

TEST(AdaptiveDescent, GivesTheSameBytesForAnyNumberOfThreads) {
  const auto op = compose(make_randomized_hadamard(12800, 51200, 1), make_basis("cdf97", 256, 200));
  const Eigen::MatrixXd y = random_columns(12800, 2, "y").cast<double>();
  const auto with_threads = [&](int threads) -> Eigen::MatrixXf {
    set_thread_count(threads);
    const DescentPath path = ended(*op, y, adaptive(3, 0.05, 12));
    set_thread_count(0);
    return path.w();
  };
  const Eigen::MatrixXf one = with_threads(1);
  EXPECT_GT(one.norm(), 0.1);
  EXPECT_EQ(one, with_threads(3));
}

TEST(DescentSchedule, LogarithmicIsEvenInEachDecadeAndEndsAtTheLast) {
  EXPECT_THAT(DescentSchedule::logarithmic(1000, 1).iterations, ElementsAre(1, 10, 100, 1000));
  EXPECT_THAT(DescentSchedule::logarithmic(120, 3).iterations, ElementsAre(1, 2, 5, 10, 22, 46, 100, 120));
  EXPECT_THAT(DescentSchedule::logarithmic(6, 100).iterations, ElementsAre(1, 2, 3, 4, 5, 6));
  EXPECT_THAT(DescentSchedule::logarithmic(1, 10).iterations, ElementsAre(1));
  EXPECT_THAT(DescentSchedule::logarithmic(0, 10).iterations, IsEmpty());
}

TEST(DescentSchedule, EveryIsEachMultipleAndTheLast) {
  const SparseProblem problem(Ensemble::gaussian, 10, 20, 2, 1);
  const auto seen = [&](std::int64_t interval, std::int64_t last) {
    std::vector<std::int64_t> iterations;
    DescentPath path(*problem.matrix, problem.y, options_of(2, Model::signed_model, 1e-2, 1e-3, last),
                     DescentSchedule::every(interval));
    while (path.advance()) iterations.push_back(path.steps());
    return iterations;
  };
  EXPECT_THAT(seen(10, 25), ElementsAre(10, 20, 25));
  EXPECT_THAT(seen(5, 10), ElementsAre(5, 10));
  EXPECT_THAT(seen(50, 10), ElementsAre(10));
  EXPECT_THAT(seen(1, 3), ElementsAre(1, 2, 3));
  EXPECT_THAT(seen(5, 0), IsEmpty());
}

}  // namespace
}  // namespace isr
