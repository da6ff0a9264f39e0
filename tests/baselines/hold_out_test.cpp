#include "baselines/hold_out.h"

#include <gtest/gtest.h>

namespace isr {
namespace {

using Eigen::Index;

TEST(LambdaPath, FallsInEqualRatiosFromTheLargestByTheRatio) {
  const Eigen::VectorXd path = lambda_path(8, 1e-6, 4);
  ASSERT_EQ(path.size(), 4);
  EXPECT_EQ(path(0), 8);
  for (Index i = 1; i < 4; ++i) EXPECT_NEAR(path(i) / path(i - 1), 1e-2, 1e-15);
}

TEST(HeldOutErrors, BestIsTheLeastSumOverTheFoldsAndTheSimplestOfEquals) {
  HeldOutErrors errors(4, 2);
  for (const double fold : {1.0, 2.0}) {
    errors.add(0, 0, 5);
    errors.add(1, 0, 4 - fold);  // 3 + 2
    errors.add(2, 0, 1 + fold);  // 2 + 3
    errors.add(3, 0, 4);
    errors.add(0, 1, fold);
  }
  EXPECT_EQ(errors.best(0), 1);
  EXPECT_EQ(errors.best(1), 0) << "those not tried are no candidates";
}

TEST(HeldOutErrors, HaveSettledWhenInEveryColumnThreeAfterTheBestAreNoBetter) {
  HeldOutErrors errors(9, 2);
  EXPECT_FALSE(errors.settled());
  const auto settled_after = [&](Index i, double first, double second) {
    errors.add(i, 0, first);
    errors.add(i, 1, second);
    return errors.settled();
  };
  EXPECT_FALSE(settled_after(0, 5, 5));
  EXPECT_FALSE(settled_after(1, 4, 4));
  EXPECT_FALSE(settled_after(2, 4, 3));
  EXPECT_FALSE(settled_after(3, 6, 3));
  EXPECT_FALSE(settled_after(4, 4, 7)) << "two after the second column's best";
  EXPECT_FALSE(settled_after(5, 1, 3)) << "a new best in the first column";
  EXPECT_FALSE(settled_after(6, 2, 3));
  EXPECT_FALSE(settled_after(7, 2, 3));
  EXPECT_TRUE(settled_after(8, 2, 3));
}

std::vector<CandidateChoice> choose(std::size_t folds, const std::vector<double>& errors,
                                    const Cancelled& cancelled = {}) {
  const auto count = static_cast<Index>(errors.size());
  return choose_by_hold_out(
      "λ", std::vector<Fold>(folds), count, 1,
      [&](const Fold&, HeldOutErrors& table) {
        for (Index i = 0; i < count; ++i) table.add(i, 0, errors[static_cast<std::size_t>(i)]);
      },
      cancelled);
}

TEST(ChooseByHoldOut, SaysHowItChoseAndWhetherTheBestLiesAtTheEnd) {
  EXPECT_EQ(choose(5, {3, 1, 2})[0].candidate, 1);
  EXPECT_EQ(choose(5, {3, 1, 2})[0].note, "λ by 5-fold hold-out");
  EXPECT_EQ(choose(1, {3, 1, 2})[0].note, "λ by hold-out");
  EXPECT_EQ(choose(1, {3, 2, 1})[0].candidate, 2);
  EXPECT_EQ(choose(1, {3, 2, 1})[0].note, "λ by hold-out; the best is the last one tried");
}

TEST(ChooseByHoldOut, TakesTheLastCandidateWhereThereIsNothingToHoldOut) {
  EXPECT_EQ(choose(0, {1, 2, 3})[0].candidate, 2);
  EXPECT_EQ(choose(0, {1, 2, 3})[0].note, "one measurement: nothing to hold out");
}

TEST(ChooseByHoldOut, EndsAfterTheFoldInWhichItWasCancelled) {
  int asked = 0;
  EXPECT_TRUE(choose(5, {1, 2}, [&] { return ++asked == 2; }).empty());
  EXPECT_EQ(asked, 2);
}

}  // namespace
}  // namespace isr
