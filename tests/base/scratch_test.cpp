#include "base/scratch.h"

#include <gtest/gtest.h>

#include <cstdint>
#include <thread>
#include <utility>

#include "base/allocation_counter.h"

namespace isr {
namespace {

TEST(Scratch, GivesMatricesThatLieApart) {
  ScratchMatrix a(3, 4), b(5, 2);
  ScratchVector c(7);
  a->setConstant(1), b->setConstant(2);
  for (std::size_t i = 0; i < c.size(); ++i) c[i] = 3;
  EXPECT_EQ(*a, Eigen::MatrixXf::Constant(3, 4, 1));
  EXPECT_EQ(*b, Eigen::MatrixXf::Constant(5, 2, 2));
  for (std::size_t i = 0; i < c.size(); ++i) EXPECT_EQ(c[i], 3);
}

TEST(Scratch, BeginsOnACacheLine) {
  for (const Eigen::Index size : {1, 17, 1000}) {
    ScratchMatrix matrix(size, 1);
    EXPECT_EQ(reinterpret_cast<std::uintptr_t>(matrix->data()) % 64, 0u);
  }
}

TEST(Scratch, TakesNoMemoryOnceWarmWhateverTheOrderOfSizes) {
  const auto nested = [] {
    ScratchMatrix small(3, 3), large(100, 10);
    ScratchMatrix middle(20, 20);
    { ScratchVector inner(5000); }
    ScratchVector again(4999);
  };
  nested(), nested();
  const std::size_t before = allocations_so_far();
  for (int i = 0; i < 10; ++i) nested();
  EXPECT_EQ(allocations_so_far(), before);
}

TEST(Scratch, MovesWithItsContents) {
  ScratchVector first(10);
  for (std::size_t i = 0; i < 10; ++i) first[i] = static_cast<float>(i);
  const float* const data = first.data();
  const ScratchVector second = std::move(first);
  EXPECT_EQ(second.data(), data);
  EXPECT_EQ(second[9], 9);
  ScratchVector third(10);
  EXPECT_NE(third.data(), data);
}

TEST(Scratch, OfEmptyMatricesIsNothing) {
  ScratchMatrix none(0, 5);
  EXPECT_EQ(none->size(), 0);
}

TEST(Scratch, BelongsToOneThread) {
  ScratchVector mine(64);
  mine[0] = 1;
  std::thread([] {
    ScratchVector other(64);
    other[0] = 2;
  }).join();
  EXPECT_EQ(mine[0], 1);
}

}  // namespace
}  // namespace isr
