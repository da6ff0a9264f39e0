#include "base/memory.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/error.h"

namespace isr {
namespace {

TEST(Memory, AvailableIsMoreThanThisTestTakesAndLessThanAllThereCouldBe) {
  EXPECT_GT(available_memory(), 1u << 20);
  EXPECT_LT(available_memory(), std::size_t{1} << 50);
}

TEST(Memory, SizesAreShownInPowersOfAThousand) {
  EXPECT_EQ(shown_bytes(812), "812 bytes");
  EXPECT_EQ(shown_bytes(3136), "3.1 kB");
  EXPECT_EQ(shown_bytes(48e6), "48.0 MB");
  EXPECT_EQ(shown_bytes(2.4e9), "2.40 GB");
}

TEST(Memory, MoreThanThereIsIsRefusedWithTheRemedy) {
  EXPECT_NO_THROW(require_memory("a vector", 1000, "take fewer"));
  try {
    require_memory("a vector", 1e18, "take fewer");
    ADD_FAILURE() << "accepted";
  } catch (const Error& error) {
    EXPECT_THAT(error.what(), testing::MatchesRegex(
                                  "a vector needs 1000000000.00 GB of memory, but .* are free; take fewer"));
  }
}

}  // namespace
}  // namespace isr
