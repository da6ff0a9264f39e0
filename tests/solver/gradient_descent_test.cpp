#include "solver/gradient_descent.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <Eigen/Dense>
#include <limits>

#include "base/allocation_counter.h"
#include "base/test_files.h"
#include "sensing/dense_matrix.h"
#include "sensing/ensembles.h"
#include "sensing/operator_checks.h"

namespace isr {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

constexpr Model models[] = {Model::signed_model, Model::nonnegative};

// Measurements of `columns` vectors with `sparsity` entries 1, one problem a column.
struct SparseProblem {
  OperatorPtr matrix;
  Eigen::MatrixXf truth, y;

  SparseProblem(Ensemble ensemble, Index n, Index p, Index sparsity, Index columns)
      : matrix(make_ensemble(ensemble, n, p, 42)), truth(Eigen::MatrixXf::Zero(p, columns)), y(n, columns) {
    for (Index b = 0; b < columns; ++b)
      for (Index k = 0; k < sparsity; ++k) truth((3 * k + b) % p, b) = 1;
    matrix->apply(truth, y);
  }
};

GradientDescentOptions options_of(int depth, Model model, double init, double step, std::int64_t iterations) {
  return {{depth, model, init}, StepRule::constant, step, iterations};
}

// The algorithm of the header, in double precision, one problem.
Eigen::VectorXd reference_descent(const Eigen::MatrixXd& matrix, const Eigen::VectorXd& y,
                                  const GradientDescentOptions& options) {
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

TEST(GradientDescent, AgreesWithTheFormulaInDoublePrecision) {
  for (const Ensemble ensemble : {Ensemble::gaussian, Ensemble::biased_sign})
    for (const int depth : {1, 2, 3, 5})
      for (const Model model : models) {
        SCOPED_TRACE(testing::Message()
                     << to_string(ensemble) << ", depth " << depth << ", " << to_string(model));
        const SparseProblem problem(ensemble, 40, 60, 4, 1);
        const auto options = options_of(depth, model, 1e-2, 0.02, 1000);
        const DescentBatch batch = gradient_descent(*problem.matrix, problem.y, options);
        const Eigen::VectorXd expected =
            reference_descent(problem.matrix->dense(), problem.y.cast<double>().col(0), options);
        ASSERT_GT((expected - Eigen::VectorXd::Constant(60, expected(59))).norm(), 0.1);  // it has moved
        EXPECT_LE((batch.w.col(0).cast<double>() - expected).norm(), 2e-5 * expected.norm());
        EXPECT_EQ(batch.step, 0.02 / (depth * depth));
        EXPECT_EQ(batch.columns[0].status, Status::finished);
        EXPECT_EQ(batch.columns[0].iterations, 1000);
        EXPECT_DOUBLE_EQ(batch.columns[0].flow_time, 1000 * batch.step);
      }
}

// ∂L/∂u and ∂L/∂v by central differences of the loss itself; then one step of the descent.
TEST(GradientDescent, FirstStepFollowsTheGradientOfTheLoss) {
  const SparseProblem problem(Ensemble::gaussian, 12, 9, 3, 1);
  const Eigen::MatrixXd matrix = problem.matrix->dense();
  const Eigen::VectorXd y = problem.y.col(0).cast<double>();
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
      const DescentBatch batch = gradient_descent(*problem.matrix, problem.y, options);
      EXPECT_LE((batch.w.col(0).cast<double>() - expected).norm(), 3e-6 * (1 + expected.norm()));
    }
}

// Depth 1 is linear: in the eigenbasis of (2/n) XᵀX the distance to least squares shrinks by 1 − c·η·λ a
// step, c = 1 for w = u and 2 for w = u − v.
TEST(GradientDescent, DepthOneFollowsItsClosedForm) {
  const SparseProblem problem(Ensemble::gaussian, 50, 20, 6, 1);
  const Eigen::MatrixXd matrix = problem.matrix->dense();
  const Eigen::VectorXd y = problem.y.col(0).cast<double>();
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
      const DescentBatch batch =
          gradient_descent(*problem.matrix, problem.y, options_of(1, model, 0.1, 0.05, iterations));
      EXPECT_LE((batch.w.col(0).cast<double>() - expected).norm(), 1e-5 * (0.1 + expected.norm()));
    }
  }
}

