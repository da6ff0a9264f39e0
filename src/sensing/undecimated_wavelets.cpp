#include <algorithm>
#include <array>
#include <cmath>
#include <cstring>
#include <numbers>
#include <vector>

#include "base/parallel.h"
#include "base/scratch.h"
#include "sensing/wavelet_basis.h"
#include "sensing/wavelet_filters.h"
#include "sensing/wavelet_kernel.h"

namespace isr {
namespace {

// The "algorithme à trous" (Holschneider et al. 1989; Coifman and Donoho 1995): at level l the filters are
// stretched by 2^l. With filters divided by √2, |H|² + |G|² = 1 at every frequency, which makes each level,
// and so the whole, a Parseval frame on periodic signals of any length.
class UndecimatedWavelets final : public TightFrame {
 public:
  UndecimatedWavelets(const std::string& wavelet, Index height, Index width, int levels)
      : filter_(wavelet_filter(wavelet)),
        height_(static_cast<std::size_t>(height)),
        width_(static_cast<std::size_t>(width)),
        levels_(static_cast<std::size_t>(levels)) {
    for (float& h : filter_.low) h *= std::numbers::sqrt2_v<float> / 2;
    for (float& g : filter_.high) g *= std::numbers::sqrt2_v<float> / 2;
  }

  Index rows() const override { return static_cast<Index>(height_ * width_); }
  Index cols() const override { return static_cast<Index>((3 * levels_ + 1) * height_ * width_); }
  std::size_t memory_bytes() const override { return 3 * height_ * width_ * sizeof(float); }

  // Each level halves the atoms' length, a fourth of the square.
  Eigen::VectorXf squared_norms() const override { return by_level(0.25f, 0.25f); }
  // As wavelet_sizes, for atoms that become shorter by 2 and more numerous by 4 with each level.
  Eigen::VectorXf expected_sizes() const override { return by_level(1, 2.8f); }

  // Wᵀ, the analysis.
  void adjoint(ConstColumns y, Columns x) const override {
    const std::size_t size = height_ * width_;
    ScratchVector low(size), high(size);
    for (Index b = 0; b < y.cols(); ++b) {
      float* bands = x.col(b).data();
      float* coarse = bands + 3 * levels_ * size;
      std::copy_n(y.col(b).data(), size, coarse);
      for (std::size_t level = 0; level < levels_; ++level, bands += 3 * size) {
        filter_columns(coarse, filter_.low, level, low.data(), false, false);
        filter_columns(coarse, filter_.high, level, high.data(), false, false);
        filter_rows(low.data(), filter_.low, level, coarse, false, false);
        filter_rows(low.data(), filter_.high, level, bands, false, false);
        filter_rows(high.data(), filter_.low, level, bands + size, false, false);
        filter_rows(high.data(), filter_.high, level, bands + 2 * size, false, false);
      }
    }
  }

  // W, the synthesis: the same filters reversed, bands added.
  void apply(ConstColumns x, Columns y) const override {
    const std::size_t size = height_ * width_;
    ScratchVector low(size), high(size);
    for (Index b = 0; b < y.cols(); ++b) {
      const float* bands = x.col(b).data() + 3 * levels_ * size;
      float* coarse = y.col(b).data();
      std::copy_n(bands, size, coarse);
      for (std::size_t level = levels_; level-- > 0;) {
        bands -= 3 * size;
        filter_rows(coarse, filter_.low, level, low.data(), true, false);
        filter_rows(bands, filter_.high, level, low.data(), true, true);
        filter_rows(bands + size, filter_.low, level, high.data(), true, false);
        filter_rows(bands + 2 * size, filter_.high, level, high.data(), true, true);
        filter_columns(low.data(), filter_.low, level, coarse, true, false);
        filter_columns(high.data(), filter_.high, level, coarse, true, true);
      }
    }
  }

 private:
  // first·ratio^level for the details of each level from the finest, 0; for the coarse band as for its last.
  Eigen::VectorXf by_level(float first, float ratio) const {
    Eigen::VectorXf values(cols());
    float value = first;
    for (std::size_t level = 0; level < levels_; ++level, value *= ratio)
      values.segment(static_cast<Index>(3 * level) * rows(), 3 * rows()).setConstant(value);
    values.tail(rows()).setConstant(levels_ > 0 ? value / ratio : 1.0f);
    return values;
  }

  // Offset of tap k at a level, on a period: forwards, or backwards for the transpose.
  static std::size_t offset(std::size_t k, std::size_t level, std::size_t period, bool transpose) {
    const std::size_t shift = (k << level) % period;
    return transpose ? (period - shift) % period : shift;
  }

  // out(i, ·) = Σ_k f_k in(i + 2^level k, ·), down the columns, periodic.
  void filter_columns(const float* in, const std::vector<float>& f, std::size_t level, float* out,
                      bool transpose, bool accumulate) const {
    parallel_for((height_ + 15) / 16, [&](std::size_t task) {
      std::array<const float*, most_taps> taps;
      for (std::size_t row = 16 * task; row < std::min(height_, 16 * task + 16); ++row) {
        for (std::size_t k = 0; k < f.size(); ++k)
          taps[k] = in + (row + offset(k, level, height_, transpose)) % height_ * width_;
        (accumulate ? add_weighted_sum : weighted_sum)(taps.data(), f.data(), f.size(), width_,
                                                       out + row * width_);
      }
    });
  }

  // out(·, j) = Σ_k f_k in(·, j + 2^level k), along the rows, periodic.
  void filter_rows(const float* in, const std::vector<float>& f, std::size_t level, float* out,
                   bool transpose, bool accumulate) const {
    parallel_for((height_ + 15) / 16, [&](std::size_t task) {
      ScratchVector twice(2 * width_);
      std::array<const float*, most_taps> taps;
      for (std::size_t k = 0; k < f.size(); ++k) taps[k] = twice.data() + offset(k, level, width_, transpose);
      for (std::size_t row = 16 * task; row < std::min(height_, 16 * task + 16); ++row) {
        std::copy_n(in + row * width_, width_, twice.data());
        std::copy_n(in + row * width_, width_, twice.data() + width_);
        (accumulate ? add_weighted_sum : weighted_sum)(taps.data(), f.data(), f.size(), width_,
                                                       out + row * width_);
      }
    });
  }

  WaveletFilter filter_;
  std::size_t height_, width_, levels_;
};

}  // namespace

BasisPtr make_undecimated_wavelets(const std::string& wavelet, Index height, Index width, int levels) {
  return std::make_shared<UndecimatedWavelets>(wavelet, height, width, levels);
}

}  // namespace isr
