#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "report/comparison_example.h"

namespace isr {
namespace {

using testing::AllOf;
using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

TEST(Findings, NameTheDepthWithTheWidestWindow) {
  const auto sentences = findings(example_comparison({
      example_path(2, {10, 20, 20.2, 15, 12}, 2),
      example_path(3, {10, 20, 20, 20.3, 12}, 2),
  }));
  EXPECT_EQ(
      sentences[0],
      "Depth 3 has the widest early-stopping window: 2.00 decades of flow time, against 1.00 at depth 2.");
}

TEST(Findings, SayThatAnOpenWindowNeverCloses) {
  const auto sentences = findings(example_comparison({
      example_path(2, {10, 20, 20.2, 15, 12}, 2),
      example_path(3, {10, 18, 19, 20, 20.3}, 3),
  }));
  EXPECT_THAT(sentences[0], AllOf(HasSubstr("At depth 3 the early-stopping window never closes"),
                                  HasSubstr("It is 1.00 at depth 2")));
}

TEST(Findings, SayThatNothingHasToBeStoppedWhereTheLimitIsBest) {
  const auto sentences =
      findings(example_comparison({example_path(2, {10, 20, 30}, 2), example_path(5, {10, 21, 31}, 2)}));
  EXPECT_THAT(sentences[0], HasSubstr("Nothing has to be stopped early here"));
  EXPECT_THAT(sentences, Not(Contains(HasSubstr("Never stopping costs"))));
}

TEST(Findings, SetDepthOneApartAsTheControl) {
  const auto sentences = findings(example_comparison({
      example_path(1, {10, 14, 14.2, 14.1, 14.1}, 2),
      example_path(2, {10, 20, 20.2, 15, 12}, 2),
  }));
  EXPECT_EQ(sentences[0], "The early-stopping window of depth 2 is 1.00 decades of flow time wide.");
  EXPECT_EQ(sentences[1],
            "At its best time the picture has 20.2 dB at depth 2; depth 1, plain least squares, never gives "
            "more than 14.2 dB.");
}

TEST(Findings, TellWhatTheRuleAndTheLimitCost) {
  const auto sentences = findings(example_comparison({
      example_path(2, {10, 20, 15, 12}, 2),
      example_path(3, {10, 20, 19, 17}, 2),
  }));
  EXPECT_THAT(sentences,
              Contains("The rule “hold-out”, which does not see the truth, stops 3.0 dB below the best on "
                       "average and 5.0 dB at most."));
  EXPECT_THAT(sentences,
              Contains("Never stopping costs most at depth 2: 8.0 dB between its best time and the limit."));
}

TEST(Findings, AverageOverImagesAndVariants) {
  Comparison comparison = example_comparison({example_path(2, {10, 20, 20, 12}, 1)});
  comparison.variants = {{1e-3, 0, "w0 = 10⁻³", "10⁻³"}, {1e-6, 0, "w0 = 10⁻⁶", "10⁻⁶"}};
  comparison.paths.push_back(example_path(2, {10, 22, 22, 22, 22, 12}, 2));
  comparison.paths[1].variant = 1;
  const auto sentences = findings(comparison);
  EXPECT_THAT(sentences[0], HasSubstr("2.00 decades of flow time on average over 2 runs"));  // (1 + 3)/2
  EXPECT_EQ(sentences.back(), "The best picture of all, 22.0 dB, comes from depth 2 with w0 = 10⁻⁶.");
}

TEST(ComparedPath, CountsAnOpenWindowToTheSettledTime) {
  ComparedPath path = example_path(2, {10, 20, 20, 20, 20}, 1);
  EXPECT_TRUE(path.window_open());
  EXPECT_DOUBLE_EQ(path.window_decades(), 3);
  path.settled_time = 100;
  EXPECT_DOUBLE_EQ(path.window_decades(), 1);
}

TEST(DisplayName, LeavesOutTheFolders) {
  EXPECT_EQ(display_name({Image(1, 1), "/some/folder/photo.jpg", "photo"}), "photo (photo.jpg)");
  EXPECT_EQ(display_name({Image(1, 1), "mnist:train:0", "5"}), "5 (mnist:train:0)");
}

}  // namespace
}  // namespace isr