TEST(GradientDescent, RecoversASparseVectorFromFewerMeasurementsThanUnknowns) {
  const SparseProblem problem(Ensemble::rademacher, 80, 200, 5, 1);
  for (const int depth : {2, 3}) {
    const auto error = [&](std::int64_t iterations) {
      return (gradient_descent(*problem.matrix, problem.y,
                               options_of(depth, Model::signed_model, 1e-6, 0.4, iterations))
                  .w -
              problem.truth)
          .cwiseAbs()
          .maxCoeff();
    };
    EXPECT_GT(error(1), 0.99);
    EXPECT_LT(error(depth == 2 ? 400 : 4000), 1e-2) << depth;
  }
}

TEST(GradientDescent, BatchGivesEachProblemWhatItGetsAlone) {
  for (const Ensemble ensemble : {Ensemble::gaussian, Ensemble::rademacher}) {
    const SparseProblem problem(ensemble, 30, 50, 4, 9);
    const auto options = options_of(3, Model::signed_model, 1e-2, 0.05, 300);
    const DescentBatch batch = gradient_descent(*problem.matrix, problem.y, options);
    ASSERT_EQ(batch.columns.size(), 9u);
    for (Index b = 0; b < 9; ++b) {
      const DescentBatch alone = gradient_descent(*problem.matrix, problem.y.col(b), options);
      EXPECT_LE((batch.w.col(b) - alone.w.col(0)).norm(), 1e-6f * alone.w.norm()) << to_string(ensemble);
    }
  }
}

TEST(GradientDescent, LoopAllocatesNothing) {
  for (const Ensemble ensemble : {Ensemble::gaussian, Ensemble::biased_sign})
    for (const Model model : models) {
      const SparseProblem problem(ensemble, 30, 50, 4, 5);
      const auto allocations = [&](std::int64_t iterations) {
        const std::size_t before = allocations_so_far();
        gradient_descent(
            *problem.matrix, problem.y, options_of(3, model, 1e-2, 0.05, iterations),
            DescentSchedule{{64, 128}}, [](const DescentPoint&, std::vector<bool>&) {}, [] { return false; });
        return allocations_so_far() - before;
      };
      allocations(1);  // buffers that last as long as the thread
      const std::size_t few = allocations(100);
      EXPECT_GT(few, 0u);
      EXPECT_EQ(allocations(2000), few) << to_string(ensemble) << " " << to_string(model);
    }
}

TEST(GradientDescent, DivergenceIsAStatusAndKeepsTheLastFiniteIterate) {
  for (const int depth : {1, 2, 5}) {
    const SparseProblem problem(Ensemble::gaussian, 30, 50, 4, 1);
    const DescentBatch batch =
        gradient_descent(*problem.matrix, problem.y, options_of(depth, Model::signed_model, 1e-1, 50, 5000));
    EXPECT_EQ(batch.columns[0].status, Status::diverged) << depth;
    EXPECT_TRUE(batch.w.allFinite());
    EXPECT_LT(batch.columns[0].iterations, 5000);
    EXPECT_EQ(batch.columns[0].flow_time, batch.step * static_cast<double>(batch.columns[0].iterations));
  }
}

TEST(GradientDescent, DivergenceOfOneProblemLeavesTheOthersAlone) {
  SparseProblem problem(Ensemble::gaussian, 30, 50, 4, 3);
  problem.y.col(1) *= 1e4f;  // the curvature grows with the solution
  const auto options = options_of(3, Model::signed_model, 1e-2, 0.05, 1000);
  const DescentBatch batch = gradient_descent(*problem.matrix, problem.y, options);
  EXPECT_EQ(batch.columns[0].status, Status::finished);
  EXPECT_EQ(batch.columns[1].status, Status::diverged);
  EXPECT_EQ(batch.columns[2].status, Status::finished);
  EXPECT_TRUE(batch.w.allFinite());
  const DescentBatch alone = gradient_descent(*problem.matrix, problem.y.col(2), options);
  EXPECT_LE((batch.w.col(2) - alone.w.col(0)).norm(), 1e-6f * alone.w.norm());
}

