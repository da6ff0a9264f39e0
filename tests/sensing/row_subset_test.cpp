#include "sensing/row_subset.h"

#include <gtest/gtest.h>

#include "sensing/ensembles.h"
#include "solver/test_problems.h"

namespace isr {
namespace {

TEST(RowSubset, IsTheMatrixOfItsRows) {
  const auto whole = make_ensemble(Ensemble::gaussian, 9, 14, 1);
  const std::vector<Index> rows{7, 0, 3};
  const RowSubset subset(*whole, rows);
  EXPECT_EQ(subset.dense(), whole->dense()(rows, Eigen::all));
  const Eigen::MatrixXf y = normal_matrix(3, 2, 2).cast<float>();
  Eigen::MatrixXf x(14, 2);
  subset.adjoint(y, x);
  EXPECT_LT((x.cast<double>() - subset.dense().transpose() * y.cast<double>()).norm(), 1e-5);
}

}  // namespace
}  // namespace isr
