#include "sensing/basis.h"

#include <numbers>

#include "base/error.h"
#include "operator_checks.h"
#include "sensing/dictionary.h"
#include "sensing/shifted_basis.h"
#include "sensing/wavelet_basis.h"
#include "sensing/wavelet_filters.h"

namespace isr {
namespace {

using Size = std::pair<Index, Index>;
const std::vector<Size> odd_and_even_sizes{{1, 1},   {1, 2},    {1, 97},  {64, 1},    {3, 5},    {28, 28},
                                           {64, 64}, {31, 127}, {33, 48}, {101, 103}, {160, 256}};

TEST(Bases, HaveMatchingAdjointsAtEverySize) {
  for (const BasisInfo& info : bases())
    for (const auto& [height, width] : odd_and_even_sizes) {
      SCOPED_TRACE(info.name + " " + std::to_string(height) + " x " + std::to_string(width));
      const auto basis = make_basis(info.name, height, width);
      EXPECT_EQ(basis->rows(), height * width);
      expect_adjoint(*basis);
    }
}

TEST(Bases, GiveBackThePixelsExactly) {
  for (const BasisInfo& info : bases())
    for (const auto& [height, width] : odd_and_even_sizes) {
      SCOPED_TRACE(info.name + " " + std::to_string(height) + " x " + std::to_string(width));
      const auto basis = make_basis(info.name, height, width);
      const Eigen::MatrixXf pixels = random_columns(height * width, 2, "x");
      Eigen::MatrixXf coefficients(basis->cols(), 2), back(height * width, 2);
      basis->analyze(pixels, coefficients);
      basis->apply(coefficients, back);
      EXPECT_LE((back - pixels).norm(), 3e-6 * pixels.norm());
      if (basis->tight_frame_constant() > 0) expect_tight_frame(*basis, 3e-6);
    }
}

TEST(Bases, AreInvertibleWhenSquareAndOrthonormalWhenAlsoTight) {
  for (const BasisInfo& info : bases())
    for (const auto& [height, width] : odd_and_even_sizes) {
      SCOPED_TRACE(info.name + " " + std::to_string(height) + " x " + std::to_string(width));
      const auto basis = make_basis(info.name, height, width);
      if (!info.square) {
        EXPECT_GE(basis->cols(), basis->rows());
        continue;
      }
      ASSERT_EQ(basis->cols(), basis->rows());
      const Eigen::MatrixXf c = random_columns(basis->cols(), 1, "c");
      Eigen::MatrixXf pixels(basis->rows(), 1), back(basis->cols(), 1);
      basis->apply(c, pixels);
      basis->analyze(pixels, back);
      EXPECT_LE((back - c).norm(), 3e-6 * c.norm());
      EXPECT_EQ(basis->tight_frame_constant(), info.name == "cdf97" ? 0 : 1);
    }
}

TEST(Bases, RefuseAnUnknownNameByListingTheKnownOnes) {
  try {
    make_basis("curvelets", 8, 8);
    FAIL();
  } catch (const UsageError& error) {
    EXPECT_NE(std::string(error.what()).find("cdf97"), std::string::npos);
  }
  EXPECT_THROW(make_basis("haar", 0, 5), UsageError);
}

TEST(WaveletFilter, IsAnOrthonormalFilterBankWithItsVanishingMoments) {
  for (const auto& [name, moments] : {std::pair<std::string, int>{"haar", 1}, {"db4", 4}, {"sym8", 8}}) {
    const WaveletFilter filter = wavelet_filter(name);
    const auto taps = filter.low.size();
    double sum = 0;
    for (const float h : filter.low) sum += h;
    EXPECT_NEAR(sum, std::numbers::sqrt2, 1e-6) << name;
    for (std::size_t shift = 0; shift < taps; shift += 2) {
      double low = 0, high = 0, cross = 0;
      for (std::size_t k = 0; k + shift < taps; ++k) {
        low += filter.low[k] * filter.low[k + shift];
        high += filter.high[k] * filter.high[k + shift];
        cross += filter.low[k] * filter.high[k + shift];
      }
      EXPECT_NEAR(low, shift == 0, 1e-6) << name;
      EXPECT_NEAR(high, shift == 0, 1e-6) << name;
      EXPECT_NEAR(cross, 0, 1e-6) << name;
    }
    for (int m = 0; m < moments; ++m) {  // Σ g_k k^m = 0
      double moment = 0, size = 0;
      for (std::size_t k = 0; k < taps; ++k) {
        moment += filter.high[k] * std::pow(static_cast<double>(k), m);
        size += std::abs(filter.high[k]) * std::pow(static_cast<double>(k), m);
      }
      EXPECT_NEAR(moment, 0, 1e-6 * size) << name << " moment " << m;
    }
  }
  EXPECT_THROW(wavelet_filter("db2000"), Error);
}

TEST(WaveletBasis, HaarOfAStepIsByHand) {
  const auto haar = make_wavelet_basis("haar", 1, 4, 2);
  const Eigen::MatrixXf pixels = Eigen::Vector4f(1, 1, 3, 5);
  Eigen::MatrixXf coefficients(4, 1);
  haar->adjoint(pixels, coefficients);
  const float half_root = std::numbers::sqrt2_v<float> / 2;
  EXPECT_NEAR(coefficients(0), 5, 1e-6);            // (1+1+3+5)/2
  EXPECT_NEAR(std::abs(coefficients(1)), 3, 1e-6);  // |(1+1−3−5)/2|
  EXPECT_NEAR(coefficients(2), 0, 1e-6);
  EXPECT_NEAR(std::abs(coefficients(3)), 2 * half_root, 1e-6);
}

TEST(WaveletBasis, MakesASmoothPictureSparse) {
  const Index side = 64;
  Eigen::MatrixXf pixels(side * side, 1);
  for (Index i = 0; i < side; ++i)
    for (Index j = 0; j < side; ++j)
      pixels(i * side + j) =
          static_cast<float>(std::sin(2 * M_PI * i / side) + std::cos(4 * M_PI * j / side));
  for (const std::string name : {"haar", "db4", "cdf97"}) {
    Eigen::MatrixXf coefficients(side * side, 1);
    make_basis(name, side, side)->adjoint(pixels, coefficients);
    const auto large = (coefficients.array().abs() > 1e-2 * coefficients.cwiseAbs().maxCoeff()).count();
    EXPECT_LT(large, name == "haar" ? 1500 : name == "db4" ? 150 : 450) << name;
  }
}

TEST(WaveletBasis, OfTheNineSevenPairHasNearlyUnitWaveletsAndKeepsConstants) {
  const auto basis = make_wavelet_basis("cdf97", 33, 40, 2);
  const Eigen::VectorXd norms = basis->dense().colwise().norm();
  EXPECT_GT(norms.minCoeff(), 0.65);
  EXPECT_LT(norms.maxCoeff(), 1.7);  // the largest are those cut at the edges
  const Eigen::MatrixXf flat = Eigen::MatrixXf::Ones(33 * 40, 1);
  Eigen::MatrixXf c(33 * 40, 1);
  basis->analyze(flat, c);
  EXPECT_EQ((c.array().abs() > 1e-5).count(), 9 * 10);  // the coarse band alone, also at the edges
}

TEST(UndecimatedWavelets, ShiftWithThePicture) {
  const Index height = 20, width = 24;
  const auto basis = make_undecimated_wavelets("db4", height, width, 2);
  ASSERT_EQ(basis->cols(), 7 * height * width);
  const Eigen::MatrixXf pixels = random_columns(height * width, 1, "x");
  Eigen::MatrixXf shifted(height * width, 1), before(basis->cols(), 1), after(basis->cols(), 1);
  // Column first, then row: (i, j) → (i + 3, j + 5), both periodic.
  for (Index i = 0; i < height; ++i)
    for (Index j = 0; j < width; ++j)
      shifted((i + 3) % height * width + (j + 5) % width) = pixels(i * width + j);
  basis->adjoint(pixels, before);
  basis->adjoint(shifted, after);
  for (Index band = 0; band < 7; ++band)
    for (Index k = 0; k < height * width; ++k) {
      const Index i = k / width, j = k % width;
      const Index to = (i + 3) % height * width + (j + 5) % width;
      ASSERT_NEAR(before(band * height * width + k), after(band * height * width + to), 1e-5);
    }
}

TEST(UndecimatedWavelets, KnowTheLengthsOfTheirAtoms) {
  const auto basis = make_undecimated_wavelets("haar", 16, 16, 3);
  const Eigen::VectorXd exact = basis->dense().colwise().squaredNorm();
  EXPECT_LE((basis->squared_norms().cast<double>() - exact).cwiseAbs().maxCoeff(), 1e-5);
}

TEST(BoxDictionary, HoldsEveryShiftOfEveryBoxAtUnitNorm) {
  const Index height = 9, width = 7;
  const auto boxes = make_basis("boxes", height, width);
  Index atoms = 0;
  for (Index h = 1; h <= 4; ++h)
    for (Index w = 1; w <= 4; ++w) atoms += (height - h + 1) * (width - w + 1);
  ASSERT_EQ(boxes->cols(), atoms);
  const Eigen::MatrixXd w = boxes->dense();
  for (Index j = 0; j < atoms; ++j) EXPECT_NEAR(w.col(j).norm(), 1, 1e-6);
  EXPECT_EQ((w.leftCols(height * width) - Eigen::MatrixXd::Identity(height * width, height * width)).norm(),
            0);
  EXPECT_NEAR(w(3 * width + 2, atoms - 1), 0, 0);
  EXPECT_NEAR(w((height - 1) * width + width - 1, atoms - 1), 0.25,
              1e-7);  // the last: 4 × 4 in the lower right corner
}

TEST(BoxDictionary, ExpectsBoxesThatLieInsideThePicture) {
  const Index side = 12;
  const auto boxes = make_basis("boxes", side, side);
  Eigen::MatrixXf picture = Eigen::MatrixXf::Zero(side * side, 1), x(boxes->cols(), 1);
  for (Index i = 3; i < 8; ++i) picture.col(0).segment(i * side + 3, 5).setConstant(1);
  boxes->analyze(picture, x);
  const Eigen::VectorXf sizes = boxes->expected_sizes_near(x);
  ASSERT_EQ(sizes.size(), boxes->cols());
  EXPECT_GT(sizes.minCoeff(), 0);
  EXPECT_GT(sizes[5 * side + 5], 20 * sizes[0]);
  // The last atoms are the boxes of 4 × 4: inside the square, and at the far corner.
  const Index first = boxes->cols() - 9 * 9, inside = first + 3 * 9 + 3;
  EXPECT_GT(sizes[inside], 1.5f);  // at most 4, under a picture of height 1
  EXPECT_LE(sizes[inside], 4.5f);
  EXPECT_LT(sizes[boxes->cols() - 1], 0.2f);
  EXPECT_EQ(boxes->expected_sizes_near(Eigen::MatrixXf::Zero(boxes->cols(), 1)),
            Eigen::VectorXf::Ones(boxes->cols()));
}

TEST(ShiftedBasis, MovesTheAtomsRoundTheBorder) {
  const Index height = 6, width = 9;
  const auto basis = make_basis("cdf97", height, width);
  const ShiftedBasis shifted(*basis, width, 7, 2);
  expect_adjoint(shifted);
  const Eigen::MatrixXf c = random_columns(height * width, 2, "c");
  Eigen::MatrixXf plain(height * width, 2), moved(height * width, 2), back(height * width, 2);
  basis->apply(c, plain);
  shifted.apply(c, moved);
  EXPECT_EQ(moved(1 * width + 2, 1), plain(0, 1));
  EXPECT_EQ(moved(0 * width + 0, 0), plain(5 * width + 7, 0));
  shifted.analyze(moved, back);
  EXPECT_LE((back - c).norm(), 3e-6f * c.norm());
}

}  // namespace
}  // namespace isr
