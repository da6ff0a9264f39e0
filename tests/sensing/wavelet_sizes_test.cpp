#include "sensing/wavelet_sizes.h"

#include <gtest/gtest.h>

#include <cmath>

#include "sensing/basis.h"

namespace isr {
namespace {

TEST(WaveletSizes, GrowFromFineToCoarse) {
  const Index side = 32;
  const Eigen::VectorXf sizes = wavelet_sizes({side, side, 2});
  const auto at = [&](Index row, Index col) { return sizes[row * side + col]; };
  EXPECT_EQ(at(31, 31), 1);  // the finest
  EXPECT_EQ(at(0, 31), 1);
  EXPECT_NEAR(at(15, 0), std::exp2(0.6), 1e-5);
  EXPECT_GT(at(0, 0), at(15, 0));
}

TEST(WaveletSizes, NearALargeCoefficientAreLarge) {
  const Index side = 32;
  const WaveletLayout layout{side, side, 3};
  Eigen::MatrixXf x = Eigen::MatrixXf::Constant(side * side, 2, 1e-3f);
  const Index row = 4 + 2, col = 1;  // in the coarsest band of vertical details (4 × 4, from row 4)
  x(row * side + col, 1) = 3;
  const Eigen::VectorXf sizes = wavelet_sizes_near(layout, x);
  const auto at = [&](Index r, Index c) { return sizes[r * side + c]; };
  EXPECT_GT(at(row, col), 1);
  EXPECT_GT(at(row + 1, col), 2 * at(4, 3));  // its neighbour, and a far one in the band
  EXPECT_GT(at(8 + 2 * 2, 2 * 1), 0.4);       // its child, one level finer
  EXPECT_LT(at(8, 6), 0.2);
  EXPECT_GT(sizes.minCoeff(), 0);
}

TEST(WaveletSizes, AreDefinedForEverySize) {
  for (const auto& [height, width] : {std::pair<Index, Index>{1, 1}, {1, 50}, {7, 3}, {33, 17}}) {
    const auto basis = make_basis("cdf97", height, width);
    const Eigen::MatrixXf x = Eigen::MatrixXf::Random(height * width, 1);
    EXPECT_EQ(basis->expected_sizes().size(), height * width);
    EXPECT_GT(basis->expected_sizes().minCoeff(), 0);
    EXPECT_GT(basis->expected_sizes_near(x).minCoeff(), 0);
  }
  EXPECT_EQ(make_basis("dct", 5, 5)->expected_sizes_near(Eigen::MatrixXf::Zero(25, 1)).size(), 0);
}

}  // namespace
}  // namespace isr
