#include "sensing/random.h"

#include <cmath>
#include <vector>

namespace isr {
namespace {

// The logarithm of x > 0 to about half a unit in the last place, of sums, products and quotients alone:
// mathematical libraries differ in the last bit, and measurements are to be the same on every machine,
// WebAssembly too.
double portable_log(double x) {
  // x = m·2^e with m near 1; log m = 2 artanh(s) = 2(s + s³/3 + s⁵/5 + …) with s = (m − 1)/(m + 1).
  int e = 0;
  double m = std::frexp(x, &e);
  if (m < 0.7071067811865476) m *= 2, --e;
  // s in two parts: the quotient, and what its rounding (and that of m + 1) left out.
  const double above = m - 1, below = m + 1, below_rest = m - (below - 1);
  const double s = above / below;
  constexpr double splitter = 134217729;  // 2^27 + 1: halves of 26 bits, whose products are exact
  const auto upper = [](double a) { return splitter * a - (splitter * a - a); };
  const double s_high = upper(s), s_low = s - s_high, b_high = upper(below), b_low = below - b_high;
  const double product = s * below;
  const double product_rest =
      s_low * b_low - (((product - s_high * b_high) - s_low * b_high) - s_high * b_low);
  const double s_rest = ((above - product) - product_rest - s * below_rest) / below;
  const double square = s * s;
  double series = 0;
  for (int k = 25; k >= 3; k -= 2) series = square * (series + 1.0 / k);
  constexpr double ln2_high = 6.93147180369123816490e-01;  // its last 21 bits are 0: times e it is exact
  constexpr double ln2_low = 1.90821492927058770002e-10;
  const double whole = e * ln2_high, sum = whole + 2 * s;
  const double sum_rest = std::abs(whole) > std::abs(2 * s) ? 2 * s - (sum - whole) : whole - (sum - 2 * s);
  return sum + (sum_rest + (e * ln2_low + 2 * s_rest + 2 * s * series));
}

}  // namespace

RandomStream RandomStream::numpy(std::uint32_t seed) {
  return RandomStream(std::mt19937(seed));
}

RandomStream RandomStream::named(std::uint32_t seed, std::string_view name) {
  std::vector<std::uint32_t> words{seed};
  for (const char letter : name) words.push_back(static_cast<unsigned char>(letter));
  std::seed_seq sequence(words.begin(), words.end());
  return RandomStream(std::mt19937(sequence));
}

double RandomStream::uniform() {
  const std::uint32_t high = static_cast<std::uint32_t>(engine_()) >> 5;
  const std::uint32_t low = static_cast<std::uint32_t>(engine_()) >> 6;
  return (high * 67108864.0 + low) / 9007199254740992.0;
}

double RandomStream::normal() {
  if (has_spare_normal_) {
    has_spare_normal_ = false;
    return spare_normal_;
  }
  double a, b, square;
  do {
    a = 2 * uniform() - 1;
    b = 2 * uniform() - 1;
    square = a * a + b * b;
  } while (square >= 1 || square == 0);
  const double factor = std::sqrt(-2 * portable_log(square) / square);
  spare_normal_ = b * factor;
  has_spare_normal_ = true;
  return a * factor;
}

std::uint64_t RandomStream::below(std::uint64_t bound) {
  const std::uint64_t rejected_from = ~std::uint64_t{0} - ~std::uint64_t{0} % bound;
  std::uint64_t value;
  do {
    const std::uint64_t high = engine_();
    value = (high << 32) | static_cast<std::uint32_t>(engine_());
  } while (value >= rejected_from);
  return value % bound;
}

}  // namespace isr
