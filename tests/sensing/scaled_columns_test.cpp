#include "sensing/scaled_columns.h"

#include <gtest/gtest.h>

#include "sensing/dense_matrix.h"
#include "sensing/operator_checks.h"
#include "sensing/structured_operators.h"

namespace isr {
namespace {

const Eigen::VectorXf scale = Eigen::VectorXf::LinSpaced(14, 0.2f, 3.0f);

TEST(ScaledColumns, IsTheMatrixTimesItsScales) {
  const DenseMatrix plain(DenseMatrix::RowMajor(random_columns(9, 14, "entries")));
  const Eigen::MatrixXf x = random_columns(14, 3, "x"), y = random_columns(9, 3, "y");
  for (const Eigen::VectorXf& s : {scale, Eigen::VectorXf()})
    for (const double factor : {1.0, 2.5}) {
      const ScaledColumns scaled(plain, s, factor);
      Eigen::MatrixXd expected = factor * plain.dense();
      if (s.size() > 0) expected *= s.cast<double>().asDiagonal();
      EXPECT_EQ(scaled.dense(), expected);
      Eigen::MatrixXf image(9, 3), preimage(14, 3), residual(9, 3), gradient(14, 3);
      scaled.apply(x, image);
      EXPECT_LE((image.cast<double>() - expected * x.cast<double>()).norm(), 1e-6 * image.norm());
      scaled.adjoint(y, preimage);
      EXPECT_LE((preimage.cast<double>() - expected.transpose() * y.cast<double>()).norm(),
                1e-6 * preimage.norm());
      scaled.residual_and_gradient(x, y, residual, gradient);
      EXPECT_LE((residual - (image - y)).norm(), 1e-6f * image.norm());
      EXPECT_LE((gradient.cast<double>() - expected.transpose() * residual.cast<double>()).norm(),
                2e-6 * gradient.norm());
      expect_adjoint(scaled);
    }
}

TEST(ScaledColumns, ReachesScalesBeyondSinglePrecisionInOneFactor) {
  const DenseMatrix tiny(Eigen::MatrixXd(1e-30 * random_columns(9, 14, "entries").cast<double>()));
  const ScaledColumns scaled(tiny, scale, 1e30);
  const Eigen::MatrixXf x = random_columns(14, 2, "x");
  Eigen::MatrixXf image(9, 2);
  scaled.apply(x, image);
  EXPECT_LE((image.cast<double>() - scaled.dense() * x.cast<double>()).norm(), 1e-6 * image.norm());
  EXPECT_GT(image.norm(), 1);
}

TEST(ScaledColumns, IsATightFrameWhileNoColumnIsScaled) {
  const OperatorPtr frame = make_randomized_hadamard(9, 14, 1);
  const ScaledColumns by_factor(*frame, {}, 3);
  EXPECT_DOUBLE_EQ(by_factor.tight_frame_constant(), 9);
  expect_tight_frame(by_factor);
  EXPECT_EQ(ScaledColumns(*frame, scale, 3).tight_frame_constant(), 0);
}

}  // namespace
}  // namespace isr
