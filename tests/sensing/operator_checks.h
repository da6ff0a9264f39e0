// Properties that every linear operator must have, as test helpers.
#pragma once

#include <gtest/gtest.h>

#include "sensing/linear_operator.h"
#include "sensing/random.h"

namespace isr {

inline Eigen::MatrixXf random_columns(Index rows, Index cols, std::string_view stream) {
  RandomStream random = RandomStream::named(7, stream);
  return Eigen::MatrixXf::NullaryExpr(rows, cols, [&] { return static_cast<float>(random.normal()); });
}

// ⟨A x, y⟩ = ⟨x, Aᵀ y⟩ on random columns, relative to ‖Ax‖‖y‖.
inline void expect_adjoint(const LinearOperator& op, double tolerance = 2e-6) {
  constexpr Index columns = 3;
  const Eigen::MatrixXf x = random_columns(op.cols(), columns, "x"),
                        y = random_columns(op.rows(), columns, "y");
  Eigen::MatrixXf image(op.rows(), columns), preimage(op.cols(), columns);
  op.apply(x, image);
  op.adjoint(y, preimage);
  ASSERT_GT(image.norm(), 0);
  for (Index b = 0; b < columns; ++b) {
    const double left = image.col(b).cast<double>().dot(y.col(b).cast<double>());
    const double right = x.col(b).cast<double>().dot(preimage.col(b).cast<double>());
    EXPECT_NEAR(left, right, tolerance * image.col(b).norm() * y.col(b).norm());
  }
}

// A Aᵀ = c·I, on random columns.
inline void expect_tight_frame(const LinearOperator& op, double tolerance = 1e-6) {
  const double c = op.tight_frame_constant();
  ASSERT_GT(c, 0);
  const Eigen::MatrixXf y = random_columns(op.rows(), 3, "y");
  Eigen::MatrixXf x(op.cols(), 3), back(op.rows(), 3);
  op.adjoint(y, x);
  op.apply(x, back);
  EXPECT_LE((back - c * y).norm(), tolerance * c * y.norm());
}

// Aᵀ A = I, on random columns.
inline void expect_orthonormal_columns(const LinearOperator& op, double tolerance = 1e-6) {
  const Eigen::MatrixXf x = random_columns(op.cols(), 3, "x");
  Eigen::MatrixXf y(op.rows(), 3), back(op.cols(), 3);
  op.apply(x, y);
  op.adjoint(y, back);
  EXPECT_LE((back - x).norm(), tolerance * x.norm());
}

}  // namespace isr
