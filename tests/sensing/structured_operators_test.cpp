#include "sensing/structured_operators.h"

#include <bit>
#include <cmath>

#include "base/error.h"
#include "base/parallel.h"
#include "operator_checks.h"
#include "sensing/composite_operator.h"
#include "sensing/dct.h"
#include "sensing/dense_matrix.h"
#include "sensing/orthogonal_transform.h"
#include "sensing/simd_targets.h"

namespace isr {
namespace {

TEST(FastWalshHadamard, EqualsItsDefinitionAtEverySmallSize) {
  for (Index size = 1; size <= 512; size *= 2) {
    const Eigen::MatrixXf x = random_columns(size, 1, "x");
    // H_ij = (−1)^(number of common bits of i and j) / √size
    const Eigen::MatrixXd h = Eigen::MatrixXd::NullaryExpr(size, size, [size](Index i, Index j) {
      return (std::popcount(static_cast<unsigned>(i & j)) % 2 ? -1 : 1) /
             std::sqrt(static_cast<double>(size));
    });
    Eigen::VectorXf fast = x;
    fast_walsh_hadamard(fast.data(), static_cast<std::size_t>(size));
    EXPECT_LE((fast.cast<double>() - h * x.cast<double>()).norm(), 1e-6 * x.norm()) << size;
  }
}

TEST(FastWalshHadamard, EqualsItsDefinitionBeyondTheCacheBlock) {
  const Index size = 1 << 15;  // 4 rows of the blocked algorithm
  Eigen::VectorXf x = Eigen::VectorXf::Zero(size);
  const unsigned at = 0b101'0110'0000'1011;
  x[at] = 3;
  fast_walsh_hadamard(x.data(), static_cast<std::size_t>(size));
  for (Index i = 0; i < size; ++i) {
    const double expected =
        (std::popcount(static_cast<unsigned>(i) & at) % 2 ? -3 : 3) / std::sqrt(double(size));
    ASSERT_NEAR(x[i], expected, 1e-7) << i;
  }
}

TEST(FastWalshHadamard, IsItsOwnInverseWhenLarge) {
  const Eigen::VectorXf x = random_columns(1 << 18, 1, "x");
  Eigen::VectorXf twice = x;
  fast_walsh_hadamard(twice.data(), 1 << 18);
  EXPECT_GT((twice - x).norm(), 0.5 * x.norm());
  fast_walsh_hadamard(twice.data(), 1 << 18);
  EXPECT_LE((twice - x).norm(), 1e-6 * x.norm());
}

TEST(WalshHadamard, RefusesASizeThatIsNoPowerOfTwo) {
  EXPECT_THROW(make_walsh_hadamard(12), Error);
}

// C_kj, from the definition.
Eigen::MatrixXd dct_matrix(Index n) {
  return Eigen::MatrixXd::NullaryExpr(n, n, [n](Index k, Index j) {
    return std::sqrt((k ? 2.0 : 1.0) / n) * std::cos(M_PI * (2 * j + 1) * k / (2.0 * n));
  });
}

TEST(SeparableDct, EqualsItsDefinitionWithEveryInstructionSet) {
  using Plane = Eigen::Matrix<float, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;
  for_each_simd_target([] {
    for (const auto& [rows, cols] : {std::pair<Index, Index>{1, 1},
                                     {1, 7},
                                     {5, 3},
                                     {2, 4},
                                     {8, 16},
                                     {32, 12},
                                     {97, 70},
                                     {20, 96},
                                     {128, 72},
                                     {11 * 16, 512}}) {
      SCOPED_TRACE(testing::Message() << rows << " x " << cols);
      const Plane x = random_columns(rows, cols, "x");
      const Eigen::MatrixXd expected = dct_matrix(rows) * x.cast<double>() * dct_matrix(cols).transpose();
      const SeparableDct dct(rows, cols);
      Plane fast(rows, cols), back(rows, cols);
      dct.forward(x.data(), fast.data());
      EXPECT_LE((fast.cast<double>() - expected).norm(), 5e-7 * x.norm());
      dct.backward(fast.data(), back.data());
      EXPECT_LE((back - x).norm(), 1e-6 * x.norm());
      dct.forward(back.data(), back.data());  // in place
      EXPECT_LE((back - fast).norm(), 1e-6 * x.norm());
    }
  });
}

TEST(SeparableDct, GivesTheSameBytesForAnyNumberOfThreads) {
  const Index rows = 200, cols = 136;
  const Eigen::VectorXf x = random_columns(rows * cols, 1, "x");
  const SeparableDct dct(rows, cols);
  const auto transformed = [&](int threads) {
    Eigen::VectorXf out(x.size());
    set_thread_count(threads);
    dct.forward(x.data(), out.data());
    dct.backward(out.data(), out.data());
    set_thread_count(0);
    return out;
  };
  EXPECT_EQ(transformed(1), transformed(3));
}

class StructuredOperator : public testing::TestWithParam<Index> {};

TEST_P(StructuredOperator, HasOrthonormalRowsAndAMatchingAdjoint) {
  const Index p = GetParam(), n = (p + 3) / 4;
  for (const auto& op : {make_randomized_hadamard(n, p, 3), make_randomized_dct(n, p, 3)}) {
    EXPECT_EQ(op->rows(), n);
    EXPECT_EQ(op->cols(), p);
    expect_tight_frame(*op);
    expect_adjoint(*op);
  }
}

TEST_P(StructuredOperator, IsOrthogonalWhenAllRowsAreKept) {
  const Index p = GetParam();
  expect_orthonormal_columns(*make_randomized_hadamard(p, p, 5));
  expect_orthonormal_columns(*make_randomized_dct(p, p, 5));
}

INSTANTIATE_TEST_SUITE_P(Sizes, StructuredOperator,
                         testing::Values(1, 2, 3, 15, 16, 97, 784, 1000, 1024, 40'000, 65'536, 101'000));

TEST(RandomizedHadamard, SpreadsEveryPixelOverTheMeasurements) {
  // One pixel alone must show in many measurements, at every position: also in the part that only one of the
  // two windows covers.
  const Index p = 1500, n = 750;
  const Eigen::MatrixXd a = make_randomized_hadamard(n, p, 11)->dense();
  EXPECT_LT(a.cwiseAbs().maxCoeff(), 0.2);
  for (Index j = 0; j < p; ++j) EXPECT_GT((a.col(j).array().abs() > 1e-4).count(), n / 8) << j;
}

TEST(RandomizedHadamard, DependsOnTheSeedAndOnNothingElse) {
  const Eigen::MatrixXd a = make_randomized_hadamard(40, 100, 1)->dense();
  EXPECT_EQ(a, make_randomized_hadamard(40, 100, 1)->dense());
  EXPECT_GT((a - make_randomized_hadamard(40, 100, 2)->dense()).norm(), 1);
}

TEST(RandomizedHadamard, GivesTheSameBytesForAnyNumberOfThreads) {
  const Index p = 100'000;
  const auto op = make_randomized_hadamard(p / 4, p, 1);
  const Eigen::MatrixXf x = random_columns(p, 1, "x");
  Eigen::MatrixXf one(p / 4, 1), many(p / 4, 1);
  set_thread_count(1);
  op->apply(x, one);
  set_thread_count(3);
  op->apply(x, many);
  set_thread_count(0);
  EXPECT_EQ(one, many);
}

TEST(StructuredOperators, RefuseMoreMeasurementsThanPixels) {
  EXPECT_THROW(make_randomized_hadamard(101, 100, 1), UsageError);
  EXPECT_THROW(make_randomized_dct(0, 100, 1), UsageError);
}

TEST(BlockOperator, MeasuresEachBlockWithTheSameMatrix) {
  const Index height = 6, width = 9, side = 3;
  const auto inner = make_randomized_hadamard(4, 9, 1);
  const auto op = make_block_operator(inner, height, width, side);
  ASSERT_EQ(op->rows(), 6 * 4);
  const Eigen::MatrixXf x = random_columns(height * width, 2, "x");
  Eigen::MatrixXf y(op->rows(), 2), expected(4, 2), block(9, 2);
  op->apply(x, y);
  for (Index i = 0; i < side; ++i)  // the block in the second row of blocks, third from the left
    block.middleRows(i * side, side) = x.middleRows((3 + i) * width + 6, side);
  inner->apply(block, expected);
  EXPECT_LE((y.middleRows(5 * 4, 4) - expected).norm(), 1e-6);
  expect_adjoint(*op);
  expect_tight_frame(*op);
}

TEST(BlockOperator, SeesZerosBeyondTheEdge) {
  const auto op = make_block_operator(make_randomized_hadamard(16, 16, 1), 7, 5, 4);
  EXPECT_EQ(op->rows(), 4 * 16);
  expect_adjoint(*op);
  expect_orthonormal_columns(*op);  // the full orthogonal block matrix loses nothing
  EXPECT_EQ(op->tight_frame_constant(), 0);
}

TEST(Compose, AppliesTheInnerOperatorFirst) {
  DenseMatrix::RowMajor a = random_columns(3, 5, "a"), b = random_columns(5, 8, "b");
  const auto product = compose(std::make_shared<DenseMatrix>(a), std::make_shared<DenseMatrix>(b));
  EXPECT_LE((product->dense() - (a * b).cast<double>()).norm(), 1e-5);
  expect_adjoint(*product);
}

TEST(Compose, RefusesSizesThatDoNotMeet) {
  EXPECT_THROW(compose(make_randomized_hadamard(2, 5, 1), make_randomized_hadamard(2, 6, 1)), Error);
}

}  // namespace
}  // namespace isr
