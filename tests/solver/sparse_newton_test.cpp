#include "solver/sparse_newton.h"

#include <gtest/gtest.h>

#include <Eigen/Cholesky>

#include "base/error.h"
#include "sensing/basis.h"
#include "sensing/composite_operator.h"
#include "sensing/ensembles.h"
#include "solver/dense_newton.h"
#include "solver/newton_factory.h"
#include "solver/newton_flow.h"
#include "solver/test_problems.h"

namespace isr {
namespace {

using Eigen::MatrixXd;
using Eigen::VectorXd;

constexpr Index boxes_side = 9, boxes_pixels = boxes_side * boxes_side, readings = 30;

OperatorPtr measured_boxes(Index measurements = readings) {
  return compose(make_ensemble(Ensemble::rademacher, measurements, boxes_pixels, 2),
                 make_basis("boxes", boxes_side, boxes_side));
}

TEST(SparseNewton, SolvesWithTheMatrixThatItIsMadeOf) {
  const OperatorPtr op = measured_boxes();
  const auto made = make_sparse_newton(prepare_product(std::move(*op->sparse_product()))),
             plain = make_dense_newton(std::make_shared<PreparedMatrix>(*op));
  ASSERT_EQ(made->rows(), readings);
  ASSERT_EQ(made->cols(), op->cols());
  EXPECT_LE((made->squared_column_norms() - plain->squared_column_norms()).norm(),
            1e-13 * plain->squared_column_norms().norm());

  const VectorXd w = normal_vector(op->cols(), 3), lambda = normal_vector(readings, 4);
  VectorXd image, expected_image, z, expected_z;
  made->apply(w, image), plain->apply(w, expected_image);
  made->adjoint(lambda, z), plain->adjoint(lambda, expected_z);
  EXPECT_LE((image - expected_image).norm(), 1e-13 * expected_image.norm());
  EXPECT_LE((z - expected_z).norm(), 1e-13 * expected_z.norm());

  for (const double s : {1e-3, 1.0, 1e3}) {
    const VectorXd slope = (3 * normal_vector(op->cols(), 5)).array().exp();
    VectorXd d, dz, expected_d, expected_dz;
    const NewtonRightSide right{lambda, z, image, s};
    made->factor(slope, s);
    made->solve(right, 0, d, dz);
    const MatrixXd x = op->dense();
    MatrixXd m = s * x * slope.asDiagonal() * x.transpose();
    m.diagonal().array() += 1;
    expected_d = m.ldlt().solve(-lambda - s * image);
    expected_dz = x.transpose() * expected_d;
    EXPECT_LE((d - expected_d).norm(), 1e-10 * expected_d.norm()) << s;
    EXPECT_LE((dz - expected_dz).norm(), 1e-10 * expected_dz.norm()) << s;
  }
}

TEST(SparseNewton, ReachesTheLimitThatTheMatrixHas) {
  const OperatorPtr op = measured_boxes();
  VectorXd w = VectorXd::Zero(op->cols());
  for (Index j = 40; j < w.size(); j += 150) w[j] = 1 + 0.01 * static_cast<double>(j);
  const VectorXd y = op->dense() * w;
  for (const int depth : {2, 3, 5}) {
    FlowOptions options;
    options.network = {depth, Model::nonnegative, 1e-4};
    options.limit_residual = 1e-12;
    NewtonFlow made(make_sparse_newton(prepare_product(std::move(*op->sparse_product()))), y, options),
        plain(make_dense_newton(std::make_shared<PreparedMatrix>(*op)), y, options);
    made.finish(), plain.finish();
    ASSERT_EQ(made.status(), Status::limit_reached) << depth;
    Eigen::MatrixXd limit, expected;
    made.w_at(made.end_time(), limit), plain.w_at(plain.end_time(), expected);
    EXPECT_LE((limit - expected).norm(), 1e-8 * expected.norm()) << depth;
  }
}

// More measurements than boxes_pixels, and one that repeats another: the limit has no part that no w reaches.
TEST(SparseNewton, WorksInTheRangeOfDependentRows) {
  const OperatorPtr op = measured_boxes(boxes_pixels + 5);
  const auto made = NewtonFactory(*op).exact();
  EXPECT_EQ(made->rows(), boxes_pixels);
  EXPECT_EQ(made->measurements(), boxes_pixels + 5);

  SparseProduct twice = std::move(*measured_boxes()->sparse_product());
  twice.dense.row(7) = 2 * twice.dense.row(3);
  const Eigen::MatrixXd x = twice.dense * twice.sparse;
  const auto system = make_sparse_newton(prepare_product(twice));
  ASSERT_EQ(system->rows(), readings - 1);
  const VectorXd w = normal_vector(x.cols(), 6);
  VectorXd image;
  system->apply(w, image);
  EXPECT_LE((system->lift(image) - x * w).norm(), 1e-13 * image.norm());
  EXPECT_LE((system->project(x * w) - image).norm(), 1e-13 * image.norm());
}

TEST(SparseNewton, IsNotMadeWhereTheAtomsSpanLessThanWhatIsMeasured) {
  SparseProduct product = std::move(*measured_boxes()->sparse_product());
  product.sparse = product.sparse.leftCols(readings - 1).eval();
  EXPECT_FALSE(prepare_product(product));
}

TEST(SparseNewton, RefusesEntriesThatAreNotFinite) {
  SparseProduct product = std::move(*measured_boxes()->sparse_product());
  product.dense(3, 4) = std::numeric_limits<double>::infinity();
  EXPECT_THROW(prepare_product(std::move(product)), Error);
}

}  // namespace
}  // namespace isr
