#include <Eigen/SparseCore>
#include <algorithm>
#include <cmath>

#include "image/image_file.h"

namespace isr {
namespace {

using Means = Eigen::SparseMatrix<float, Eigen::RowMajor>;

// to × from: each row the mean over its share of [0, from), the values at its ends in part.
Means means(int from, int to) {
  std::vector<Eigen::Triplet<float>> weights;
  const double width = static_cast<double>(from) / to;
  for (int i = 0; i < to; ++i) {
    const double begin = i * width, end = std::min<double>(from, begin + width);
    for (int j = static_cast<int>(begin); j < end; ++j) {
      const double covered = std::min<double>(end, j + 1) - std::max<double>(begin, j);
      weights.emplace_back(i, j, static_cast<float>(covered / width));
    }
  }
  Means matrix(to, from);
  matrix.setFromTriplets(weights.begin(), weights.end());
  return matrix;
}

}  // namespace

Image shrunk(Image image, int longest) {
  const int side = std::max(image.width, image.height);
  if (side <= longest) return image;
  const auto scaled = [&](int length) {
    return std::max(1, static_cast<int>(std::lround(static_cast<double>(length) * longest / side)));
  };
  Image small(scaled(image.height), scaled(image.width), image.channels());
  const Means across = means(image.width, small.width), down = means(image.height, small.height);
  for (int c = 0; c < image.channels(); ++c) {
    // Row by row in memory: to Eigen a matrix of columns, turned over.
    const auto from = image.pixels.col(c).reshaped(image.width, image.height);
    const Eigen::MatrixXf narrow = across * from;
    small.pixels.col(c).reshaped(small.width, small.height) = (down * narrow.transpose()).transpose();
  }
  return small;
}

}  // namespace isr
