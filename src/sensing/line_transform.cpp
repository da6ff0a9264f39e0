#include "sensing/line_transform.h"

#include <algorithm>

namespace isr {
namespace {

const float* line(const Lines& lines, std::size_t i) {
  return lines.data() + i * line_width;
}
float* line(Lines& lines, std::size_t i) {
  return lines.data() + i * line_width;
}

class FilterBank final : public LineTransform {
 public:
  explicit FilterBank(const std::string& wavelet) : filter_(wavelet_filter(wavelet)) {}

  bool orthonormal() const override { return true; }

  void analyze(Lines& lines, std::size_t length) const override {
    const std::size_t half = length / 2, even = 2 * half, overlap = taps() - 2, carried = length % 2;
    Lines extended((even + overlap) * line_width);
    std::copy_n(line(lines, 0), even * line_width, line(extended, 0));
    for (std::size_t i = 0; i < overlap; ++i)
      std::copy_n(line(lines, i % even), line_width, line(extended, even + i));
    if (carried) std::copy_n(line(lines, length - 1), line_width, line(lines, half));
    wavelet_analyze(line(extended, 0), half, filter_.low.data(), filter_.high.data(), taps(), line(lines, 0),
                    line(lines, half + carried));
  }

  void synthesize(Lines& lines, std::size_t length) const override {
    const std::size_t half = length / 2, before = taps() / 2 - 1, carried = length % 2;
    Lines low((half + before) * line_width), high(low.size());
    for (std::size_t i = 0; i < half + before; ++i) {
      const std::size_t source = (i + before * half - before) % half;
      std::copy_n(line(lines, source), line_width, line(low, i));
      std::copy_n(line(lines, half + carried + source), line_width, line(high, i));
    }
    if (carried) std::copy_n(line(lines, half), line_width, line(lines, length - 1));
    wavelet_synthesize(line(low, before), line(high, before), half, filter_.low.data(), filter_.high.data(),
                       taps(), line(lines, 0));
  }

  void transpose_synthesis(Lines& lines, std::size_t length) const override { analyze(lines, length); }

 private:
  std::size_t taps() const { return filter_.low.size(); }

  WaveletFilter filter_;
};

// Even samples s, odd samples d. With (P s)_i = s_i + s_{i+1} and (U d)_i = d_{i−1} + d_i, an index beyond
// the end meaning the last one inside (symmetric extension), the analysis is
//   d += α P s,  s += β U d,  d += γ P s,  s += δ U d,  s ← ζ s,  d ← d / ζ.
class Cdf97 final : public LineTransform {
 public:
  bool orthonormal() const override { return false; }

  void analyze(Lines& lines, std::size_t length) const override {
    Halves x = split(lines, length);
    x.predict(alpha);
    x.update(beta);
    x.predict(gamma);
    x.update(delta);
    x.store(lines, zeta);
  }

  void synthesize(Lines& lines, std::size_t length) const override {
    Halves x = load(lines, length, 1 / zeta);
    x.update(-delta);
    x.predict(-gamma);
    x.update(-beta);
    x.predict(-alpha);
    interleave(x, lines);
  }

  void transpose_synthesis(Lines& lines, std::size_t length) const override {
    Halves x = split(lines, length);
    x.transpose_predict(-alpha);
    x.transpose_update(-beta);
    x.transpose_predict(-gamma);
    x.transpose_update(-delta);
    x.store(lines, 1 / zeta);
  }

 private:
  static constexpr float alpha = -1.586134342059924f, beta = -0.052980118572961f, gamma = 0.882911075530934f,
                         delta = 0.443506852043971f, zeta = 1.149604398860241f;

  // target[to …] += c · (source[first …] + source[second …]), `count` lines, one after the other.
  static void add(Lines& target, std::size_t to, float c, const Lines& source, std::size_t first,
                  std::size_t second, std::size_t count) {
    const float* const in[] = {line(source, first), line(source, second)};
    const float factors[] = {c, c};
    weighted_sum(in, factors, 2, count * line_width, true, line(target, to));
  }
  // target[to] += c · source[from]
  static void add_line(Lines& target, std::size_t to, float c, const Lines& source, std::size_t from) {
    const float* const in = line(source, from);
    weighted_sum(&in, &c, 1, line_width, true, line(target, to));
  }

  struct Halves {
    std::size_t even, odd;  // ⌈length/2⌉ and ⌊length/2⌋
    Lines s, d;

    void predict(float c) {
      add(d, 0, c, s, 0, 1, even - 1);
      if (odd == even) add(d, odd - 1, c, s, even - 1, even - 1, 1);
    }
    void transpose_predict(float c) {
      add_line(s, 0, c, d, 0);
      add(s, 1, c, d, 1, 0, odd - 1);
      add_line(s, even - 1, c, d, odd - 1);
    }
    void update(float c) {
      add(s, 0, c, d, 0, 0, 1);
      add(s, 1, c, d, 0, 1, odd - 1);
      if (odd < even) add(s, even - 1, c, d, odd - 1, odd - 1, 1);
    }
    void transpose_update(float c) {
      add_line(d, 0, c, s, 0);
      add(d, 0, c, s, 1, 0, even - 1);
      add_line(d, odd - 1, c, s, even - 1);
    }
    // s · scale, then d / scale.
    void store(Lines& lines, float scale) const {
      for (std::size_t i = 0; i < s.size(); ++i) lines[i] = s[i] * scale;
      for (std::size_t i = 0; i < d.size(); ++i) lines[s.size() + i] = d[i] / scale;
    }
  };

  static Halves empty(std::size_t length) {
    const std::size_t even = (length + 1) / 2, odd = length / 2;
    return {even, odd, Lines(even * line_width), Lines(odd * line_width)};
  }

  static Halves load(const Lines& lines, std::size_t length, float scale) {
    Halves x = empty(length);
    for (std::size_t i = 0; i < x.s.size(); ++i) x.s[i] = lines[i] * scale;
    for (std::size_t i = 0; i < x.d.size(); ++i) x.d[i] = lines[x.s.size() + i] / scale;
    return x;
  }

  static Halves split(const Lines& lines, std::size_t length) {
    Halves x = empty(length);
    for (std::size_t i = 0; i < length; ++i)
      std::copy_n(line(lines, i), line_width, i % 2 ? line(x.d, i / 2) : line(x.s, i / 2));
    return x;
  }

  static void interleave(const Halves& x, Lines& lines) {
    for (std::size_t i = 0; i < x.even + x.odd; ++i)
      std::copy_n(i % 2 ? line(x.d, i / 2) : line(x.s, i / 2), line_width, line(lines, i));
  }
};

}  // namespace

std::unique_ptr<const LineTransform> make_line_transform(const std::string& wavelet) {
  if (wavelet == "cdf97") return std::make_unique<Cdf97>();
  return std::make_unique<FilterBank>(wavelet);
}

}  // namespace isr
