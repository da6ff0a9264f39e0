#include "sensing/torch_noise.h"

#include <cmath>
#include <numbers>
#include <random>

#include "base/error.h"

namespace isr {
namespace {

constexpr Eigen::Index block = 16;

// Box and Muller: the first eight uniforms give the radii, the other eight the angles.
void make_normal(Eigen::Ref<Eigen::VectorXf> uniforms) {
  for (Eigen::Index j = 0; j < block / 2; ++j) {
    const float radius = std::sqrt(-2 * std::log(1 - uniforms[j]));
    const float angle = 2 * std::numbers::pi_v<float> * uniforms[j + block / 2];
    uniforms[j] = radius * std::cos(angle);
    uniforms[j + block / 2] = radius * std::sin(angle);
  }
}

}  // namespace

Eigen::VectorXf torch_normals(std::uint32_t seed, Eigen::Index count) {
  if (count < block) throw UsageError("PyTorch's noise needs at least 16 measurements");
  std::mt19937 engine(seed);
  const auto fill = [&engine](Eigen::Ref<Eigen::VectorXf> values) {
    for (float& value : values) value = static_cast<float>(engine() & 0xFFFFFF) * 0x1p-24f;
  };
  Eigen::VectorXf values(count);
  fill(values);
  for (Eigen::Index i = 0; i + block <= count; i += block) make_normal(values.segment(i, block));
  if (count % block != 0) {  // the last sixteen are drawn anew
    fill(values.tail(block));
    make_normal(values.tail(block));
  }
  return values;
}

}  // namespace isr
