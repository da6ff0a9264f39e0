#include "sensing/sparse_product.h"

#include <gtest/gtest.h>

#include "sensing/basis.h"
#include "sensing/composite_operator.h"
#include "sensing/corrected_operator.h"
#include "sensing/ensembles.h"
#include "sensing/row_subset.h"
#include "sensing/scaled_columns.h"
#include "solver/test_problems.h"

namespace isr {
namespace {

constexpr Index height = 7, width = 6, pixels = height * width, readings = 20;

OperatorPtr measured_boxes() {
  return compose(make_ensemble(Ensemble::rademacher, readings, pixels, 1),
                 make_basis("boxes", height, width));
}

void expect_product_is(const LinearOperator& op, const Eigen::MatrixXd& expected) {
  const auto product = op.sparse_product();
  ASSERT_TRUE(product);
  const Eigen::MatrixXd made = product->dense * product->sparse;
  ASSERT_EQ(made.rows(), expected.rows());
  ASSERT_EQ(made.cols(), expected.cols());
  EXPECT_LE((made - expected).norm(), 1e-14 * expected.norm());
}

void expect_product_is_the_matrix(const LinearOperator& op) {
  expect_product_is(op, op.dense());
}

TEST(SparseProduct, IsTheMatrixOfMeasuredBoxes) {
  expect_product_is_the_matrix(*measured_boxes());
}

TEST(SparseProduct, IsTheMatrixInOtherUnits) {
  const OperatorPtr op = measured_boxes();
  expect_product_is_the_matrix(ScaledColumns(*op, Eigen::VectorXf::LinSpaced(op->cols(), 0.5f, 2), 3));
  expect_product_is_the_matrix(ScaledColumns(*op, {}, 3));
}

TEST(SparseProduct, IsTheMatrixOfSomeMeasurements) {
  const OperatorPtr op = measured_boxes();
  const std::vector<Index> rows{7, 0, 13};
  expect_product_is(RowSubset(*op, rows), op->dense()(rows, Eigen::all));
}

TEST(SparseProduct, IsTheMatrixBehindAnInstrument) {
  CorrectedOperator::Faults faults;
  faults.weights = Eigen::VectorXd::LinSpaced(readings, 0.5, 2);
  faults.q = Eigen::VectorXd::Constant(readings, 1 / std::sqrt(static_cast<double>(readings)));
  faults.damping = Eigen::VectorXd::Constant(1, 0.7);
  expect_product_is_the_matrix(CorrectedOperator(measured_boxes(), faults));
}

TEST(SparseProduct, IsNotOfferedWhereItSavesNothing) {
  const OperatorPtr sensing = make_ensemble(Ensemble::gaussian, readings, pixels, 1);
  EXPECT_FALSE(sensing->sparse_product());
  EXPECT_FALSE(compose(sensing, make_basis("cdf97", height, width))->sparse_product());
  CorrectedOperator::Faults faults;
  faults.outliers = 1;  // columns of their own
  EXPECT_FALSE(CorrectedOperator(measured_boxes(), faults).sparse_product());
  EXPECT_FALSE(RowSubset(*make_basis("boxes", height, width), {0, 1}).sparse_product());
}

}  // namespace
}  // namespace isr
