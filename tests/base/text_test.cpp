#include "base/text.h"

#include <gtest/gtest.h>

#include <limits>

namespace isr {
namespace {

TEST(Text, ScientificTypesetsPowersAndSigns) {
  EXPECT_EQ(scientific(0), "0");
  EXPECT_EQ(scientific(0.5), "0.5");
  EXPECT_EQ(scientific(-3), "−3");
  EXPECT_EQ(scientific(1e-6), "10⁻⁶");
  EXPECT_EQ(scientific(2e-3), "2 × 10⁻³");
  EXPECT_EQ(scientific(-1.25e12), "−1.25 × 10¹²");
  EXPECT_EQ(scientific(1e3), "10³");
  EXPECT_EQ(scientific(999.5), "999.5");
  EXPECT_EQ(scientific(std::numeric_limits<double>::infinity()), "∞");
}

TEST(Text, ScientificRoundsToTheDigitsAskedFor) {
  EXPECT_EQ(scientific(1.2345e-5, 2), "1.2 × 10⁻⁵");
  EXPECT_EQ(scientific(9.99e-4, 2), "10⁻³");  // not 10 × 10⁻⁴
  EXPECT_EQ(scientific(0.123456, 2), "0.12");
}

TEST(Text, GroupedSeparatesThousands) {
  EXPECT_EQ(grouped(0), "0");
  EXPECT_EQ(grouped(722), "722");
  EXPECT_EQ(grouped(1485676), "1,485,676");
  EXPECT_EQ(grouped(-1000), "−1,000");
  EXPECT_EQ(grouped(-100), "−100");
  EXPECT_EQ(grouped(-0.2), "0");
}

TEST(Text, MinusSignsReplaceHyphens) {
  EXPECT_EQ(with_minus_signs("-5.0 to -1"), "−5.0 to −1");
}

}  // namespace
}  // namespace isr
