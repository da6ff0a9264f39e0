#include "sensing/line_transform.h"

#include <algorithm>
#include <array>
#include <vector>

#include "base/scratch.h"
#include "sensing/lifting_kernel.h"
#include "sensing/wavelet_filters.h"
#include "sensing/wavelet_kernel.h"

namespace isr {
namespace {

using Direction = LineTransform::Direction;

class FilterBank final : public LineTransform {
 public:
  explicit FilterBank(const std::string& wavelet) : filter_(wavelet_filter(wavelet)) {
    for (std::size_t k = 0; k < taps(); k += 2)
      for (const std::size_t odd : {0, 1}) {
        synthesis_[odd].push_back(filter_.low[k + odd]);
        synthesis_[odd].push_back(filter_.high[k + odd]);
      }
  }

  bool orthonormal() const override { return true; }

  void columns(Direction direction, const LevelSize& size, std::size_t first, std::size_t last,
               const float* in, float* out) const override {
    const std::size_t half = size.height / 2, low = size.height - half, count = last - first;
    const auto from = [&](std::size_t row) { return in + row * size.stride + first; };
    const auto to = [&](std::size_t row) { return out + row * size.stride + first; };
    std::array<const float*, most_taps> terms;
    for (std::size_t i = 0; i < half; ++i)
      if (direction == Direction::synthesize) {
        for (std::size_t k = 0; k < taps(); k += 2) {
          const std::size_t source = (i + taps() * half - k / 2) % half;
          terms[k] = from(source), terms[k + 1] = from(low + source);
        }
        for (const std::size_t odd : {0, 1})
          weighted_sum(terms.data(), synthesis_[odd].data(), taps(), count, to(2 * i + odd));
      } else {
        for (std::size_t k = 0; k < taps(); ++k) terms[k] = from((2 * i + k) % (2 * half));
        weighted_sum(terms.data(), filter_.low.data(), taps(), count, to(i));
        weighted_sum(terms.data(), filter_.high.data(), taps(), count, to(low + i));
      }
    if (half < low) {
      const bool together = direction == Direction::synthesize;
      std::copy_n(from(together ? half : 2 * half), count, to(together ? 2 * half : half));
    }
  }

  void rows(Direction direction, const LevelSize& size, std::size_t first, std::size_t last, const float* in,
            float* out) const override {
    const std::size_t half = size.width / 2, overlap = taps() / 2 - 1;
    ScratchVector scratch(4 * (half + overlap));
    for (std::size_t row = first; row < last; ++row) {
      const float* const from = in + row * size.stride;
      float* const to = out + row * size.stride;
      direction == Direction::synthesize ? together(from, size.width, scratch.data(), to)
                                         : apart(from, size.width, scratch.data(), to);
    }
  }

 private:
  std::size_t taps() const { return filter_.low.size(); }

  // low_i = Σ_k h_k x_{2i+k}, high_i = Σ_k g_k x_{2i+k}, periodic, of the samples at even places e and at odd
  // ones o: x_{2i+2m} = e_{i+m}, x_{2i+2m+1} = o_{i+m}.
  void apart(const float* x, std::size_t width, float* scratch, float* out) const {
    const std::size_t half = width / 2, low = width - half, overlap = taps() / 2 - 1;
    float *const e = scratch, *const o = scratch + half + overlap;
    split_row(x, half, half, e, o);
    for (std::size_t i = 0; i < overlap; ++i) e[half + i] = e[i % half], o[half + i] = o[i % half];
    std::array<const float*, most_taps> terms;
    for (std::size_t k = 0; k < taps(); ++k) terms[k] = (k % 2 ? o : e) + k / 2;
    weighted_sum(terms.data(), filter_.low.data(), taps(), half, out);
    weighted_sum(terms.data(), filter_.high.data(), taps(), half, out + low);
    if (half < low) out[half] = x[2 * half];
  }

