#include "sensing/wavelet_basis.h"

#include <algorithm>
#include <vector>

#include "base/parallel.h"
#include "sensing/line_transform.h"
#include "sensing/lines_kernel.h"
#include "sensing/wavelet_sizes.h"

namespace isr {
namespace {

enum class Direction { analyze, synthesize, transpose_synthesis };

class WaveletBasis final : public Basis {
  struct Size {
    std::size_t height, width;
  };

 public:
  WaveletBasis(const std::string& wavelet, Index height, Index width, int levels)
      : line_transform_(make_line_transform(wavelet)),
        height_(static_cast<std::size_t>(height)),
        width_(static_cast<std::size_t>(width)),
        levels_(levels) {
    Size size{height_, width_};
    for (int level = 0; level < levels_; ++level) {
      sizes_.push_back(size);
      size = {(size.height + 1) / 2, (size.width + 1) / 2};
    }
  }

  Index rows() const override { return static_cast<Index>(height_ * width_); }
  Index cols() const override { return rows(); }
  double tight_frame_constant() const override { return line_transform_->orthonormal() ? 1 : 0; }
  std::size_t memory_bytes() const override { return (height_ + width_) * 64 * sizeof(float); }
  Eigen::VectorXf expected_sizes() const override { return wavelet_sizes(layout()); }
  Eigen::VectorXf expected_sizes_near(ConstColumns x) const override {
    return wavelet_sizes_near(layout(), x);
  }

  void apply(ConstColumns x, Columns y) const override {
    y = x;
    for (Index b = 0; b < y.cols(); ++b)
      for (auto size = sizes_.rbegin(); size != sizes_.rend(); ++size) {
        along_rows(y.col(b).data(), *size, Direction::synthesize);
        along_columns(y.col(b).data(), *size, Direction::synthesize);
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
    x = y;
    for (Index b = 0; b < x.cols(); ++b)
      for (const Size size : sizes_) {
        along_columns(x.col(b).data(), size, direction);
        along_rows(x.col(b).data(), size, direction);
      }
  }

  void along_columns(float* x, Size size, Direction direction) const {
    if (size.height < 2) return;
    parallel_for((size.width + line_width - 1) / line_width, [&](std::size_t strip) {
      const std::size_t first = strip * line_width, count = std::min(line_width, size.width - first);
      Lines lines(size.height * line_width);
      lines_from_columns(x + first, width_, count, size.height, lines.data());
      transform(lines, size.height, direction);
      columns_from_lines(lines.data(), count, size.height, x + first, width_);
    });
  }

  void along_rows(float* x, Size size, Direction direction) const {
    if (size.width < 2) return;
    parallel_for((size.height + line_width - 1) / line_width, [&](std::size_t strip) {
      const std::size_t first = strip * line_width, count = std::min(line_width, size.height - first);
      Lines lines(size.width * line_width);
      if (count < line_width) std::fill_n(lines.data(), lines.size(), 0.0f);  // the lanes beyond
      lines_from_rows(x + first * width_, width_, count, size.width, lines.data());
      transform(lines, size.width, direction);
      rows_from_lines(lines.data(), count, size.width, x + first * width_, width_);
    });
  }

  void transform(Lines& lines, std::size_t length, Direction direction) const {
    if (direction == Direction::analyze) line_transform_->analyze(lines, length);
    if (direction == Direction::synthesize) line_transform_->synthesize(lines, length);
    if (direction == Direction::transpose_synthesis) line_transform_->transpose_synthesis(lines, length);
  }

  std::unique_ptr<const LineTransform> line_transform_;
  std::size_t height_, width_;
  int levels_;
  std::vector<Size> sizes_;  // of the coarse band before each level
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
