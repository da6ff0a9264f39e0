// Results do not depend on the user's units: of y, of X, or of its columns.
#include <gtest/gtest.h>

#include <Eigen/Cholesky>
#include <cmath>

#include "sensing/dense_matrix.h"
#include "solver/products_operator.h"
#include "solver/recover.h"
#include "solver/spikes.h"
#include "solver/test_problems.h"

namespace isr {
namespace {

// A matrix small enough to be factored, an operator that is solved as a matrix, and one by products alone.
enum class Door { matrix, small_operator, large_operator };

Index rows_behind(Door door) {
  return door == Door::large_operator ? 480 : 40;
}

Recovery recover_behind(Door door, const Eigen::MatrixXd& x, const Eigen::VectorXd& y,
                        const RecoverOptions& options) {
  return recover(door == Door::matrix ? make_problem(x, y) : make_problem(std::make_shared<Products>(x), y),
                 options);
}

class RecoverUnits : public testing::TestWithParam<std::tuple<Door, SolverKind, Model>> {
 protected:
  RecoverUnits()
      : n(rows_behind(std::get<Door>(GetParam()))),
        x(normal_matrix(n, 2 * n, 3)),
        truth(sparse_vector(2 * n, 5, std::get<Model>(GetParam()) == Model::nonnegative, 4)) {}

  Recovery solve(const Eigen::MatrixXd& matrix, const Eigen::VectorXd& y, int depth) const {
    const auto [door, solver, model] = GetParam();
    RecoverOptions options;
    options.depth = depth;
    options.model = model;
    options.solver = solver;
    options.stop.rule = StopRule::limit;
    options.iterations = 300;
    return recover_behind(door, matrix, y, options);
  }

  const Index n;
  const Eigen::MatrixXd x;
  const Eigen::VectorXd truth;
};

// recover(X, c·y) = c·recover(X, y) and recover(c·X, y) = recover(X, y)/c, in whatever units.
TEST_P(RecoverUnits, MakeNoDifference) {
  const bool large = std::get<Door>(GetParam()) == Door::large_operator;
  const bool descends = std::get<SolverKind>(GetParam()) == SolverKind::gradient_descent;
  const Eigen::VectorXd y = x * truth;
  for (const int depth : {1, 2, 3, 5}) {
    if (descends && depth > 3) continue;  // after 300 iterations the plain matrix is at zero there
    const Recovery one = solve(x, y, depth);
    ASSERT_GT(one.w.norm(), descends ? 0 : 0.1 * truth.norm());
    for (const double c : {1e-30, 1e-12, 1e-3, 7.0, 1e12, 1e30}) {
      if (large && (depth > 3 || c == 1e-12 || c == 1e12)) continue;
      const Recovery of_y = solve(x, c * y, depth), of_x = solve(c * x, y, depth);
      EXPECT_EQ(of_y.status, one.status);
      // The same numbers but for the rounding of y and X: in single precision that of X, magnified where the
      // path chooses steps. Limits agree within what certifies them.
      EXPECT_LE((of_y.w / c - one.w).norm(), 1e-7 * one.w.norm()) << c << ", depth " << depth;
      EXPECT_LE((of_x.w * c - one.w).norm(), 1e-2 * one.w.norm()) << c << ", depth " << depth;
    }
  }
}

// X·diag(s) with w/s is the same problem.
TEST_P(RecoverUnits, OfTheColumnsMakeNoDifference) {
  RandomStream stream = RandomStream::named(6, "scales");
  const Eigen::VectorXd s =
      Eigen::VectorXd::NullaryExpr(2 * n, [&] { return std::pow(10, 4 * stream.uniform() - 2); });
  const Eigen::VectorXd y = x * truth;
  for (const int depth : {2, 3}) {
    const Recovery equal = solve(x, y, depth), unequal = solve(x * s.asDiagonal(), y, depth);
    const double error = (equal.w - truth).norm() / truth.norm();
    const double error_of_unequal = (s.asDiagonal() * unequal.w - truth).norm() / truth.norm();
    EXPECT_LE(error_of_unequal, 1.5 * error + 0.01) << depth;
  }
}

INSTANTIATE_TEST_SUITE_P(DoorsSolversAndModels, RecoverUnits,
                         testing::Combine(testing::Values(Door::matrix, Door::small_operator,
                                                          Door::large_operator),
                                          testing::ValuesIn(solvers), testing::ValuesIn(models)));

TEST(Recover, AtDepthOneIsLeastSquaresOfLeastNormWhateverTheColumns) {
  Eigen::MatrixXd x = normal_matrix(10, 25, 1);
  x.leftCols(5) *= 30;
  const Eigen::VectorXd y = normal_vector(10, 2);
  const Eigen::VectorXd least = x.transpose() * (x * x.transpose()).ldlt().solve(y);
  RecoverOptions options;
  options.depth = 1;
  options.stop.rule = StopRule::limit;
  EXPECT_LE((recover(make_problem(x, y), options).w - least).norm(), 1e-6 * least.norm());
}

TEST(Recover, LeavesColumnsAloneThatAreRoundingAlone) {
  Eigen::MatrixXd x = normal_matrix(20, 40, 1);
  x.col(7) *= 1e-17, x.col(8).setZero();
  const Eigen::VectorXd truth = sparse_vector(40, 3, true, 2), y = x * truth + 1e-12 * normal_vector(20, 3);
  for (const Model model : models) {
    RecoverOptions options;
    options.model = model;
    options.stop.rule = StopRule::limit;
    EXPECT_LE(recover(make_problem(x, y), options).w.norm(), 2 * truth.norm());
  }
}

TEST(Recover, OfADenselyMeasuredPictureIsThePicture) {
  const Eigen::MatrixXd x = normal_matrix(80, 40, 1);
  const Eigen::VectorXd truth = normal_vector(40, 2);
  for (const int depth : {1, 2, 3, 5}) {
    RecoverOptions options;
    options.depth = depth;
    options.stop.rule = StopRule::limit;
    EXPECT_LE((recover(make_problem(x, x * truth), options).w - truth).norm(), 1e-6 * truth.norm()) << depth;
  }
}

}  // namespace
}  // namespace isr