  // Its transpose: x_{2j+e} = Σ_m h_{2m+e} low_{j−m} + g_{2m+e} high_{j−m}.
  void together(const float* x, std::size_t width, float* scratch, float* out) const {
    const std::size_t half = width / 2, low = width - half, overlap = taps() / 2 - 1;
    float *const l = scratch + overlap, *const u = l + half + overlap;
    float *const even = u + half, *const odd = even + half;
    std::copy_n(x, half, l);
    std::copy_n(x + low, half, u);
    for (std::size_t i = 0; i < overlap; ++i) {
      const std::size_t source = (i + overlap * half - overlap) % half;
      scratch[i] = l[source];
      (u - overlap)[i] = u[source];
    }
    std::array<const float*, most_taps> terms;
    for (std::size_t k = 0; k < taps(); k += 2) terms[k] = l - k / 2, terms[k + 1] = u - k / 2;
    weighted_sum(terms.data(), synthesis_[0].data(), taps(), half, even);
    weighted_sum(terms.data(), synthesis_[1].data(), taps(), half, odd);
    join_row(even, odd, half, half, out);
    if (half < low) out[2 * half] = x[half];
  }

  WaveletFilter filter_;
  std::array<std::vector<float>, 2> synthesis_;  // h_{2m+e}, g_{2m+e} in turn
};

// Even samples s, odd samples d. With (P s)_i = s_i + s_{i+1} and (U d)_i = d_{i−1} + d_i, an index beyond
// the end meaning the last one inside (symmetric extension), the analysis is
//   d += α P s,  s += β U d,  d += γ P s,  s += δ U d,  s ← ζ s,  d ← d / ζ,
// where the scales may as well come first, if α and γ are divided by ζ² and β and δ multiplied.
class Cdf97 final : public LineTransform {
 public:
  bool orthonormal() const override { return false; }

  void columns(Direction direction, const LevelSize& size, std::size_t first, std::size_t last,
               const float* in, float* out) const override {
    const std::size_t odd = size.height / 2, even = size.height - odd;
    const auto alternating = [&](auto* x) {
      return Halves<std::remove_pointer_t<decltype(x)>>{x, x + size.stride, 2 * size.stride};
    };
    const auto apart = [&](auto* x) {
      return Halves<std::remove_pointer_t<decltype(x)>>{x, x + even * size.stride, size.stride};
    };
    if (direction == Direction::synthesize)
      lift_columns(synthesis, apart(in + first), even, odd, last - first, alternating(out + first));
    else
      lift_columns(lifting(direction), alternating(in + first), even, odd, last - first, apart(out + first));
  }

  void rows(Direction direction, const LevelSize& size, std::size_t first, std::size_t last, const float* in,
            float* out) const override {
    const std::size_t odd = size.width / 2, even = size.width - odd;
    ScratchVector scratch(size.width);
    for (std::size_t row = first; row < last; ++row) {
      const float* const from = in + row * size.stride;
      float* const to = out + row * size.stride;
      if (direction == Direction::synthesize)
        lift_row_together(synthesis, from, from + even, even, odd, scratch.data(), to);
      else
        lift_row_apart(lifting(direction), from, even, odd, to, to + even);
    }
  }

 private:
  static constexpr float alpha = -1.586134342059924f, beta = -0.052980118572961f, gamma = 0.882911075530934f,
                         delta = 0.443506852043971f, zeta = 1.149604398860241f, square = zeta * zeta;
  static constexpr Lifting analysis{
      zeta, 1 / zeta, {alpha / square, beta* square, gamma / square, delta* square}, false, false};
  static constexpr Lifting synthesis{1 / zeta, zeta, {-delta, -gamma, -beta, -alpha}, true, false};
  static constexpr Lifting transposed_synthesis{
      1 / zeta, zeta, {-alpha / square, -beta* square, -gamma / square, -delta* square}, true, true};

  static const Lifting& lifting(Direction direction) {
    return direction == Direction::analyze ? analysis : transposed_synthesis;
  }
};

}  // namespace

std::unique_ptr<const LineTransform> make_line_transform(const std::string& wavelet) {
  if (wavelet == "cdf97") return std::make_unique<Cdf97>();
  return std::make_unique<FilterBank>(wavelet);
}

}  // namespace isr
