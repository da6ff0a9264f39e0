#include "sensing/phase_transition.h"

#include <gtest/gtest.h>

namespace isr {
namespace {

TEST(PhaseTransition, IsThatOfDonohoAndTanner) {
  EXPECT_NEAR(measurements_needed(0, 1000), 0, 1e-3);
  EXPECT_NEAR(measurements_needed(1000, 1000), 1000, 1e-3);
  // Their weak threshold for nonnegative vectors at n/p = 0.5: 0.558 nonzero entries per measurement.
  EXPECT_NEAR(measurements_needed(279, 1000), 500, 2);
  // And for vectors of either sign: 0.385.
  EXPECT_NEAR(measurements_needed(1925, 10000, true), 5000, 10);
}

TEST(PhaseTransition, GrowsWithTheNonzeroEntries) {
  double last = 0;
  for (Index nonzero = 50; nonzero <= 750; nonzero += 50) {
    const double needed = measurements_needed(nonzero, 784);
    EXPECT_GT(needed, last);
    EXPECT_GT(needed, static_cast<double>(nonzero));
    last = needed;
  }
}

}  // namespace
}  // namespace isr
