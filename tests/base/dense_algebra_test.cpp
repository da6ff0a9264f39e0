#include "base/dense_algebra.h"

#include <gtest/gtest.h>

#include <Eigen/Eigenvalues>
#include <Eigen/QR>
#include <limits>
#include <numeric>
#include <thread>
#include <vector>

#include "base/allocation_counter.h"
#include "sensing/simd_targets.h"
#include "solver/test_problems.h"

namespace isr {
namespace {

using Eigen::Index;
using Eigen::MatrixXd;
using Eigen::VectorXd;

constexpr Index sizes[] = {1, 2, 3, 7, 63, 64, 65, 200, 393};  // around strips, blocks and packed pieces
constexpr Index square_sizes[] = {1, 2, 3, 7, 63, 64, 65, 200, 255, 256, 257, 393, 530};

MatrixXd lower(const MatrixXd& a) {
  return a.triangularView<Eigen::Lower>();
}

// |got − expected| <= terms · ε · scale for every entry: what a sum of so many products, of these sizes in
// all, may be off in whatever order it is taken.
void expect_rounded(const MatrixXd& got, const MatrixXd& expected, Index terms, const MatrixXd& scale) {
  ASSERT_TRUE(got.allFinite());
  const double worst =
      ((got - expected).array().abs() - static_cast<double>(terms) * epsilon * scale.array()).maxCoeff();
  EXPECT_LE(worst, 0) << got.rows() << " × " << got.cols();
}

// L L0ᵀ with a unit diagonal and entries below it that keep it well conditioned.
MatrixXd unit_lower(Index n, std::uint32_t seed) {
  MatrixXd l = normal_matrix(n, n, seed) / static_cast<double>(n);
  l.diagonal().setOnes();
  return lower(l);
}

VectorXd weights_with_zeros(Index p) {
  VectorXd d = normal_vector(p, 5).array().exp();
  for (Index k = 0; k < p; k += 3) d(k) = 0;
  return d;
}

TEST(WeightedSyrk, IsTheProductAtEverySizeAndInstructionSet) {
  for (const Index n : sizes) {
    for (const Index p : sizes) {
      const MatrixXd x = normal_matrix(n, p, 1);
      const VectorXd d = weights_with_zeros(p);
      const MatrixXd expected = x * d.asDiagonal() * x.transpose();
      const MatrixXd scale = x.cwiseAbs() * d.asDiagonal() * x.cwiseAbs().transpose();
      for_each_simd_target([&] {
        MatrixXd h;
        DenseWorkspace workspace;
        weighted_syrk(x, d, h, workspace);
        ASSERT_EQ(h.rows(), n);
        expect_rounded(lower(h), lower(expected), p + 4, lower(scale));
      });
    }
  }
}

TEST(WeightedSyrk, OverwritesWhatWasThereAndTakesNoColumnsForZero) {
  DenseWorkspace workspace;
  MatrixXd h = MatrixXd::Constant(9, 9, std::numeric_limits<double>::quiet_NaN());
  weighted_syrk(MatrixXd(9, 0), VectorXd(0), h, workspace);
  EXPECT_EQ(lower(h), MatrixXd::Zero(9, 9));
}

// All columns backwards and every third again, with weights of both signs or of one.
TEST(WeightedColumns, AreAddedAtEverySizeAndInstructionSet) {
  for (const Index n : sizes) {
    const MatrixXd before = normal_matrix(n, n, 2);
    for (const Index p : {1, 7, 65, 393}) {
      const MatrixXd x = normal_matrix(n, p, 1);
      std::vector<std::size_t> columns;
      for (Index j = p; j-- > 0;) columns.push_back(static_cast<std::size_t>(j));
      for (Index j = 0; j < p; j += 3) columns.push_back(static_cast<std::size_t>(j));
      const auto count = static_cast<Index>(columns.size());
      const MatrixXd chosen = MatrixXd::NullaryExpr(n, count, [&](Index i, Index k) {
        return x(i, static_cast<Index>(columns[static_cast<std::size_t>(k)]));
      });
      for (const bool one_sign : {true, false}) {
        VectorXd changes = normal_vector(count, 5);
        if (one_sign) changes = changes.cwiseAbs();
        const MatrixXd expected = before + chosen * changes.asDiagonal() * chosen.transpose(),
                       scale = before.cwiseAbs() + chosen.cwiseAbs() * changes.cwiseAbs().asDiagonal() *
                                                       chosen.cwiseAbs().transpose();
        for_each_simd_target([&] {
          DenseWorkspace workspace;
          MatrixXd h = before;
          add_weighted_columns(x, columns, {changes.data(), columns.size()}, SumPrecision::in_double, h,
                               workspace);
          expect_rounded(lower(h), lower(expected), count + 4, lower(scale));
          h = before;
          add_weighted_columns(x, columns, {changes.data(), columns.size()}, SumPrecision::in_single, h,
                               workspace);
          const double single = std::numeric_limits<float>::epsilon() / epsilon;
          expect_rounded(lower(h), lower(expected), count + 4, single * lower(scale));
        });
      }
    }
  }
}

TEST(WeightedColumns, InSinglePrecisionAreOffByNoMoreThanItsRoundingOfTheTrace) {
  constexpr double unit = 6e-8;
  const MatrixXd x = normal_matrix(200, 500, 1);
  for (const bool is_coherent : {false, true}) {
    const MatrixXd columns_of = is_coherent ? MatrixXd(x.cwiseAbs()) : x;
    std::vector<std::size_t> columns(500);
    std::iota(columns.begin(), columns.end(), 0u);
    const std::vector<double> ones(500, 1.0);
    DenseWorkspace workspace;
    MatrixXd h = MatrixXd::Zero(200, 200);
    add_weighted_columns(columns_of, columns, ones, SumPrecision::in_single, h, workspace);
    const MatrixXd off = MatrixXd(h.selfadjointView<Eigen::Lower>()) - columns_of * columns_of.transpose();
    const double norm = off.selfadjointView<Eigen::Lower>().operatorNorm();
    EXPECT_LE(norm, unit * columns_of.squaredNorm());
    EXPECT_GT(norm, 0) << "in double precision";
  }
}

TEST(SymmetricProduct, IsTheProductAtEverySizeAndInstructionSet) {
  for (const Index n : sizes) {
    for (const Index p : sizes) {
      const MatrixXd b = normal_matrix(n, p, 1);
      const VectorXd d = normal_vector(p, 2);
      const MatrixXd a = b * d.asDiagonal(), expected = a * b.transpose();
      for_each_simd_target([&] {
        MatrixXd h;
        DenseWorkspace workspace;
        symmetric_product(a, b, h, workspace);
        ASSERT_EQ(h.rows(), n);
        expect_rounded(lower(h), lower(expected), p + 4, lower(a.cwiseAbs() * b.cwiseAbs().transpose()));
      });
    }
  }
}

TEST(Cholesky, FactorTimesItsTransposeIsTheMatrixAtEverySizeAndInstructionSet) {
  for (const Index n : square_sizes) {
    const MatrixXd x = normal_matrix(n, n + 5, 2);
    const MatrixXd a = x * x.transpose();
    for_each_simd_target([&] {
      MatrixXd factor = lower(a);
      factor.triangularView<Eigen::StrictlyUpper>().setConstant(std::numeric_limits<double>::quiet_NaN());
      DenseWorkspace workspace;
      ASSERT_EQ(cholesky(factor, workspace), n);
      const MatrixXd l = lower(factor);
      EXPECT_GT(l.diagonal().minCoeff(), 0);
      expect_rounded(lower(l * l.transpose()), lower(a), n + 4,
                     lower(l.cwiseAbs() * l.cwiseAbs().transpose()));
    });
  }
}

// Eigenvalues from 1 to 1e-12 in random directions.
TEST(Cholesky, IsAccurateForIllConditionedMatrices) {
  for (const Index n : {12, 65, 393}) {
    const MatrixXd q = Eigen::HouseholderQR<MatrixXd>(normal_matrix(n, n, 3)).householderQ();
    const VectorXd eigenvalues = Eigen::ArrayXd::LinSpaced(n, 0, -12).unaryExpr(
        [](double exponent) { return std::pow(10, exponent); });
    const MatrixXd a = q * eigenvalues.asDiagonal() * q.transpose();
    for_each_simd_target([&] {
      MatrixXd factor = a;
      DenseWorkspace workspace;
      ASSERT_EQ(cholesky(factor, workspace), n);
      const MatrixXd l = lower(factor);
      expect_rounded(lower(l * l.transpose()), lower(a), n + 4,
                     lower(l.cwiseAbs() * l.cwiseAbs().transpose()));
    });
  }
}

TEST(Cholesky, StopsAtThePivotThatIsNotPositiveAndLeavesTheColumnsBeforeIt) {
  const Index n = 393;
  const MatrixXd l = unit_lower(n, 4);
  const MatrixXd a = l * l.transpose();
  for (const Index bad : {0, 1, 7, 8, 63, 100, 255, 256, 300, 392}) {
    for (const double pivot :
         {-1.0, std::numeric_limits<double>::quiet_NaN(), std::numeric_limits<double>::infinity()}) {
      for_each_simd_target([&] {
        MatrixXd factor = a;
        factor(bad, bad) += pivot - 1;
        DenseWorkspace workspace;
        ASSERT_EQ(cholesky(factor, workspace), bad) << pivot;
        EXPECT_LT((lower(factor).topLeftCorner(bad, bad) - l.topLeftCorner(bad, bad)).norm(), 1e-12);
      });
    }
  }
  MatrixXd zero = MatrixXd::Zero(3, 3);
  DenseWorkspace workspace;
  EXPECT_EQ(cholesky(zero, workspace), 0);
}

TEST(TriangularSolves, SolveTheirEquationsAtEverySizeAndInstructionSet) {
  for (const Index n : square_sizes) {
    const MatrixXd l = unit_lower(n, 6);
    MatrixXd stored = l;
    stored.triangularView<Eigen::StrictlyUpper>().setConstant(std::numeric_limits<double>::quiet_NaN());
    const VectorXd b = normal_vector(n, 7);
    for_each_simd_target([&] {
      VectorXd x = b;
      solve_lower(stored, x);
      expect_rounded(l * x, b, n + 4, l.cwiseAbs() * x.cwiseAbs());
      x = b;
      solve_lower_transposed(stored, x);
      expect_rounded(l.transpose() * x, b, n + 4, l.cwiseAbs().transpose() * x.cwiseAbs());
    });
  }
}

TEST(Multiply, IsTheProductAtEverySizeAndInstructionSet) {
  for (const Index n : sizes) {
    for (const Index p : sizes) {
      const MatrixXd x = normal_matrix(n, p, 8);
      const VectorXd w = normal_vector(p, 9), r = normal_vector(n, 10);
      for_each_simd_target([&] {
        VectorXd y, g;
        multiply(x, w, y);
        expect_rounded(y, x * w, p + 4, x.cwiseAbs() * w.cwiseAbs());
        multiply_transposed(x, r, g);
        expect_rounded(g, x.transpose() * r, n + 4, x.cwiseAbs().transpose() * r.cwiseAbs());
      });
    }
  }
}

// Everything that the Newton systems of several threads do at once.
struct Solved {
  MatrixXd factor;
  VectorXd x, z;

