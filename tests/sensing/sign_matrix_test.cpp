#include "sensing/sign_matrix.h"

#include <gtest/gtest.h>

#include <Eigen/Dense>

#include "base/parallel.h"
#include "sensing/operator_checks.h"
#include "sensing/simd_targets.h"

namespace isr {
namespace {

// Sizes around the kernel's blocks: 1 to 16 rows, 30 or 32 columns.
constexpr std::pair<Index, Index> sizes[] = {{1, 1},   {1, 100},  {100, 1},  {2, 3},    {15, 31},  {16, 32},
                                             {17, 33}, {64, 128}, {31, 127}, {113, 61}, {392, 784}};

SignBits random_bits(Index n, Index p) {
  SignBits bits(static_cast<std::size_t>(n), static_cast<std::size_t>(p));
  RandomStream stream = RandomStream::named(3, "bits");
  for (std::size_t i = 0; i < bits.rows; ++i)
    for (std::size_t j = 0; j < bits.cols; ++j)
      if (stream.uniform() < 0.3) bits.set_positive(i, j);
  return bits;
}

Eigen::MatrixXd entries_of(const SignBits& bits) {
  Eigen::MatrixXd entries(bits.rows, bits.cols);
  for (Index i = 0; i < entries.rows(); ++i)
    for (Index j = 0; j < entries.cols(); ++j)
      entries(i, j) = bits.positive(static_cast<std::size_t>(i), static_cast<std::size_t>(j)) ? 1 : -1;
  return entries;
}

// |computed − exact| ≤ a few roundings of the sum of absolute values.
void expect_close(const Eigen::MatrixXf& computed, const Eigen::MatrixXd& exact, double scale) {
  EXPECT_LE((computed.cast<double>() - exact).cwiseAbs().maxCoeff(), 4e-7 * scale);
}

TEST(SignMatrix, ProductsEqualThoseOfTheDenseMatrixOnEveryInstructionSet) {
  for_each_simd_target([] {
    for (const auto& [n, p] : sizes) {
      SCOPED_TRACE(std::to_string(n) + " × " + std::to_string(p));
      const SignBits bits = random_bits(n, p);
      const Eigen::MatrixXd entries = entries_of(bits);
      const SignMatrix matrix(bits);
      ASSERT_EQ(matrix.dense(), entries);
      for (const Index columns : {1, 2, 3, 5, 9, 16, 27}) {
        const Eigen::MatrixXf x = random_columns(p, columns, "x"), z = random_columns(n, columns, "z");
        Eigen::MatrixXf y = Eigen::MatrixXf::Constant(n, columns, 7),
                        back = Eigen::MatrixXf::Ones(p, columns);
        matrix.apply(x, y);
        matrix.adjoint(z, back);
        expect_close(y, entries * x.cast<double>(), x.cwiseAbs().colwise().sum().maxCoeff());
        for (Index b = 0; b < columns; ++b) {
          Eigen::MatrixXf alone(n, 1), back_alone(p, 1);
          matrix.apply(x.col(b), alone);
          matrix.adjoint(z.col(b), back_alone);
          EXPECT_EQ(y.col(b), alone) << "the same in any company";
          EXPECT_EQ(back.col(b), back_alone);
        }
        expect_close(back, entries.transpose() * z.cast<double>(), z.cwiseAbs().colwise().sum().maxCoeff());
        Eigen::MatrixXf residual(n, columns), gradient(p, columns);
        matrix.residual_and_gradient(x, z, residual, gradient);
        EXPECT_EQ(residual, y - z);
        Eigen::MatrixXf expected(p, columns);
        matrix.adjoint(residual, expected);
        EXPECT_EQ(gradient, expected);
      }
    }
  });
}

TEST(SignMatrix, AdjointIdentityHoldsOnEveryInstructionSet) {
  for_each_simd_target([] {
    for (const auto& [n, p] : sizes) {
      SCOPED_TRACE(std::to_string(n) + " × " + std::to_string(p));
      expect_adjoint(SignMatrix(random_bits(n, p)));
    }
  });
}

// Columns are views into larger matrices in the solver.
TEST(SignMatrix, ProductsTakeViewsOfLargerMatrices) {
  const SignMatrix matrix(random_bits(50, 70));
  const Eigen::MatrixXf x = random_columns(90, 5, "x");
  Eigen::MatrixXf y = Eigen::MatrixXf::Zero(80, 6), expected(50, 2);
  matrix.apply(x.block(10, 1, 70, 2), y.block(20, 3, 50, 2));
  const Eigen::MatrixXf copy = x.block(10, 1, 70, 2);
  matrix.apply(copy, expected);
  EXPECT_EQ(y.block(20, 3, 50, 2), expected);
  y.block(20, 3, 50, 2).setZero();
  EXPECT_TRUE((y.array() == 0).all());  // nothing is written beside the view
}

TEST(SignMatrix, LargeMatricesGiveTheSameBytesForAnyNumberOfThreads) {
  const SignBits bits = random_bits(4100, 8200);  // beyond the size from which rows are shared out
  const SignMatrix matrix(bits);
  const Eigen::MatrixXf x = random_columns(8200, 9, "x");
  Eigen::MatrixXf one(4100, 9), three(4100, 9), alone(4100, 1);
  set_thread_count(1);
  matrix.apply(x, one);
  set_thread_count(3);
  matrix.apply(x, three);
  set_thread_count(0);
  EXPECT_EQ(one, three);
  matrix.apply(x.col(0), alone);
  EXPECT_EQ(one.col(0), alone);
  Eigen::MatrixXd exact = Eigen::MatrixXd::Zero(4100, 1);
  for (std::size_t i = 0; i < bits.rows; ++i)
    for (std::size_t j = 0; j < bits.cols; ++j)
      exact(static_cast<Index>(i)) +=
          bits.positive(i, j) ? x(static_cast<Index>(j)) : -x(static_cast<Index>(j));
  expect_close(alone, exact, x.col(0).cwiseAbs().sum());
}

TEST(SignMatrix, TakesAboutTwoBitsOfMemoryForEachEntryOnEveryInstructionSet) {
  const SignBits bits = random_bits(1024, 2048);
  for_each_simd_target([&] { EXPECT_LE(SignMatrix(bits).memory_bytes(), 2.2 / 8 * 1024 * 2048); });
}

TEST(SignMatrix, SquaredNormIsTheLargestEigenvalue) {
  const SignMatrix ones([] {
    SignBits bits(30, 50);
    for (std::size_t i = 0; i < 30; ++i)
      for (std::size_t j = 0; j < 50; ++j) bits.set_positive(i, j);
    return bits;
  }());
  EXPECT_NEAR(squared_norm_estimate(ones), 1500, 1.5);  // of a matrix of ones: n·p
  const SignMatrix matrix(random_bits(40, 60));
  const Eigen::MatrixXd entries = matrix.dense();
  const double norm = entries.operatorNorm();
  EXPECT_NEAR(squared_norm_estimate(matrix), norm * norm, 2e-3 * norm * norm);
  EXPECT_LE(squared_norm_estimate(matrix), norm * norm * (1 + 1e-6));
}

}  // namespace
}  // namespace isr
