#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <limits>

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
  EXPECT_EQ(
      sentences[2],
      "From depth 2 on the rule “hold-out”, which does not see the truth, finds the best time: it loses less "
      "than 0.1 dB.");
}

TEST(Findings, TellWhatTheRuleAndTheLimitCost) {
  const auto sentences = findings(example_comparison({
      example_path(2, {10, 20, 15, 12}, 2),
      example_path(3, {10, 20, 19, 17}, 2),
  }));
  EXPECT_THAT(sentences,
              Contains("The rule “hold-out”, which does not see the truth, stops at 17.0 dB, against 20.0 dB "
                       "at the best times (medians of 2 paths); the least is 15.0 dB."));
  EXPECT_THAT(sentences, Contains("Never stopping costs most at depth 2: from 20.0 dB at the best time to "
                                  "12.0 dB at the limit."));
}

// Three pictures: two are recovered exactly, or nearly so.
Comparison three_runs(const std::vector<std::vector<double>>& psnrs) {
  Comparison comparison = example_comparison({example_path(2, psnrs[0], 1)});
  for (std::size_t i = 1; i < psnrs.size(); ++i) {
    comparison.images.push_back(comparison.images[0]);
    comparison.paths.push_back(example_path(2, psnrs[i], 1));
    comparison.paths.back().image = i;
  }
  return comparison;
}

TEST(Findings, BoundNoNumberSilently) {
  const double exact = std::numeric_limits<double>::infinity();
  const auto sentences = findings(three_runs({{10, 100, 171.5}, {10, 40, exact}, {10, 20, 29.5}}));
  EXPECT_EQ(
      sentences[0],
      "Nothing has to be stopped early here: at every depth from 2 on, the limit is within 0.5 dB of its "
      "best picture.");
  EXPECT_EQ(sentences[1], "At its best time the picture has 171.5 dB at depth 2 (median of 3 runs).");
  EXPECT_EQ(
      sentences[2],
      "The rule “hold-out”, which does not see the truth, stops at 40.0 dB, against 171.5 dB at the best "
      "times (medians of 3 paths); the least is 20.0 dB.");
}

TEST(Findings, SayWhereTheBoundOfTheWindowComesFrom) {
  const auto sentences = findings(three_runs({{10, 171.5, 60}, {10, 40, 40.2}}));
  EXPECT_EQ(
      sentences[0],
      "Nothing has to be stopped early here: at every depth from 2 on, the limit has at least 58.4 dB or "
      "is within 0.5 dB of its best picture (8 bits show no more than 58.9 dB).");
}

TEST(Findings, CallTheEndOfAPathALimitOnlyWhereItIsOne) {
  ComparedPath path = example_path(2, {10, 20, 12}, 1);
  path.reaches_limit = false;
  const auto sentences = findings(example_comparison({path}));
  EXPECT_THAT(sentences,
              Contains("Never stopping costs at depth 2: from 20.0 dB at the best time to 12.0 dB at "
                       "the end of the path."));
}

TEST(Findings, RankNoWindowAboveOneThatMayBeWider) {
  Comparison comparison =
      example_comparison({example_path(2, {10, 20, 20, 20, 12}, 1), example_path(3, {10, 20, 20, 12}, 1)});
  comparison.images.push_back(comparison.images[0]);
  for (ComparedPath path : {example_path(2, {10, 20, 20, 20, 12}, 1), example_path(3, {10, 20, 20, 20}, 1)}) {
    path.image = 1;
    comparison.paths.push_back(path);
  }
  EXPECT_EQ(
      findings(comparison)[0],
      "The early-stopping window is 2.00 at depth 2 and at least 1.50 at depth 3 decades of flow time wide "
      "(median of 2 runs).");
}

TEST(Findings, TakeTheMedianOverImagesAndVariants) {
  Comparison comparison = example_comparison({example_path(2, {10, 20, 20, 12}, 1)});
  comparison.variants = {{1e-3, 0, "w0 = 10⁻³", "10⁻³"}, {1e-6, 0, "w0 = 10⁻⁶", "10⁻⁶"}};
  comparison.paths.push_back(example_path(2, {10, 22, 22, 22, 22, 12}, 2));
  comparison.paths[1].variant = 1;
  const auto sentences = findings(comparison);
  EXPECT_THAT(sentences[0], HasSubstr("2.00 decades of flow time (median of 2 runs)"));  // of 1 and 3
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
