#include "sensing/ensembles.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <zlib.h>

#include <cmath>
#include <string>

#include "base/test_files.h"
#include "sensing/operator_checks.h"

namespace isr {
namespace {

constexpr Ensemble all_ensembles[] = {Ensemble::gaussian, Ensemble::rademacher, Ensemble::biased_sign};

// The signs row by row as text, "+-…".
std::string signs_of(const Eigen::MatrixXd& matrix) {
  std::string signs;
  for (Index i = 0; i < matrix.rows(); ++i)
    for (Index j = 0; j < matrix.cols(); ++j) signs += matrix(i, j) > 0 ? '+' : '-';
  return signs;
}

// The sum is the authors'; the CRC-32 is of an independent implementation of their generator.
TEST(Ensembles, PapersMatrixIsMadeBitForBit) {
  const OperatorPtr matrix = make_ensemble(Ensemble::biased_sign, 392, 784, 42);
  const Eigen::MatrixXd entries = matrix->dense();
  ASSERT_EQ(entries.rows(), 392);
  ASSERT_EQ(entries.cols(), 784);
  EXPECT_TRUE((entries.array().abs() == 1).all());
  EXPECT_EQ(entries.sum(), -153572);
  const std::string signs = signs_of(entries);
  EXPECT_EQ(signs.substr(0, 20), "-+-----+---++-------");
  EXPECT_EQ(crc32(0, reinterpret_cast<const Bytef*>(signs.data()), static_cast<uInt>(signs.size())),
            0xb779d89cu);
}

TEST(Ensembles, EntriesHaveTheMomentsThePaperAssumes) {
  constexpr Index n = 300, p = 400;
  const double sigma = 5 / std::sqrt(n * p);
  const Eigen::ArrayXXd gaussian = make_ensemble(Ensemble::gaussian, n, p, 1)->dense().array();
  EXPECT_NEAR(gaussian.mean(), 0, sigma);
  EXPECT_NEAR(gaussian.square().mean(), 1, std::sqrt(2) * sigma);
  EXPECT_NEAR(gaussian.pow(4).mean(), 3, std::sqrt(96) * sigma);
  const Eigen::ArrayXXd rademacher = make_ensemble(Ensemble::rademacher, n, p, 1)->dense().array();
  EXPECT_TRUE((rademacher.abs() == 1).all());
  EXPECT_NEAR(rademacher.mean(), 0, sigma);
  for (const double q : {0.1, 0.25, 0.9}) {
    const Eigen::ArrayXXd biased = make_ensemble(Ensemble::biased_sign, n, p, 1, q)->dense().array();
    EXPECT_TRUE((biased.abs() == 1).all());
    EXPECT_NEAR((biased > 0).cast<double>().mean(), q, std::sqrt(q * (1 - q)) * sigma);
  }
}

TEST(Ensembles, SeedDecidesTheMatrix) {
  for (const Ensemble ensemble : all_ensembles) {
    const auto entries = [&](std::uint32_t seed) { return make_ensemble(ensemble, 20, 30, seed)->dense(); };
    EXPECT_EQ(entries(5), entries(5)) << to_string(ensemble);
    EXPECT_NE(entries(5), entries(6)) << to_string(ensemble);
  }
}

TEST(Ensembles, AdjointIsTheTransposeAtEverySize) {
  const std::pair<Index, Index> sizes[] = {{1, 1}, {1, 37}, {37, 1}, {7, 13}, {64, 64}, {97, 41}, {131, 257}};
  for (const Ensemble ensemble : all_ensembles)
    for (const auto& [n, p] : sizes) {
      SCOPED_TRACE(std::string(to_string(ensemble)) + " " + std::to_string(n) + " × " + std::to_string(p));
      expect_adjoint(*make_ensemble(ensemble, n, p, 11));
    }
}

TEST(Ensembles, NoiseHasItsStandardDeviationAndLeavesTheMatrixAlone) {
  const Eigen::MatrixXd y = random_columns(2000, 4, "measurements").cast<double>();
  const Eigen::MatrixXd noise = add_noise(y, 0.5, 42) - y;
  EXPECT_NEAR(noise.mean(), 0, 5 * 0.5 / std::sqrt(8000));
  EXPECT_NEAR(noise.squaredNorm() / 8000, 0.25, 5 * 0.25 * std::sqrt(2.0 / 8000));
  EXPECT_EQ(add_noise(y, 0, 42), y);
  EXPECT_EQ(add_noise(y, 0.5, 42), add_noise(y, 0.5, 42));
  EXPECT_NE(add_noise(y, 0.5, 42), add_noise(y, 0.5, 43));
  // The columns that were there keep their noise when others are added.
  EXPECT_EQ(add_noise(y.leftCols(2), 0.5, 42), add_noise(y, 0.5, 42).leftCols(2));
}

TEST(AddNoise, ThatLeavesMeasurementsInfiniteIsRefused) {
  for (const double sigma : {1e308, std::numeric_limits<double>::infinity()})
    EXPECT_THAT(error_of<UsageError>([&] { add_noise(Eigen::MatrixXd::Zero(50, 1), sigma, 42); }),
                testing::MatchesRegex("the noise must leave the measurements finite; its standard deviation "
                                      "(1e[+]308|inf) does not"));
  EXPECT_TRUE(add_noise(Eigen::MatrixXd::Zero(50, 1), 1e307, 42).allFinite());
}

// Were noise and entries from one stream, the noise would repeat the first row of a Gaussian matrix.
TEST(Ensembles, NoiseAndMatrixOfOneSeedAreIndependent) {
  constexpr Index m = 10000;
  const Eigen::VectorXd row = make_ensemble(Ensemble::gaussian, 1, m, 42)->dense().row(0);
  const Eigen::VectorXd noise = add_noise(Eigen::MatrixXd::Zero(m, 1), 1, 42).col(0);
  EXPECT_LT(std::abs(row.dot(noise)) / m, 5 / std::sqrt(m));
}

TEST(Ensembles, NamesAreReadBack) {
  for (const Ensemble ensemble : all_ensembles) EXPECT_EQ(parse_ensemble(to_string(ensemble)), ensemble);
  EXPECT_EQ(error_of<UsageError>([] { parse_ensemble("Gaussian"); }),
            "ensemble Gaussian is unknown; it is one of gaussian, rademacher, biased-sign");
}

TEST(Ensembles, SizesAndProbabilitiesOutOfRangeAreWrongUsage) {
  EXPECT_THROW(make_ensemble(Ensemble::gaussian, 0, 3, 1), UsageError);
  EXPECT_THROW(make_ensemble(Ensemble::rademacher, 3, 0, 1), UsageError);
  for (const double q : {0.0, 1.0, -0.1, std::nan("")})
    EXPECT_THROW(make_ensemble(Ensemble::biased_sign, 3, 3, 1, q), UsageError) << q;
}

}  // namespace
}  // namespace isr
