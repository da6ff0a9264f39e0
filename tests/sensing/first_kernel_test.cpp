// ISR_SIMD holds for programs of others too: whichever kernel they call first heeds it.
#include <gtest/gtest.h>

#include <cstdlib>
#include <iostream>

#include "base/error.h"
#include "sensing/dct_kernel.h"
#include "sensing/dense_kernel.h"
#include "sensing/hadamard_kernel.h"
#include "sensing/lifting_kernel.h"
#include "sensing/lines_kernel.h"
#include "sensing/sign_kernel.h"
#include "sensing/sign_table_kernel.h"
#include "sensing/wavelet_kernel.h"
#include "solver/secant_kernel.h"
#include "solver/system_kernel.h"

namespace isr {
namespace {

alignas(64) float numbers[4096];

void first_call(void (*kernel)()) {
  setenv("ISR_SIMD", "none", 1);
  try {
    kernel();
  } catch (const Error& error) {
    std::cerr << error.what();
    std::_Exit(3);
  }
  std::_Exit(0);
}

void expect_heeded(void (*kernel)()) {
  GTEST_FLAG_SET(death_test_style, "threadsafe");  // the kernel runs in a new process
  EXPECT_EXIT(first_call(kernel), testing::ExitedWithCode(3), "ISR_SIMD is \"none\", .* one of .*avx2");
}

TEST(FirstKernelDeathTest, OfHadamardHeedsIsrSimd) {
  expect_heeded([] { hadamard_butterflies(numbers, 64, 1); });
}

TEST(FirstKernelDeathTest, OfTheCosineTransformHeedsIsrSimd) {
  expect_heeded([] { dct_lines(DctTables(8), numbers, numbers + 2048); });
  expect_heeded([] { transposed_dct_lines(DctTables(8), numbers, numbers + 2048); });
  expect_heeded([] { lines_from_rows(numbers, 8, 16, 8, numbers + 2048); });
  expect_heeded([] { rows_from_lines(numbers, 16, 8, numbers + 2048, 8); });
  expect_heeded([] { transpose_rows(numbers, 8, 8, 8, numbers + 2048, 8); });
}

TEST(FirstKernelDeathTest, OfWaveletsHeedsIsrSimd) {
  static const float* const in[] = {numbers};
  static const float one = 1;
  expect_heeded([] { weighted_sum(in, &one, 1, 16, numbers + 1024); });
  expect_heeded([] { add_weighted_sum(in, &one, 1, 16, numbers + 1024); });
}

TEST(FirstKernelDeathTest, OfLiftingHeedsIsrSimd) {
  static const Lifting lifting{1, 1, {1, 1, 1, 1}, false, false};
  expect_heeded([] {
    lift_columns(lifting, {numbers, numbers + 16, 32}, 4, 4, 16, {numbers + 1024, numbers + 2048, 16});
  });
  expect_heeded([] { lift_row_apart(lifting, numbers, 8, 8, numbers + 1024, numbers + 2048); });
  expect_heeded(
      [] { lift_row_together(lifting, numbers, numbers + 8, 8, 8, numbers + 1024, numbers + 2048); });
  expect_heeded([] { split_row(numbers, 8, 8, numbers + 1024, numbers + 2048); });
  expect_heeded([] { join_row(numbers, numbers + 8, 8, 8, numbers + 1024); });
}

TEST(FirstKernelDeathTest, OfSecantsAndSystemsHeedsIsrSimd) {
  expect_heeded([] { scaled_secants({2, Model::signed_model, 1e-3}, 1, numbers, 16, numbers + 1024); });
  static const SystemVectors v{numbers,       numbers + 64,  numbers + 128, numbers + 192,
                               numbers + 256, numbers + 320, numbers + 384, numbers + 448};
  expect_heeded([] { complete_image(v, 0, 16); });
  expect_heeded([] { take_step(v, 0, 1, 0, 16); });
  expect_heeded([] { change_diagonal(v, numbers + 512, 0, 16); });
  expect_heeded([] { precondition(v, 0, 16); });
}

TEST(FirstKernelDeathTest, OfSignsHeedsIsrSimd) {
  expect_heeded([] { pack_signs(SignBits(4, 4)); });
  expect_heeded([] { table_lanes(); });
  expect_heeded([] { multiply_tables(PackedSigns(), numbers, numbers + 64, 0, 0); });
}

TEST(FirstKernelDeathTest, OfDenseMatricesHeedsIsrSimd) {
  for (void (*const kernel)(const DenseBlock&) : {dense_products, dense_gradient, dense_fused}) {
    static void (*product)(const DenseBlock&);
    product = kernel;
    expect_heeded([] {
      product({numbers, 8, 4, 8, 1, {numbers + 64}, {}, {numbers + 128}, {numbers + 192}});
    });
  }
}

}  // namespace
}  // namespace isr
