#include "base/sparse_algebra.h"

#include <gtest/gtest.h>

#include <limits>
#include <stdexcept>

#include "base/sparse_examples.h"
#include "sensing/simd_targets.h"
#include "solver/test_problems.h"

namespace isr {
namespace {

using Eigen::Index;
using Eigen::MatrixXd;
using Eigen::VectorXd;

TEST(SparseMultiply, IsTheDenseProductAtEverySizeAndInstructionSet) {
  for (const Index n : {1, 3, 8, 15, 16, 17, 63, 64, 65, 200}) {
    for (const Index m : {1, 2, 30}) {
      const MatrixXd x = normal_matrix(n, m, 1);
      const Sparse b = sparse_matrix(m, 41, 2);
      const MatrixXd expected = x * MatrixXd(b), scale = x.cwiseAbs() * MatrixXd(b).cwiseAbs();
      for_each_simd_target([&] {
        MatrixXd c = MatrixXd::Constant(2, 2, std::numeric_limits<double>::quiet_NaN());
        multiply(StripedMatrix(x), PairedColumns(b), c);
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
    EXPECT_LE((squared_column_norms(StripedMatrix(x), b) - expected).norm(), 1e-13 * (expected.norm() + 1))
        << cols;
  }
}

TEST(SparseMultiply, RefusesShapesThatDoNotFit) {
  MatrixXd c;
  EXPECT_THROW(multiply(StripedMatrix(MatrixXd(3, 4)), PairedColumns(Sparse(5, 6)), c),
               std::invalid_argument);
  EXPECT_THROW(squared_column_norms(StripedMatrix(MatrixXd(3, 4)), Sparse(5, 6)), std::invalid_argument);
}

TEST(PairedColumns, HoldEveryEntryOnceAndZerosBesideThem) {
  const Sparse b = sparse_matrix(30, 7, 8);
  PairedColumns pairs(b);
  EXPECT_EQ(pairs.pairs(), 4);
  std::size_t rows = 0;
  for (Index j = 0; j < 7; j += 2)
    for (Index i = 0; i < 30; ++i) rows += b.coeff(i, j) != 0 || (j < 6 && b.coeff(i, j + 1) != 0);
  EXPECT_EQ(pairs.values().size(), 2 * rows);
  MatrixXd columns(30, 8);
  pairs.multiply(StripedMatrix(MatrixXd::Identity(30, 30)), 0, 4, columns.data());
  EXPECT_EQ(columns.leftCols(7), MatrixXd(b));
  EXPECT_TRUE(columns.col(7).isZero(0));
}

}  // namespace
}  // namespace isr
