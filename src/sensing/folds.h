// Which measurements are held out to judge a choice by.
#pragma once

#include <Eigen/Core>
#include <cstdint>
#include <vector>

namespace isr {

// One way to part the measurements; the rows of each part ascend.
struct Fold {
  std::vector<Eigen::Index> kept;      // solved on
  std::vector<Eigen::Index> held_out;  // judged by
};

// Parts rows 0 … n−1 at random (stream "hold-out" of this seed) into `count` folds: each row is held out in
// exactly one of them, in sizes that differ by one at most. With more folds than rows, n folds. Empty when n
// < 2. Throws UsageError when count < 2.
std::vector<Fold> make_folds(Eigen::Index n, int count, std::uint32_t seed);

}  // namespace isr
