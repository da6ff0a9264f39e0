#include "base/sparse_algebra.h"

#include <gtest/gtest.h>

#include <limits>
#include <stdexcept>

#include "sensing/simd_targets.h"
#include "solver/test_problems.h"

namespace isr {
namespace {

using Eigen::Index;
using Eigen::MatrixXd;
using Eigen::VectorXd;
using Sparse = Eigen::SparseMatrix<double>;

constexpr double epsilon = std::numeric_limits<double>::epsilon();

// About every fifth entry; a row and a column, and sometimes all, without any.
Sparse sparse_matrix(Index rows, Index cols, std::uint32_t seed) {
  MatrixXd matrix = normal_matrix(rows, cols, seed);
  matrix = (normal_matrix(rows, cols, seed + 1).array() > 0.85).select(matrix, 0);
  matrix.row(rows / 2).setZero();
  matrix.col(cols / 3).setZero();
  return matrix.sparseView();
}

TEST(SparseMultiply, IsTheDenseProductAtEverySizeAndInstructionSet) {
  for (const Index n : {1, 3, 8, 15, 16, 17, 63, 64, 65, 200}) {
    for (const Index m : {1, 2, 30}) {
      const MatrixXd x = normal_matrix(n, m, 1);
      const Sparse b = sparse_matrix(m, 41, 2);
      const MatrixXd expected = x * MatrixXd(b), scale = x.cwiseAbs() * MatrixXd(b).cwiseAbs();
      for_each_simd_target([&] {
        MatrixXd c = MatrixXd::Constant(2, 2, std::numeric_limits<double>::quiet_NaN());
        multiply(x, b, c);
        ASSERT_EQ(c.rows(), n);
        ASSERT_EQ(c.cols(), 41);
        EXPECT_LE(
            ((c - expected).array().abs() - static_cast<double>(m + 2) * epsilon * scale.array()).maxCoeff(),
            0);
      });
    }
  }
}

TEST(SparseMultiply, NormsOfTheColumnsOfAProductAreThoseOfTheProduct) {
  const MatrixXd x = normal_matrix(21, 30, 3);
  for (const Index cols : {1, 63, 64, 65, 200}) {
    const Sparse b = sparse_matrix(30, cols, 4);
    const VectorXd expected = (x * MatrixXd(b)).colwise().squaredNorm();
    EXPECT_LE((squared_column_norms(x, b) - expected).norm(), 1e-13 * (expected.norm() + 1)) << cols;
  }
}

TEST(SparseMultiply, RefusesShapesThatDoNotFit) {
  MatrixXd c;
  EXPECT_THROW(multiply(MatrixXd(3, 4), Sparse(5, 6), c), std::invalid_argument);
  EXPECT_THROW(squared_column_norms(MatrixXd(3, 4), Sparse(5, 6)), std::invalid_argument);
  const Sparse s = sparse_matrix(4, 6, 1);
  WeightedProducts products(s);
  EXPECT_THROW(products.update(VectorXd(5)), std::invalid_argument);
}

TEST(WeightedProducts, AreThoseOfTheDenseMatrixForOneWeightsAfterOthers) {
  for (const auto& [rows, cols] : {std::pair<Index, Index>{1, 1}, {7, 50}, {40, 15}, {60, 200}}) {
    const Sparse s = sparse_matrix(rows, cols, 5);
    WeightedProducts products(s);
    for (int step = 0; step < 4; ++step) {
      const VectorXd d =
          normal_vector(cols, 6 + static_cast<std::uint32_t>(step)).array().exp() * std::pow(10.0, -3 * step);
      const MatrixXd expected = MatrixXd(s) * d.asDiagonal() * MatrixXd(s).transpose(),
                     scale = MatrixXd(s).cwiseAbs() * d.asDiagonal() * MatrixXd(s).cwiseAbs().transpose(),
                     made = products.update(d);
      EXPECT_LE(((made - expected).array().abs() - static_cast<double>(cols + 3) * epsilon * scale.array())
                    .maxCoeff(),
                0)
          << rows << " × " << cols << ", step " << step;
      EXPECT_EQ(made, made.transpose());
    }
  }
}

}  // namespace
}  // namespace isr
