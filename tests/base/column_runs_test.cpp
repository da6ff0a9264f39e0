#include "base/column_runs.h"

#include <gtest/gtest.h>

#include <stdexcept>

#include "base/sparse_examples.h"

namespace isr {
namespace {

using Eigen::Index;
using Eigen::MatrixXd;
using Eigen::VectorXd;

// Copies of one column, each a row further down, between others: runs of `length` and of 1, each column times
// a number of its own.
Sparse with_runs(Index rows, Index length) {
  MatrixXd matrix = MatrixXd::Zero(rows, 3 * length + 2);
  for (Index j = 0; j < length; ++j) {
    matrix(j, j) = 1;
    matrix.block(j, length + 1 + j, 3, 1) << 1, 0.5, 0.25;
    matrix(j, 2 * length + 2 + j) = matrix(j + 4, 2 * length + 2 + j) = 3;
  }
  matrix.col(length) = normal_vector(rows, 1);
  matrix.col(2 * length + 1).setZero();
  return Sparse((matrix * normal_vector(matrix.cols(), 2).asDiagonal()).sparseView());
}

// A shape of two pixels in a picture of six lines of five: where it would reach over the end of a line, a
// column is left out.
Sparse in_a_picture() {
  MatrixXd matrix = MatrixXd::Zero(30, 24);
  for (Index j = 0; j < 24; ++j)
    matrix.block(j + j / 4, j, 2, 1).setConstant(0.25 * static_cast<double>(j + 1));
  return matrix.sparseView();
}

std::vector<Sparse> examples() {
  return {with_runs(20, 9),
          sparse_matrix(1, 1, 5),
          sparse_matrix(7, 50, 5),
          sparse_matrix(40, 15, 5),
          sparse_matrix(60, 200, 5),
          Sparse(MatrixXd::Identity(30, 30).sparseView()),
          Sparse(5, 4),
          in_a_picture()};
}

TEST(ColumnRuns, AreFoundAsLongAsTheyAre) {
  const ColumnRuns runs(with_runs(20, 9));
  std::vector<int> lengths;
  for (const ColumnRuns::Run& run : runs.runs()) lengths.push_back(run.length);
  EXPECT_EQ(lengths, (std::vector<int>{9, 1, 9, 1, 9}));
}

TEST(ColumnRuns, GoOnWhereAShapeDoesNotFit) {
  const ColumnRuns runs(in_a_picture());
  ASSERT_EQ(runs.runs().size(), 1);
  EXPECT_EQ(runs.runs()[0].length, 29);
  EXPECT_EQ(runs.cols(), 24);
  WeightedProducts products(runs);
  PairedColumns squares = products.update(VectorXd::Ones(24));
  MatrixXd made;
  multiply(StripedMatrix(MatrixXd::Identity(30, 30)), squares, made);
  EXPECT_EQ(made, MatrixXd(in_a_picture() * Sparse(in_a_picture().transpose())));
  // What is left out has no entries either.
  for (std::size_t k = 0; k < squares.values().size(); k += 2)
    EXPECT_TRUE(squares.values()[k] != 0 || squares.values()[k + 1] != 0) << k;
}

TEST(ColumnRuns, MultiplyLikeTheMatrix) {
  for (const Sparse& s : examples()) {
    const ColumnRuns runs(s);
    ASSERT_EQ(runs.rows(), s.rows());
    ASSERT_EQ(runs.cols(), s.cols());
    const VectorXd w = normal_vector(s.cols(), 3), y = normal_vector(s.rows(), 4);
    VectorXd image = VectorXd::Ones(2), back = VectorXd::Ones(3);
    runs.multiply(w, image);
    runs.multiply_transposed(y, back);
    EXPECT_LE((image - s * w).norm(), 1e-15 * static_cast<double>(s.cols() + 1) * (s * w).norm());
    EXPECT_LE((back - s.transpose() * y).norm(),
              1e-15 * static_cast<double>(s.rows() + 1) * (s.transpose() * y).norm());
  }
}

TEST(WeightedProducts, AreThoseOfTheDenseMatrixForOneWeightsAfterOthers) {
  for (const Sparse& s : examples()) {
    const ColumnRuns runs(s);
    WeightedProducts products(runs);
    for (int step = 0; step < 4; ++step) {
      const VectorXd d = normal_vector(s.cols(), 6 + static_cast<std::uint32_t>(step)).array().exp() *
                         std::pow(10.0, -3 * step);
      const MatrixXd expected = MatrixXd(s) * d.asDiagonal() * MatrixXd(s).transpose(),
                     scale = MatrixXd(s).cwiseAbs() * d.asDiagonal() * MatrixXd(s).cwiseAbs().transpose();
      MatrixXd made;
      multiply(StripedMatrix(MatrixXd::Identity(s.rows(), s.rows())), products.update(d), made);
      EXPECT_LE(
          ((made - expected).array().abs() - static_cast<double>(s.cols() + 3) * epsilon * scale.array())
              .maxCoeff(),
          0)
          << s.rows() << " × " << s.cols() << ", step " << step;
      EXPECT_EQ(made, made.transpose());
    }
  }
}

TEST(WeightedProducts, RefuseWeightsOfAnotherNumber) {
  const ColumnRuns runs(sparse_matrix(4, 6, 1));
  WeightedProducts products(runs);
  EXPECT_THROW(products.update(VectorXd(5)), std::invalid_argument);
}

}  // namespace
}  // namespace isr
