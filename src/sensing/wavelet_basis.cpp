#include "sensing/wavelet_basis.h"

#include <algorithm>
#include <vector>

#include "base/parallel.h"
#include "base/scratch.h"
#include "sensing/line_transform.h"
#include "sensing/wavelet_sizes.h"

namespace isr {
namespace {

using Direction = LineTransform::Direction;

class WaveletBasis final : public Basis {
 public:
  WaveletBasis(const std::string& wavelet, Index height, Index width, int levels)
      : line_transform_(make_line_transform(wavelet)),
        height_(static_cast<std::size_t>(height)),
        width_(static_cast<std::size_t>(width)),
        levels_(levels) {
    LevelSize size{height_, width_, width_};
    for (int level = 0; level < levels_; ++level) {
      sizes_.push_back(size);
      size.height = (size.height + 1) / 2;
      size.width = (size.width + 1) / 2;
    }
  }

  Index rows() const override { return static_cast<Index>(height_ * width_); }
  Index cols() const override { return rows(); }
  double tight_frame_constant() const override { return line_transform_->orthonormal() ? 1 : 0; }
  std::size_t memory_bytes() const override { return height_ * width_ * sizeof(float); }
  Eigen::VectorXf expected_sizes() const override { return wavelet_sizes(layout()); }
  Eigen::VectorXf expected_sizes_near(ConstColumns x) const override {
    return wavelet_sizes_near(layout(), x);
  }

  void apply(ConstColumns x, Columns y) const override {
    y = x;
    ScratchVector other(height_ * width_);
    for (Index b = 0; b < y.cols(); ++b)
      for (auto size = sizes_.rbegin(); size != sizes_.rend(); ++size) {
        along_rows(Direction::synthesize, *size, y.col(b).data(), other.data());
        along_columns(Direction::synthesize, *size, other.data(), y.col(b).data());
      }
  }
  void adjoint(ConstColumns y, Columns x) const override {
    to_coefficients(y, x, Direction::transpose_synthesis);
  }
  void analyze(ConstColumns y, Columns x) const override { to_coefficients(y, x, Direction::analyze); }

 private:
  WaveletLayout layout() const {
    return {rows() / static_cast<Index>(width_), static_cast<Index>(width_), levels_};
  }

  void to_coefficients(ConstColumns y, Columns x, Direction direction) const {
    if (levels_ == 0) x = y;
    ScratchVector other(height_ * width_);
    for (Index b = 0; b < x.cols(); ++b)
      for (const LevelSize& size : sizes_) {
        const float* const samples = &size == &sizes_.front() ? y.col(b).data() : x.col(b).data();
        along_columns(direction, size, samples, other.data());
        along_rows(direction, size, other.data(), x.col(b).data());
      }
  }

  // A side of one pixel is not transformed.
  void along_columns(Direction direction, const LevelSize& size, const float* in, float* out) const {
    constexpr std::size_t at_once = 256;  // columns whose rows stay in the first-level cache
    for_parts(size, size.width, at_once, [&](std::size_t first, std::size_t last) {
      if (size.height < 2)
        std::copy(in + first, in + last, out + first);
      else
        line_transform_->columns(direction, size, first, last, in, out);
    });
  }

  void along_rows(Direction direction, const LevelSize& size, const float* in, float* out) const {
    constexpr std::size_t at_once = 32;
    for_parts(size, size.height, at_once, [&](std::size_t first, std::size_t last) {
      if (size.width < 2)
        for (std::size_t row = first; row < last; ++row) out[row * size.stride] = in[row * size.stride];
      else
        line_transform_->rows(direction, size, first, last, in, out);
    });
  }

  // body(first, last) over [0, count), by several threads where the level is large.
  template <class Body>
  static void for_parts(const LevelSize& size, std::size_t count, std::size_t at_once, const Body& body) {
    constexpr std::size_t worth_waking = 1 << 14;  // pixels
    const std::size_t parts = (count + at_once - 1) / at_once;
    const auto part = [&](std::size_t i) { body(i * at_once, std::min(count, (i + 1) * at_once)); };
    if (size.height * size.width < worth_waking) {
      for (std::size_t i = 0; i < parts; ++i) part(i);
    } else {
      parallel_for(parts, part);
    }
  }

  std::unique_ptr<const LineTransform> line_transform_;
  std::size_t height_, width_;
  int levels_;
  std::vector<LevelSize> sizes_;  // of the coarse band before each level
};

}  // namespace

int default_wavelet_levels(Index height, Index width) {
  int levels = 0;
  for (Index side = std::max(height, width); side / 2 >= (levels < 5 ? 2 : 8); side /= 2) ++levels;
  return levels;
}

BasisPtr make_wavelet_basis(const std::string& wavelet, Index height, Index width, int levels) {
  return std::make_shared<WaveletBasis>(wavelet, height, width, levels);
}

}  // namespace isr
