#include "sensing/random.h"

#include <gtest/gtest.h>

#include <array>
#include <cmath>
#include <limits>
#include <vector>

namespace isr {
namespace {

// numpy.random.seed(42); numpy.random.random_sample(4)
TEST(RandomStream, NumpyStreamRepeatsNumpysUniforms) {
  RandomStream stream = RandomStream::numpy(42);
  EXPECT_EQ(stream.uniform(), 0.3745401188473625);
  EXPECT_EQ(stream.uniform(), 0.9507143064099162);
  EXPECT_EQ(stream.uniform(), 0.7319939418114051);
  EXPECT_EQ(stream.uniform(), 0.5986584841970366);
}

TEST(RandomStream, SameSeedAndNameGiveTheSameNumbers) {
  RandomStream a = RandomStream::named(3, "noise"), b = RandomStream::named(3, "noise");
  for (int i = 0; i < 1000; ++i) ASSERT_EQ(a.uniform(), b.uniform());
}

// The correlation of two independent samples of m numbers is N(0, 1/m): 5 σ.
TEST(RandomStream, StreamsOfOtherNamesOrSeedsAreUncorrelated) {
  constexpr int m = 10000;
  const std::vector<std::pair<std::uint32_t, const char*>> others{
      {3, "matrix"}, {3, "Noise"}, {3, "noise "}, {4, "noise"}, {3, ""}};
  for (const auto& [seed, name] : others) {
    RandomStream a = RandomStream::named(3, "noise"), b = RandomStream::named(seed, name);
    double correlation = 0;
    for (int i = 0; i < m; ++i) correlation += a.normal() * b.normal() / m;
    EXPECT_LT(std::abs(correlation), 5 / std::sqrt(m)) << seed << " " << name;
  }
}

// Moments 1 to 4 of N(0, 1) are 0, 1, 0, 3, with standard errors √(1, 2, 15, 96)/√m: 5 σ.
TEST(RandomStream, NormalsHaveTheMomentsOfTheStandardNormal) {
  constexpr int m = 200000;
  RandomStream stream = RandomStream::named(1, "normals");
  std::array<double, 4> moments{};
  double neighbours = 0, previous = 0;
  for (int i = 0; i < m; ++i) {
    const double x = stream.normal();
    double power = 1;
    for (double& moment : moments) moment += (power *= x) / m;
    neighbours += x * previous / m;
    previous = x;
  }
  const double sigma = 5 / std::sqrt(m);
  EXPECT_NEAR(moments[0], 0, sigma);
  EXPECT_NEAR(moments[1], 1, std::sqrt(2) * sigma);
  EXPECT_NEAR(moments[2], 0, std::sqrt(15) * sigma);
  EXPECT_NEAR(moments[3], 3, std::sqrt(96) * sigma);
  EXPECT_NEAR(neighbours, 0, sigma);
}

// The polar method in a longer format; two units in the last place: the logarithm's half, and three
// roundings.
TEST(RandomStream, NormalsAreThoseOfTheFormulaToTheLastBits) {
  RandomStream stream = RandomStream::named(2, "normals"), uniforms = RandomStream::named(2, "normals");
  for (int i = 0; i < 100000; ++i) {
    double a, b, square;
    do {
      a = 2 * uniforms.uniform() - 1, b = 2 * uniforms.uniform() - 1;
      square = a * a + b * b;
    } while (square >= 1 || square == 0);
    const long double factor = std::sqrt(-2 * std::log(static_cast<long double>(square)) / square);
    for (const double coordinate : {a, b}) {
      const auto expected = static_cast<double>(coordinate * factor);
      ASSERT_NEAR(stream.normal(), expected, 2 * std::numeric_limits<double>::epsilon() * std::abs(expected));
    }
  }
}

TEST(RandomStream, BelowIsUniformOnEveryBound) {
  RandomStream stream = RandomStream::named(1, "below");
  EXPECT_EQ(stream.below(1), 0u);
  constexpr int bound = 7, m = 70000;
  std::array<int, bound> counts{};
  for (int i = 0; i < m; ++i) {
    const auto value = stream.below(bound);
    ASSERT_LT(value, static_cast<std::uint64_t>(bound));
    ++counts[static_cast<std::size_t>(value)];
  }
  for (const int count : counts) EXPECT_NEAR(count, m / bound, 5 * std::sqrt(m / bound));
  // A third of the values of 64 bits is refused at this bound: half of what is left lies in each half.
  constexpr std::uint64_t large = std::uint64_t{3} << 62;
  int upper = 0;
  for (int i = 0; i < 10000; ++i) {
    const auto value = stream.below(large);
    ASSERT_LT(value, large);
    upper += value >= large / 2;
  }
  EXPECT_NEAR(upper, 5000, 5 * 50);
}

}  // namespace
}  // namespace isr
