#include "sensing/folds.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "base/error.h"

namespace isr {
namespace {

TEST(Folds, HoldOutEachMeasurementExactlyOnceInEvenShares) {
  for (const Eigen::Index n : {2, 5, 17, 392}) {
    const auto folds = make_folds(n, 5, 1);
    EXPECT_EQ(folds.size(), static_cast<std::size_t>(std::min<Eigen::Index>(n, 5)));
    std::vector<Eigen::Index> held;
    for (const Fold& fold : folds) {
      EXPECT_TRUE(std::is_sorted(fold.kept.begin(), fold.kept.end()));
      EXPECT_TRUE(std::is_sorted(fold.held_out.begin(), fold.held_out.end()));
      EXPECT_LE(fold.held_out.size(), folds.back().held_out.size() + 1);
      held.insert(held.end(), fold.held_out.begin(), fold.held_out.end());
      std::vector<Eigen::Index> all = fold.kept;
      all.insert(all.end(), fold.held_out.begin(), fold.held_out.end());
      std::sort(all.begin(), all.end());
      for (Eigen::Index i = 0; i < n; ++i) EXPECT_EQ(all[static_cast<std::size_t>(i)], i);
    }
    std::sort(held.begin(), held.end());
    ASSERT_EQ(held.size(), static_cast<std::size_t>(n));
    for (Eigen::Index i = 0; i < n; ++i) EXPECT_EQ(held[static_cast<std::size_t>(i)], i);
  }
}

TEST(Folds, FollowTheSeedAndNothingElse) {
  EXPECT_EQ(make_folds(100, 4, 7)[2].held_out, make_folds(100, 4, 7)[2].held_out);
  EXPECT_NE(make_folds(100, 4, 7)[2].held_out, make_folds(100, 4, 8)[2].held_out);
}

TEST(Folds, MeasurementsThatDwarfTheOthersAreNeverHeldOut) {
  auto folds = make_folds(100, 5, 1);
  Eigen::VectorXd squares = Eigen::VectorXd::Ones(100);
  squares(3) = squares(77) = 1000;
  keep_dominant(folds, squares);
  std::size_t held = 0;
  for (const Fold& fold : folds) {
    EXPECT_EQ(fold.kept.size() + fold.held_out.size(), 100u);
    EXPECT_TRUE(std::is_sorted(fold.kept.begin(), fold.kept.end()));
    EXPECT_TRUE(std::is_sorted(fold.held_out.begin(), fold.held_out.end()));
    for (const Eigen::Index row : fold.held_out) EXPECT_TRUE(row != 3 && row != 77);
    held += fold.held_out.size();
  }
  EXPECT_EQ(held, 98u);
  auto even = make_folds(100, 5, 1);
  keep_dominant(even, Eigen::VectorXd::LinSpaced(100, 0, 1));
  EXPECT_EQ(even[0].held_out, make_folds(100, 5, 1)[0].held_out);
}

TEST(Folds, OneMeasurementCannotBePartedAndOneFoldIsRefused) {
  EXPECT_TRUE(make_folds(1, 5, 0).empty());
  EXPECT_THROW(make_folds(10, 1, 0), UsageError);
}

}  // namespace
}  // namespace isr
