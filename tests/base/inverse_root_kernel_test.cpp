#include "base/inverse_root_kernel.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <vector>

#include "sensing/simd_targets.h"

namespace isr {
namespace {

class InverseRootKernel : public testing::TestWithParam<int> {
 protected:
  const int root_ = GetParam();
};

TEST_P(InverseRootKernel, IsTheInverseRootToTwoUlpsAtEveryInstructionSet) {
  std::vector<double> q;
  for (double value = 1e-289; value < 1e289; value *= 1.237) q.push_back(value);
  for (double value = 0.25; value < 4; value *= 1.00371) q.push_back(value);
  for_each_simd_target([&] {
    std::vector<double> result(q.size());
    inverse_root_kernel(q.data(), q.size(), root_, result.data());
    for (std::size_t j = 0; j < q.size(); ++j) {
      const long double expected = std::pow(static_cast<long double>(q[j]), -1.0L / root_);
      EXPECT_LE(std::abs(result[j] - expected), 2 * std::numeric_limits<double>::epsilon() * expected)
          << q[j];
    }
  });
}

TEST_P(InverseRootKernel, OfTheLastFewIsAsOfAllOthers) {
  for_each_simd_target([&] {
    for (std::size_t count = 1; count < 20; ++count) {
      const std::vector<double> q(count, 1e-200);
      std::vector<double> result(count);
      inverse_root_kernel(q.data(), count, root_, result.data());
      const double expected = static_cast<double>(std::pow(1e-200L, -1.0L / root_));
      for (const double value : result)
        EXPECT_LE(std::abs(value - expected), 2 * std::numeric_limits<double>::epsilon() * expected) << count;
    }
  });
}

TEST_P(InverseRootKernel, IsNotFiniteWhereThereIsNoRoot) {
  const double nan = std::nan(""), infinity = std::numeric_limits<double>::infinity();
  const std::vector<double> q{0, 1, -0.5, 2, 1, nan, 1, 1, infinity, 1, 1, 1, 1, 1, 1, 1, 1};
  for_each_simd_target([&] {
    std::vector<double> result = q;
    inverse_root_kernel(result.data(), result.size(), root_, result.data());
    EXPECT_EQ(result[0], infinity);
    EXPECT_EQ(result[1], 1);
    EXPECT_FALSE(result[2] >= 0 && std::isfinite(result[2]));
    EXPECT_DOUBLE_EQ(result[3], std::pow(2.0, -1.0 / root_));
    EXPECT_TRUE(std::isnan(result[5]));
    EXPECT_EQ(result[8], 0);
    EXPECT_EQ(result[16], 1);
  });
}

INSTANTIATE_TEST_SUITE_P(Roots, InverseRootKernel, testing::Values(1, 2, 3, 4, 5, 8, 48));

}  // namespace
}  // namespace isr
