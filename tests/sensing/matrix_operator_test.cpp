#include "sensing/matrix_operator.h"

#include <gtest/gtest.h>

#include "sensing/operator_checks.h"
#include "sensing/simd_targets.h"
#include "solver/test_problems.h"

namespace isr {
namespace {

// Entries of two values, the higher with this probability.
Eigen::MatrixXd of_two_values(Index n, Index p, double low, double high, double share = 0.5) {
  RandomStream random = RandomStream::named(5, "two values");
  return Eigen::MatrixXd::NullaryExpr(n, p, [&] { return random.uniform() < share ? high : low; });
}

void expect_is_the_matrix(const LinearOperator& op, const Eigen::MatrixXd& matrix) {
  ASSERT_EQ(op.rows(), matrix.rows());
  ASSERT_EQ(op.cols(), matrix.cols());
  EXPECT_EQ(op.dense(), matrix);
  EXPECT_LE((op.known_squared_norms() - matrix.colwise().squaredNorm().transpose()).norm(),
            1e-12 * matrix.squaredNorm());
  expect_adjoint(op);
  const Eigen::MatrixXf x = random_columns(matrix.cols(), 3, "x");
  Eigen::MatrixXf y(matrix.rows(), 3);
  op.apply(x, y);
  const Eigen::MatrixXd expected = matrix * x.cast<double>();
  EXPECT_LE((y.cast<double>() - expected).norm(), 1e-6 * matrix.norm() * x.norm());
}

TEST(MatrixOperator, OfTwoValuesIsTheMatrixAtEveryInstructionSetAndTakesBits) {
  for (const auto& [low, high] :
       {std::pair<double, double>{-1, 1}, {0, 1}, {-0.3, 0.3}, {0, 1.0 / 3}, {2, 5}, {-4, -1}}) {
    for (const auto& [n, p] : {std::pair<Index, Index>{3, 5}, {40, 70}, {100, 33}}) {
      const Eigen::MatrixXd matrix = of_two_values(n, p, low, high);
      for_each_simd_target([&, n = n, p = p] {
        const OperatorPtr op = make_matrix(matrix);
        expect_is_the_matrix(*op, matrix);
        if (n * p > 1000) {
          EXPECT_LT(op->memory_bytes(), static_cast<std::size_t>(matrix.size()) * 2);
        }
      });
    }
  }
}

TEST(MatrixOperator, OfSinglePrecisionIsTheSame) {
  const Eigen::MatrixXd matrix = of_two_values(40, 70, 0, 1);
  expect_is_the_matrix(*make_matrix(DenseMatrix::RowMajor(matrix.cast<float>())), matrix);
}

TEST(MatrixOperator, OfOtherEntriesKeepsThem) {
  Eigen::MatrixXd third = of_two_values(40, 70, -1, 1);
  third(39, 69) = 0.5;
  const Eigen::MatrixXd rare = of_two_values(40, 70, 0, 1, 0.02), constant = Eigen::MatrixXd::Ones(40, 70),
                        identity = Eigen::MatrixXd::Identity(40, 40);
  for (const Eigen::MatrixXd& matrix : {third, rare, constant, identity}) {
    const OperatorPtr op = make_matrix(matrix);
    EXPECT_TRUE(dynamic_cast<const DenseMatrix*>(op.get()));
    EXPECT_EQ(op->dense(), matrix);
  }
}

}  // namespace
}  // namespace isr
