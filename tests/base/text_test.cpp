#include "base/text.h"

#include <gtest/gtest.h>

namespace isr {
namespace {

TEST(Printable, HoldsNothingThatSteersATerminalAndIsShort) {
  EXPECT_EQ(printable("σ = 0.5"), "σ = 0.5");
  EXPECT_EQ(printable("\x1b[2J\n\x7f"), "?[2J??");
  EXPECT_EQ(printable("abcdef", 6), "abcdef");
  EXPECT_EQ(printable("abcdefg", 6), "abcdef…");
  EXPECT_EQ(printable("abcdeσg", 6), "abcde…");  // σ has two bytes: not cut within
  EXPECT_EQ(printable("", 0), "");
}

}  // namespace
}  // namespace isr
