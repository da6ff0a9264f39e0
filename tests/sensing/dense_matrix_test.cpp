#include "sensing/dense_matrix.h"

#include <gtest/gtest.h>

#include "base/parallel.h"
#include "sensing/operator_checks.h"
#include "sensing/simd_targets.h"

namespace isr {
namespace {

// Sizes around the kernel's blocks of 4 rows, vectors of 4 to 16 columns, and batches of 4 problems.
constexpr std::pair<Index, Index> sizes[] = {{1, 1}, {1, 100}, {3, 5},    {4, 16},  {5, 17},
                                             {8, 3}, {67, 31}, {41, 113}, {128, 64}};

DenseMatrix random_matrix(Index n, Index p) {
  return DenseMatrix(DenseMatrix::RowMajor(random_columns(n, p, "entries")));
}

TEST(DenseMatrix, ProductsEqualEigensOnEveryInstructionSet) {
  for_each_simd_target([] {
    for (const auto& [n, p] : sizes) {
      SCOPED_TRACE(std::to_string(n) + " × " + std::to_string(p));
      const DenseMatrix matrix = random_matrix(n, p);
      const Eigen::MatrixXd entries = matrix.dense();
      ASSERT_EQ(entries, random_columns(n, p, "entries").cast<double>());
      for (const Index columns : {1, 2, 3, 4, 5, 9}) {
        const Eigen::MatrixXf x = random_columns(p, columns, "x"), z = random_columns(n, columns, "z");
        const double scale = 1e-6 * (1 + entries.norm());
        Eigen::MatrixXf y = Eigen::MatrixXf::Constant(n, columns, 7),
                        back = Eigen::MatrixXf::Ones(p, columns);
        matrix.apply(x, y);
        matrix.adjoint(z, back);
        EXPECT_LE((y.cast<double>() - entries * x.cast<double>()).norm(), scale * x.norm());
        EXPECT_LE((back.cast<double>() - entries.transpose() * z.cast<double>()).norm(), scale * z.norm());
        Eigen::MatrixXf residual(n, columns), gradient = Eigen::MatrixXf::Ones(p, columns);
        matrix.residual_and_gradient(x, z, residual, gradient);
        EXPECT_LE((residual - (y - z)).norm(), scale * x.norm());
        EXPECT_LE((gradient.cast<double>() - entries.transpose() * residual.cast<double>()).norm(),
                  scale * residual.norm());
      }
    }
  });
}

TEST(DenseMatrix, GivesAColumnTheSameBytesWhateverColumnsAreBesideIt) {
  for_each_simd_target([] {
    for (const auto& [n, p] : {std::pair<Index, Index>{61, 333}, {13, 2500}}) {
      const DenseMatrix matrix = random_matrix(n, p);
      const Eigen::MatrixXf w = random_columns(p, 14, "w"), y = random_columns(n, 14, "y");
      Eigen::MatrixXf r(n, 14), g(p, 14);
      matrix.residual_and_gradient(w, y, r, g);
      for (const Index columns : {1, 2, 3, 4, 5, 9})
        for (Index first = 0; first + columns <= 14; first += columns) {
          Eigen::MatrixXf some_r(n, columns), some_g(p, columns);
          matrix.residual_and_gradient(w.middleCols(first, columns), y.middleCols(first, columns), some_r,
                                       some_g);
          ASSERT_EQ(some_r, r.middleCols(first, columns)) << columns << " from " << first;
          ASSERT_EQ(some_g, g.middleCols(first, columns)) << columns << " from " << first;
        }
    }
  });
}

TEST(DenseMatrix, AdjointIdentityHoldsOnEveryInstructionSet) {
  for_each_simd_target([] {
    for (const auto& [n, p] : sizes) {
      SCOPED_TRACE(std::to_string(n) + " × " + std::to_string(p));
      expect_adjoint(random_matrix(n, p));
    }
  });
}

TEST(DenseMatrix, KeepsEntriesThatSinglePrecisionDoesNotHold) {
  const Eigen::MatrixXd single = random_columns(5, 7, "entries").cast<double>(), exact = single * (1.0 / 3);
  const DenseMatrix matrix(exact), rounded(single);
  EXPECT_EQ(matrix.dense(), exact);
  EXPECT_EQ(rounded.dense(), single);
  EXPECT_GT(matrix.memory_bytes(), rounded.memory_bytes());
  const Eigen::MatrixXf x = random_columns(7, 2, "x");
  Eigen::MatrixXf y(5, 2);
  matrix.apply(x, y);
  EXPECT_LE((y.cast<double>() - exact * x.cast<double>()).norm(), 1e-6 * y.norm());
}

// Beyond the size from which work is shared out between threads, with a ragged last piece.
TEST(DenseMatrix, LargeMatricesGiveTheSameBytesForAnyNumberOfThreads) {
  const DenseMatrix matrix = random_matrix(2101, 2050);
  const Eigen::MatrixXf x = random_columns(2050, 5, "x"), z = random_columns(2101, 5, "z");
  Eigen::MatrixXf residuals[2], gradients[2];
  for (const int run : {0, 1}) {
    residuals[run].resize(2101, 5);
    gradients[run].resize(2050, 5);
    set_thread_count(run == 0 ? 1 : 3);
    matrix.residual_and_gradient(x, z, residuals[run], gradients[run]);
  }
  set_thread_count(0);
  EXPECT_EQ(residuals[0], residuals[1]);
  EXPECT_EQ(gradients[0], gradients[1]);
  const Eigen::MatrixXd entries = matrix.dense();
  EXPECT_LE((residuals[0].cast<double>() - (entries * x.cast<double>() - z.cast<double>())).norm(),
            1e-6 * entries.norm() * x.norm());
  EXPECT_LE((gradients[0].cast<double>() - entries.transpose() * residuals[0].cast<double>()).norm(),
            1e-6 * entries.norm() * residuals[0].norm());
}

}  // namespace
}  // namespace isr
