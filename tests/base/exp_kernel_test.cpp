#include "base/exp_kernel.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <vector>

#include "sensing/simd_targets.h"

namespace isr {
namespace {

TEST(ExpKernel, IsTheExponentialToTwoUlpsAtEveryInstructionSet) {
  std::vector<double> x;
  for (double value = -700; value <= 705; value += 0.0371) x.push_back(value);
  for (double value = 1e-18; value < 1; value *= 1.7) x.insert(x.end(), {value, -value});
  for_each_simd_target([&] {
    std::vector<double> result(x.size());
    exp_kernel(x.data(), x.size(), result.data());
    for (std::size_t j = 0; j < x.size(); ++j) {
      const double expected = std::exp(x[j]);
      EXPECT_LE(std::abs(result[j] - expected), 2 * std::numeric_limits<double>::epsilon() * expected)
          << x[j];
    }
  });
}

TEST(ExpKernel, KeepsWhatIsNotFiniteAndWhatVanishes) {
  constexpr double infinity = std::numeric_limits<double>::infinity();
  const std::vector<double> x{0,    707,          709.5, 710,    2000,  infinity, -infinity,
                              -800, std::nan(""), 1,     -1e308, 1e308, 2,        -2};
  for_each_simd_target([&] {
    std::vector<double> result = x;
    exp_kernel(result.data(), result.size(), result.data());
    EXPECT_EQ(result[0], 1);
    EXPECT_DOUBLE_EQ(result[1], std::exp(707.0));
    EXPECT_DOUBLE_EQ(result[2], std::exp(709.5));
    EXPECT_EQ(result[3], infinity);
    EXPECT_EQ(result[4], infinity);
    EXPECT_EQ(result[5], infinity);
    EXPECT_EQ(result[6], 0);
    EXPECT_EQ(result[7], 0);
    EXPECT_TRUE(std::isnan(result[8]));
    EXPECT_DOUBLE_EQ(result[9], std::exp(1.0));
    EXPECT_EQ(result[10], 0);
    EXPECT_EQ(result[11], infinity);
    EXPECT_DOUBLE_EQ(result[13], std::exp(-2.0));
  });
}

}  // namespace
}  // namespace isr
