// What holds of the products with every operator.
#include <gtest/gtest.h>

#include <algorithm>

#include "base/allocation_counter.h"
#include "base/parallel.h"
#include "sensing/basis.h"
#include "sensing/composite_operator.h"
#include "sensing/ensembles.h"
#include "sensing/operator_checks.h"
#include "sensing/row_subset.h"
#include "sensing/scaled_columns.h"
#include "sensing/shifted_basis.h"
#include "sensing/structured_operators.h"

namespace isr {
namespace {

// Allocations of some more products, on this number of threads.
std::size_t allocations_of(const LinearOperator& op, int threads) {
  set_thread_count(threads);
  const Eigen::MatrixXf x = random_columns(op.cols(), 2, "x"), y = random_columns(op.rows(), 2, "y");
  Eigen::MatrixXf image(op.rows(), 2), preimage(op.cols(), 2);
  const auto products = [&] {
    op.apply(x, image);
    op.adjoint(y, preimage);
    op.residual_and_gradient(x, y, image, preimage);
  };
  products(), products();
  const std::size_t before = allocations_so_far();
  for (int i = 0; i < 5; ++i) products();
  const std::size_t made = allocations_so_far() - before;
  set_thread_count(0);
  return made;
}

TEST(Products, TakeNoMemoryOnceWarm) {
  constexpr Index height = 24, width = 17, pixels = height * width, n = 100;
  for (const Ensemble ensemble : {Ensemble::gaussian, Ensemble::rademacher})
    EXPECT_EQ(allocations_of(*make_ensemble(ensemble, n, pixels, 1), 1), 0u) << to_string(ensemble);
  const OperatorPtr hadamard = make_randomized_hadamard(n, pixels, 1);
  EXPECT_EQ(allocations_of(*hadamard, 1), 0u);
  EXPECT_EQ(allocations_of(*make_randomized_dct(n, pixels, 1), 1), 0u);
  EXPECT_EQ(
      allocations_of(*make_block_operator(make_ensemble(Ensemble::gaussian, 20, 64, 1), height, width, 8), 1),
      0u);
  std::vector<Index> rows;
  for (Index i = 0; i < n; i += 2) rows.push_back(i);
  for (const BasisInfo& info : bases()) {
    const BasisPtr basis = make_basis(info.name, height, width);
    const ShiftedBasis shifted(*basis, width, 3, 5);
    const OperatorPtr system = compose(hadamard, {BasisPtr(), &shifted});
    const RowSubset part(*system, rows);
    const ScaledColumns scaled(part, Eigen::VectorXf::LinSpaced(part.cols(), 0.5f, 2), 3);
    EXPECT_EQ(allocations_of(scaled, 1), 0u) << info.name;
  }
}

// Large enough to be shared between threads. Which thread does what is left to chance, so that one may meet a
// size for the first time late; a product that allocated would do so thousands of times.
TEST(Products, TakeNoMemoryOnceWarmOnSeveralThreads) {
  constexpr Index side = 256;
  for (const char* name : {"cdf97", "dct", "haar-ti"}) {
    const auto system =
        compose(make_randomized_hadamard(side * side / 4, side * side, 1), make_basis(name, side, side));
    EXPECT_LE(allocations_of(*system, 3), 20u) << name;
  }
}

}  // namespace
}  // namespace isr