  Solved(const MatrixXd& matrix, const VectorXd& d, const VectorXd& b) : x(b) {
    DenseWorkspace workspace;
    weighted_syrk(matrix, d, factor, workspace);
    EXPECT_EQ(cholesky(factor, workspace), matrix.rows());
    factor = lower(factor);
    solve_lower(factor, x);
    solve_lower_transposed(factor, x);
    multiply_transposed(matrix, x, z);
  }
  bool operator==(const Solved& other) const {
    return factor == other.factor && x == other.x && z == other.z;
  }
};

TEST(DenseAlgebra, GivesTheSameBytesWhenManyThreadsCallIt) {
  const MatrixXd x = normal_matrix(130, 300, 11);
  const VectorXd d = normal_vector(300, 12).array().exp(), b = normal_vector(130, 13);
  const Solved alone(x, d, b);
  std::vector<int> different(4, 0);
  {
    std::vector<std::jthread> threads;
    for (int& count : different)
      threads.emplace_back([&] {
        for (int repetition = 0; repetition < 50; ++repetition) count += !(Solved(x, d, b) == alone);
      });
  }
  EXPECT_EQ(different, std::vector<int>(4, 0));
}

TEST(DenseAlgebra, AllocatesNothingOnceItsResultsAndWorkspaceHaveTheirSize) {
  const MatrixXd x = normal_matrix(65, 300, 14);
  const VectorXd d = VectorXd::Ones(300), w = normal_vector(300, 15);
  MatrixXd h;
  VectorXd y, g;
  DenseWorkspace workspace;
  const auto all = [&] {
    weighted_syrk(x, d, h, workspace);
    cholesky(h, workspace);
    multiply(x, w, y);
    solve_lower(h, y);
    solve_lower_transposed(h, y);
    multiply_transposed(x, y, g);
  };
  all();
  const std::size_t before = allocations_so_far();
  all();
  EXPECT_EQ(allocations_so_far(), before);
}

TEST(DenseAlgebra, RefusesShapesThatDoNotFit) {
  const MatrixXd x = MatrixXd::Ones(3, 5);
  MatrixXd h, wide = x;
  VectorXd three = VectorXd::Ones(3), five = VectorXd::Ones(5), result;
  DenseWorkspace workspace;
  EXPECT_THROW(weighted_syrk(x, three, h, workspace), std::invalid_argument);
  EXPECT_THROW(weighted_syrk(wide, five, wide, workspace), std::invalid_argument);
  const std::vector<std::size_t> columns = {0, 5};
  const std::vector<double> two(2, 1.0), one(1, 1.0);
  MatrixXd square = MatrixXd::Zero(wide.rows(), wide.rows());
  EXPECT_THROW(add_weighted_columns(wide, columns, two, SumPrecision::in_double, square, workspace),
               std::invalid_argument);  // of five columns
  EXPECT_THROW(add_weighted_columns(wide, columns, one, SumPrecision::in_single, square, workspace),
               std::invalid_argument);
  EXPECT_THROW(add_weighted_columns(wide, {}, {}, SumPrecision::in_single, h, workspace),
               std::invalid_argument);
  EXPECT_THROW(symmetric_product(MatrixXd::Ones(3, 4), x, h, workspace), std::invalid_argument);
  EXPECT_THROW(symmetric_product(x, wide, wide, workspace), std::invalid_argument);
  EXPECT_THROW(cholesky(wide, workspace), std::invalid_argument);
  EXPECT_THROW(solve_lower(MatrixXd::Identity(3, 3), five), std::invalid_argument);
  EXPECT_THROW(solve_lower_transposed(MatrixXd::Identity(3, 3), five), std::invalid_argument);
  EXPECT_THROW(multiply(x, three, result), std::invalid_argument);
  EXPECT_THROW(multiply(MatrixXd::Identity(3, 3), three, three), std::invalid_argument);
  EXPECT_THROW(multiply_transposed(x, five, result), std::invalid_argument);
}

}  // namespace
}  // namespace isr
