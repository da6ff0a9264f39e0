#include "base/wrapped_text.h"

#include <gtest/gtest.h>

#include <sstream>

namespace isr {
namespace {

TEST(WrappedText, NoLineIsLongerThanTheWidth) {
  const std::string text = "‖Xw − y‖ is the residual, and w = u^N − v^N the model of a network of depth N";
  for (std::size_t width = 12; width < 90; ++width) {
    std::istringstream lines(wrapped(text, width));
    std::string line, joined;
    while (std::getline(lines, line)) {
      EXPECT_LE(display_width(line), width);
      joined += (joined.empty() ? "" : " ") + line;
    }
    EXPECT_EQ(joined, text);
  }
}

TEST(WrappedText, FurtherLinesAreIndentedAndLinesThatBeginWithSpacesStay) {
  EXPECT_EQ(wrapped("one two three", 7, 2), "one two\n  three");
  EXPECT_EQ(wrapped("one\ntwo\n  code", 80), "one two\n  code");
  EXPECT_EQ(wrapped("", 10), "");
}

TEST(WrappedText, WordsThatAreTooLongBreakAfterCommas) {
  EXPECT_EQ(wrapped("default: 0.1,0.2,0.3,0.4 or so", 12, 1), "default:\n 0.1,0.2,0.3,\n 0.4 or so");
  EXPECT_EQ(wrapped("one,two three", 13), "one,two three");
  EXPECT_EQ(wrapped("incomprehensible", 5), "incomprehensible");
}

TEST(NearestWord, IsTheOneThatWasMeantOrNone) {
  const std::vector<std::string> words{"depth", "step", "stop", "measurements", "noise"};
  EXPECT_EQ(nearest_word("dept", words), "depth");
  EXPECT_EQ(nearest_word("detph", words), "depth");
  EXPECT_EQ(nearest_word("measurments", words), "measurements");
  EXPECT_EQ(nearest_word("nosie", words), "noise");
  EXPECT_EQ(nearest_word("colour", words), "");
  EXPECT_EQ(nearest_word("x", words), "");
}

TEST(DisplayWidth, CountsLettersAndPaddingReachesIt) {
  EXPECT_EQ(display_width("10⁻⁶"), 4u);
  EXPECT_EQ(padded("τ", 3), "τ  ");
  EXPECT_EQ(padded("long", 2), "long");
}

}  // namespace
}  // namespace isr
