#include "solver/units.h"

#include <gtest/gtest.h>

#include <cmath>

#include "sensing/dense_matrix.h"
#include "sensing/ensembles.h"
#include "sensing/operator_checks.h"
#include "sensing/scaled_columns.h"
#include "solver/products_operator.h"
#include "solver/test_problems.h"

namespace isr {
namespace {

Plan plan_of(const Problem& problem, int depth = 2, std::optional<double> init = {}) {
  RecoverOptions options;
  options.depth = depth;
  options.init = init;
  return plan(problem.model, 0, options);
}

// w' of y' by X' is w of y by X.
TEST(Scaling, OfASolutionIsASolution) {
  const Eigen::MatrixXd x = normal_matrix(6, 9, 1);
  const DenseMatrix op(x);
  Scaling scaling;
  scaling.columns = Eigen::VectorXf::LinSpaced(9, 0.3f, 4.0f);
  scaling.matrix = 1e-3, scaling.weights = 50;
  const Eigen::MatrixXd solution = normal_matrix(9, 2, 2), y = x * solution;
  Eigen::MatrixXd w = solution;
  scaling.from_user(w);
  const Eigen::MatrixXd scaled_y = scaling.measurements(y);
  EXPECT_LE((scaling.system(op)->dense() * w - scaled_y).norm(), 1e-6 * scaled_y.norm());
  scaling.to_user(w);
  EXPECT_LE((w - solution).norm(), 1e-12 * solution.norm());
  const Eigen::MatrixXd other = normal_matrix(9, 2, 3);
  Eigen::MatrixXd scaled_other = other;
  scaling.from_user(scaled_other);
  const Eigen::MatrixXd expected = scaling.system(op)->dense() * scaled_other - scaled_y;
  EXPECT_LE((scaling.residual(op, other, y) - expected).norm(), 1e-5 * expected.norm());
}

TEST(Scaling, OfNothingIsTheUsersOwnUnits) {
  const DenseMatrix op(normal_matrix(6, 9, 1));
  const Scaling none;
  EXPECT_FALSE(none.scales_operator());
  EXPECT_EQ(none.system(op).get(), &op);
  Eigen::MatrixXd w = normal_matrix(9, 1, 2);
  const Eigen::MatrixXd before = w;
  none.to_user(w);
  EXPECT_EQ(w, before);
  EXPECT_EQ(none.scaled_squared_norms().size(), 0);
}

TEST(Scaling, ScalesTheLengthsOfColumns) {
  Scaling scaling;
  scaling.columns = Eigen::VectorXf::LinSpaced(4, 1, 4);
  EXPECT_EQ(scaling.scaled_squared_norms(), scaling.columns.cwiseAbs2());
  scaling.squared_norms = Eigen::VectorXf::Constant(4, 3);
  EXPECT_EQ(scaling.scaled_squared_norms(), (3 * scaling.columns.cwiseAbs2()).eval());
}

TEST(OperatorUnits, MakeColumnsAsLongAsThoseOfAMatrixOfSigns) {
  const Eigen::MatrixXd x = 1e-5 * normal_matrix(200, 300, 1);
  for (const bool by_products : {false, true}) {
    const Eigen::VectorXd y = Eigen::VectorXd::Ones(200);
    const Problem problem = by_products ? make_problem(std::make_shared<Products>(x), y) : make_problem(x, y);
    const Scaling units = operator_units(problem.operators, plan_of(problem));
    const double mean = (units.matrix * x).colwise().squaredNorm().mean();
    EXPECT_NEAR(mean, 200, 1e-4 * 200);
    EXPECT_EQ(units.columns.size(), 0);  // about equal
    EXPECT_EQ(units.weights, 1);
    EXPECT_NEAR(units.squared_norms.mean(), 200, 0.1);
  }
}

TEST(OperatorUnits, MakeVeryUnequalColumnsEqual) {
  const Eigen::VectorXd s =
      Eigen::VectorXd::LinSpaced(300, -3, 3).unaryExpr([](double d) { return std::pow(10, d); });
  const Eigen::MatrixXd x = normal_matrix(200, 300, 1) * s.asDiagonal();
  const Problem problem = make_problem(x, Eigen::VectorXd::Ones(200));
  const Scaling units = operator_units(problem.operators, plan_of(problem));
  const Eigen::VectorXd lengths = units.system(*problem.operators.system)->dense().colwise().norm();
  EXPECT_NEAR(lengths.minCoeff(), std::sqrt(200.0), 1e-3);
  EXPECT_NEAR(lengths.maxCoeff(), std::sqrt(200.0), 1e-3);
  EXPECT_EQ(operator_units(problem.operators, plan_of(problem, 1)).columns.size(), 0);
}

TEST(OperatorUnits, EstimateTheColumnsOfALargeOperator) {
  const Index n = 2100, p = 8200;  // beyond 2^24 entries
  const Eigen::VectorXf s = Eigen::VectorXf::LinSpaced(p, 0.1f, 10);
  const OperatorPtr signs = make_ensemble(Ensemble::rademacher, n, p, 1);
  const ScaledColumns unequal(*signs, s);
  // Behind an operator that does not know its columns.
  class Unknown final : public LinearOperator {
   public:
    explicit Unknown(const LinearOperator& op) : op_(op) {}
    Index rows() const override { return op_.rows(); }
    Index cols() const override { return op_.cols(); }
    void apply(ConstColumns x, Columns y) const override { op_.apply(x, y); }
    void adjoint(ConstColumns y, Columns x) const override { op_.adjoint(y, x); }
    std::size_t memory_bytes() const override { return 0; }

   private:
    const LinearOperator& op_;
  };
  const Eigen::VectorXd y = Eigen::VectorXd::Ones(n);
  const Problem problem = make_problem(std::make_shared<Unknown>(unequal), y);
  const Scaling units = operator_units(problem.operators, plan_of(problem));
  ASSERT_EQ(units.columns.size(), p);
  const Eigen::ArrayXf lengths = units.columns.array() * s.array();
  EXPECT_GT(lengths.minCoeff(), 0.5f * lengths.mean());
  EXPECT_LT(lengths.maxCoeff(), 2 * lengths.mean());
  const Problem equal = make_problem(std::make_shared<Unknown>(*signs), y);
  EXPECT_EQ(operator_units(equal.operators, plan_of(equal)).columns.size(), 0);
}

TEST(OperatorUnits, AreTheUsersWhereAStartIsGiven) {
  const Problem problem = make_problem(7 * normal_matrix(20, 30, 1), Eigen::VectorXd::Ones(20));
  EXPECT_FALSE(operator_units(problem.operators, plan_of(problem, 2, 0.1)).scales_operator());
}

TEST(OperatorUnits, OfAMatrixOfZerosAreTheUsers) {
  const Problem problem = make_problem(Eigen::MatrixXd::Zero(3, 4), Eigen::VectorXd::Ones(3));
  EXPECT_FALSE(operator_units(problem.operators, plan_of(problem)).scales_operator());
}

TEST(SizeOfSolution, IsAboutThatOfTheLargestEntryInWhateverUnits) {
  const Eigen::MatrixXd x = normal_matrix(200, 400, 1);
  const Eigen::VectorXd truth = sparse_vector(400, 5, false, 2), y = x * truth;
  for (const double cx : {1e-20, 1.0, 1e20})
    for (const double cy : {1e-20, 1.0, 1e20}) {
      const Problem problem = make_problem(cx * x, cy * y);
      const Scaling units = operator_units(problem.operators, plan_of(problem));
      const double size = size_of_solution(*problem.operators.system, units, problem.measurements);
      EXPECT_GT(size, 0.2 * truth.cwiseAbs().maxCoeff() * cy / cx);
      EXPECT_LT(size, 5 * truth.cwiseAbs().maxCoeff() * cy / cx);
    }
  const DenseMatrix op(x);
  EXPECT_EQ(size_of_solution(op, {}, Eigen::MatrixXd::Zero(200, 1)), 1);
}

TEST(RelativeResidual, IsThatOfTheWorstColumn) {
  const Eigen::MatrixXd x = normal_matrix(6, 9, 1), w = normal_matrix(9, 2, 2);
  Eigen::MatrixXd y = x * w;
  y.col(1) *= 2;
  EXPECT_NEAR(relative_residual(DenseMatrix(x), {}, w, y), 0.5, 1e-5);
}

}  // namespace
}  // namespace isr
