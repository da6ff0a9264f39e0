// Problems that several solver tests share.
#pragma once

#include <Eigen/Core>
#include <limits>
#include <string>
#include <vector>

#include "image/mnist.h"
#include "sensing/random.h"

namespace isr {

inline constexpr double epsilon = std::numeric_limits<double>::epsilon();

inline Eigen::MatrixXd normal_matrix(Eigen::Index rows, Eigen::Index cols, std::uint32_t seed) {
  RandomStream stream = RandomStream::named(seed, "test");
  return Eigen::MatrixXd::NullaryExpr(rows, cols, [&] { return stream.normal(); });
}

inline Eigen::VectorXd normal_vector(Eigen::Index size, std::uint32_t seed) {
  return normal_matrix(size, 1, seed);
}

// k entries of absolute value in [1, 2] at random places; positive, or of random signs.
inline Eigen::VectorXd sparse_vector(Eigen::Index size, int k, bool positive, std::uint32_t seed) {
  RandomStream stream = RandomStream::named(seed, "sparse");
  Eigen::VectorXd w = Eigen::VectorXd::Zero(size);
  while ((w.array() != 0).count() < k) {
    const auto place = static_cast<Eigen::Index>(stream.below(static_cast<std::uint64_t>(size)));
    w(place) = (1 + stream.uniform()) * (positive || stream.uniform() < 0.5 ? 1 : -1);
  }
  return w;
}

// The first bundled training digits, a column each (784 × count).
inline Eigen::MatrixXd first_digits(std::size_t count) {
  MnistSelection selection;
  for (std::size_t i = 0; i < count; ++i) selection.indices.push_back(i);
  const auto images = load_mnist(selection, std::string(ISR_DATA_DIR) + "/mnist");
  Eigen::MatrixXd digits(784, static_cast<Eigen::Index>(count));
  for (std::size_t i = 0; i < count; ++i)
    digits.col(static_cast<Eigen::Index>(i)) = images[i].image.pixels.cast<double>();
  return digits;
}

}  // namespace isr
