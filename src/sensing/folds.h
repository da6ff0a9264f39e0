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

// Keeps rows that dwarf the others in all folds, those with more than 20 times the mean of `squares` (of each
// measurement): no others predict them, and they would hide how well the others are predicted. Of normal
// measurements these are fewer than one in 100,000.
void keep_dominant(std::vector<Fold>& folds, const Eigen::VectorXd& squares);

}  // namespace isr
