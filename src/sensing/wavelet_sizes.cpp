#include "sensing/wavelet_sizes.h"

#include <algorithm>
#include <cmath>
#include <vector>

#include "base/parallel.h"
#include "sensing/local_mean.h"

namespace isr {
namespace {

constexpr double growth = 0.6;        // of the expected size, per level, as a power of 2
constexpr float coarse_factor = 4;    // the coarse band beside the coarsest details
constexpr float floor_share = 0.05f;  // of the root mean square of all coefficients, or
constexpr float over_details = 2.2f;  // so many times that of all but the mean, where this is less

struct Band {
  Index top, left, height, width;
  int level;          // 0: the finest
  bool down, across;  // in the lower, the right half of its level
};

float level_size(int level) {
  return static_cast<float>(std::exp2(growth * level));
}

// The three bands of a level with this coarse-band size before it.
std::vector<Band> bands_of(Index height, Index width, int level) {
  const Index low_height = (height + 1) / 2, low_width = (width + 1) / 2;
  const Index high_height = height - low_height, high_width = width - low_width;
  return {{0, low_width, low_height, high_width, level, false, true},
          {low_height, 0, high_height, low_width, level, true, false},
          {low_height, low_width, high_height, high_width, level, true, true}};
}

// Calls body(band, parent) for every band of details; parent is null at the coarsest level.
template <class Body>
void for_bands(const WaveletLayout& layout, const Body& body) {
  Index height = layout.height, width = layout.width;
  for (int level = 0; level < layout.levels; ++level) {
    const auto bands = bands_of(height, width, level);
    height = (height + 1) / 2;
    width = (width + 1) / 2;
    const auto parents = bands_of(height, width, level + 1);
    for (std::size_t i = 0; i < bands.size(); ++i)
      body(bands[i], level + 1 < layout.levels ? &parents[i] : nullptr);
  }
}

}  // namespace

Eigen::VectorXf wavelet_sizes(const WaveletLayout& layout) {
  Eigen::VectorXf sizes = Eigen::VectorXf::Constant(
      layout.height * layout.width, coarse_factor * level_size(std::max(0, layout.levels - 1)));
  Eigen::Map<Plane> plane(sizes.data(), layout.height, layout.width);
  for_bands(layout, [&](const Band& band, const Band*) {
    plane.block(band.top, band.left, band.height, band.width).setConstant(level_size(band.level));
  });
  return sizes;
}

Eigen::VectorXf wavelet_sizes_near(const WaveletLayout& layout, ConstColumns x) {
  const Eigen::VectorXf energy = x.array().square().rowwise().mean();
  // The coarse band of a flat picture is flat: what is left of it is the unit of the details.
  const Index coarse_height = ((layout.height - 1) >> layout.levels) + 1,
              coarse_width = ((layout.width - 1) >> layout.levels) + 1;
  const auto count = static_cast<float>(coarse_height * coarse_width);
  float level_energy = 0;  // the mean square of the means
  for (Index b = 0; b < x.cols(); ++b) {
    const Eigen::Map<const Plane> column(x.col(b).data(), layout.height, layout.width);
    const float mean = column.topLeftCorner(coarse_height, coarse_width).mean();
    level_energy += mean * mean / static_cast<float>(x.cols());
  }
  const float all = energy.sum(), details = std::max(0.0f, all - count * level_energy);
  const float unit =
      std::sqrt(std::min(all, over_details * over_details * details) / static_cast<float>(energy.size()));
  const float floor = floor_share * (unit > 0 ? unit : std::sqrt(energy.mean()));
  Eigen::VectorXf sizes = floor * wavelet_sizes(layout);
  const Eigen::Map<const Plane> squares(energy.data(), layout.height, layout.width);
  Eigen::Map<Plane> plane(sizes.data(), layout.height, layout.width);
  auto coarse = plane.topLeftCorner(coarse_height, coarse_width);
  coarse = coarse.cwiseMax(floor_share * std::sqrt(level_energy));
  for_bands(layout, [&](const Band& band, const Band* parent) {
    if (band.height == 0 || band.width == 0) return;
    const Plane mean = local_mean(squares.block(band.top, band.left, band.height, band.width));
    const float least = std::pow(floor * level_size(band.level), 2.0f);
    parallel_for(static_cast<std::size_t>(band.height), [&](std::size_t row) {
      const auto i = static_cast<Index>(row);
      for (Index j = 0; j < band.width; ++j) {
        float square = mean(i, j);
        if (parent && parent->height > 0 && parent->width > 0) {
          const Index pi = std::min(i / 2, parent->height - 1), pj = std::min(j / 2, parent->width - 1);
          square = 0.5f * (square + squares(parent->top + pi, parent->left + pj) / 4);
        }
        plane(band.top + i, band.left + j) = std::sqrt(square + least);
      }
    });
  });
  return sizes;
}

}  // namespace isr