TEST(GradientDescent, CancelledRunReturnsWhereItIs) {
  const SparseProblem problem(Ensemble::gaussian, 30, 50, 4, 2);
  int polls = 0;
  const auto options = options_of(2, Model::signed_model, 1e-2, 0.05, 1000000000);
  const DescentBatch batch =
      gradient_descent(*problem.matrix, problem.y, options, {}, {}, [&] { return ++polls == 4; });
  const std::int64_t done = batch.columns[0].iterations;
  EXPECT_LE(done, 64 * 4);
  for (const auto& column : batch.columns) EXPECT_EQ(column.status, Status::cancelled);
  const DescentBatch same =
      gradient_descent(*problem.matrix, problem.y, options_of(2, Model::signed_model, 1e-2, 0.05, done));
  EXPECT_EQ(batch.w, same.w);
}

TEST(GradientDescent, ObserverSeesTheStartTheScheduleAndTheEndOnceEach) {
  const SparseProblem problem(Ensemble::gaussian, 30, 50, 4, 2);
  const Eigen::MatrixXd matrix = problem.matrix->dense();
  std::vector<std::int64_t> seen;
  const auto observer = [&](const DescentPoint& point, std::vector<bool>&) {
    seen.push_back(point.iteration);
    EXPECT_DOUBLE_EQ(point.flow_time, 0.05 / 9 * static_cast<double>(point.iteration));
    const Eigen::MatrixXd residual = matrix * point.w.cast<double>() - problem.y.cast<double>();
    EXPECT_LE((point.residual.cast<double>() - residual).norm(), 1e-5 * problem.y.norm());
    const DescentBatch there = gradient_descent(
        *problem.matrix, problem.y, options_of(3, Model::nonnegative, 1e-2, 0.05, point.iteration));
    EXPECT_EQ(there.w, point.w);
  };
  gradient_descent(*problem.matrix, problem.y, options_of(3, Model::nonnegative, 1e-2, 0.05, 90),
                   DescentSchedule{{1, 2, 40, 90, 200}}, observer);
  EXPECT_THAT(seen, ElementsAre(0, 1, 2, 40, 90));
}

TEST(GradientDescent, ObserverStopsOneProblemAndTheOthersGoOn) {
  const SparseProblem problem(Ensemble::gaussian, 30, 50, 4, 3);
  const auto options = options_of(2, Model::signed_model, 1e-2, 0.05, 200);
  const DescentBatch batch = gradient_descent(*problem.matrix, problem.y, options, DescentSchedule{{30, 60}},
                                              [](const DescentPoint& point, std::vector<bool>& active) {
                                                if (point.iteration == 30) active[1] = false;
                                              });
  EXPECT_EQ(batch.columns[1].status, Status::stopped_by_rule);
  EXPECT_EQ(batch.columns[1].iterations, 30);
  EXPECT_EQ(batch.columns[2].status, Status::finished);
  EXPECT_EQ(batch.columns[2].iterations, 200);
  const auto w_at = [&](std::int64_t iterations, Index column) -> Eigen::VectorXf {
    return gradient_descent(*problem.matrix, problem.y,
                            options_of(2, Model::signed_model, 1e-2, 0.05, iterations))
        .w.col(column);
  };
  EXPECT_EQ(batch.w.col(1), w_at(30, 1));
  EXPECT_EQ(batch.w.col(2), w_at(200, 2));
}

