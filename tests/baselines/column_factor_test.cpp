#include "baselines/column_factor.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "sensing/random.h"
#include "solver/test_problems.h"

namespace isr {
namespace {

// ‖A_P w − Q R w‖ and the orthogonality of Q, seen through the public functions.
void expect_factor_of(const ColumnFactor& factor, const Eigen::MatrixXd& a) {
  const Index k = factor.size();
  const Eigen::MatrixXd chosen = a(Eigen::all, factor.columns());
  for (Index i = 0; i < k; ++i) {
    const Eigen::VectorXd unit = Eigen::VectorXd::Unit(k, i);
    EXPECT_LT((factor.expand(factor.times(unit)) - chosen.col(i)).norm(), 1e-13 * chosen.col(i).norm());
    EXPECT_LT((factor.project(factor.expand(unit)) - unit).norm(), 1e-13);
    EXPECT_LT((factor.times(factor.solve(unit)) - unit).norm(), 1e-12);
    EXPECT_LT((factor.times(unit).transpose() * factor.solve_transposed(unit))(0) - 1, 1e-12);
  }
}

TEST(ColumnFactor, StaysAFactorisationThroughHundredsOfChanges) {
  const Eigen::MatrixXd a = normal_matrix(40, 90, 1);
  ColumnFactor factor(a);
  RandomStream stream = RandomStream::named(2, "changes");
  for (int change = 0; change < 600; ++change) {
    const auto j = static_cast<Index>(stream.below(90));
    const auto& columns = factor.columns();
    const bool present = std::find(columns.begin(), columns.end(), j) != columns.end();
    if (!present && factor.size() < 35) {
      ASSERT_TRUE(factor.append(j));
    } else if (factor.size() > 0) {
      factor.remove(static_cast<Index>(stream.below(static_cast<std::uint64_t>(factor.size()))));
    }
  }
  ASSERT_GT(factor.size(), 10);
  expect_factor_of(factor, a);
}

TEST(ColumnFactor, RefusesADependentColumnAndKeepsWhatItHas) {
  Eigen::MatrixXd a = normal_matrix(6, 9, 3);
  a.col(2) = 2 * a.col(0) - a.col(1);
  a.col(3).setZero();
  ColumnFactor factor(a);
  EXPECT_TRUE(factor.append(0));
  EXPECT_TRUE(factor.append(1));
  EXPECT_FALSE(factor.append(2));
  EXPECT_FALSE(factor.append(3));
  EXPECT_THAT(factor.columns(), testing::ElementsAre(0, 1));
  for (Index j = 4; j < 8; ++j) EXPECT_TRUE(factor.append(j));
  EXPECT_FALSE(factor.append(8)) << "a seventh column in six dimensions";
  expect_factor_of(factor, a);
}

}  // namespace
}  // namespace isr