TEST(GradientDescent, StepFromTheOperatorNormNeverRaisesTheLoss) {
  for (const Ensemble ensemble : {Ensemble::gaussian, Ensemble::rademacher})
    for (const float scale : {1e-3f, 1.0f, 1e3f})
      for (const int depth : {1, 2, 4}) {
        SCOPED_TRACE(testing::Message() << to_string(ensemble) << " " << scale << " depth " << depth);
        SparseProblem problem(ensemble, 60, 80, 4, 1);
        problem.y *= scale;
        GradientDescentOptions options = options_of(depth, Model::signed_model, 1e-3 * scale, 1, 400);
        options.step_rule = StepRule::operator_norm;
        double previous = std::numeric_limits<double>::infinity(), first = 0;
        const DescentBatch batch =
            gradient_descent(*problem.matrix, problem.y, options, DescentSchedule::every(1),
                             [&](const DescentPoint& point, std::vector<bool>&) {
                               const double loss = point.residual.cast<double>().squaredNorm();
                               if (point.iteration == 0) first = loss;
                               EXPECT_LE(loss, previous * (1 + 1e-5)) << point.iteration;
                               previous = loss;
                             });
        EXPECT_EQ(batch.columns[0].status, Status::finished);
        EXPECT_LT(previous, 0.5 * first);  // nor is it too small to move
        EXPECT_EQ(batch.step, stable_step(*problem.matrix, problem.y, options.network));
      }
}

TEST(GradientDescent, MeasurementsOfZeroLeaveTheSignedModelAtZero) {
  const SparseProblem problem(Ensemble::gaussian, 10, 20, 0, 1);
  const DescentBatch batch =
      gradient_descent(*problem.matrix, problem.y, options_of(3, Model::signed_model, 1e-2, 0.05, 100));
  EXPECT_LE(batch.w.cwiseAbs().maxCoeff(), 1e-6 * 1e-2);  // u^N − v^N of equal u and v, rounded
}

TEST(GradientDescent, OptionsOutOfRangeAreWrongUsageAndNamed) {
  const auto message = [](double step, std::int64_t iterations) {
    return error_of<UsageError>(
        [&] { options_of(2, Model::signed_model, 1e-3, step, iterations).validate(); });
  };
  for (const double step : {0.0, -1.0, std::nan(""), std::numeric_limits<double>::infinity()})
    EXPECT_EQ(message(step, 10), "--step must be a positive number; got " + std::to_string(step));
  EXPECT_EQ(message(1, -1), "--iterations must not be negative; got -1");
  EXPECT_THROW(options_of(0, Model::signed_model, 1e-3, 1, 1).validate(), UsageError);
  EXPECT_EQ(message(1, 0), "no exception");
}

TEST(DescentSchedule, LogarithmicIsEvenInEachDecadeAndEndsAtTheLast) {
  EXPECT_THAT(DescentSchedule::logarithmic(1000, 1).iterations, ElementsAre(1, 10, 100, 1000));
  EXPECT_THAT(DescentSchedule::logarithmic(120, 3).iterations, ElementsAre(1, 2, 5, 10, 22, 46, 100, 120));
  EXPECT_THAT(DescentSchedule::logarithmic(6, 100).iterations, ElementsAre(1, 2, 3, 4, 5, 6));
  EXPECT_THAT(DescentSchedule::logarithmic(1, 10).iterations, ElementsAre(1));
  EXPECT_THAT(DescentSchedule::logarithmic(0, 10).iterations, IsEmpty());
}

TEST(DescentSchedule, EveryShowsTheStartEachMultipleAndTheLast) {
  const SparseProblem problem(Ensemble::gaussian, 10, 20, 2, 1);
  const auto seen = [&](std::int64_t interval, std::int64_t last) {
    std::vector<std::int64_t> iterations;
    const GradientDescentOptions options = options_of(2, Model::signed_model, 1e-2, 1e-3, last);
    gradient_descent(
        *problem.matrix, problem.y, options, DescentSchedule::every(interval),
        [&](const DescentPoint& point, std::vector<bool>&) { iterations.push_back(point.iteration); });
    return iterations;
  };
  EXPECT_THAT(seen(10, 25), ElementsAre(0, 10, 20, 25));
  EXPECT_THAT(seen(5, 10), ElementsAre(0, 5, 10));
  EXPECT_THAT(seen(50, 10), ElementsAre(0, 10));
  EXPECT_THAT(seen(1, 3), ElementsAre(0, 1, 2, 3));
  EXPECT_THAT(seen(5, 0), ElementsAre(0));
}

}  // namespace
}  // namespace isr
