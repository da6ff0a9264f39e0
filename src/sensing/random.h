// Seeded random numbers whose every bit is specified: the same on every platform and with every compiler.
#pragma once

#include <cstdint>
#include <random>
#include <string_view>

namespace isr {

// A stream of random numbers from the Mersenne Twister (std::mt19937, whose output the standard fixes).
// Uniforms are made as NumPy's legacy generator makes them (53 bits from two outputs), so that
// RandomStream::numpy(seed) repeats numpy.random.seed(seed); numpy.random.random_sample().
class RandomStream {
 public:
  // NumPy's legacy stream for this seed.
  static RandomStream numpy(std::uint32_t seed);

  // An independent stream for each pair of seed and name ("noise", "hold-out", …): changing what one stream
  // is used for never changes another.
  static RandomStream named(std::uint32_t seed, std::string_view name);

  double uniform();                          // in [0, 1), a multiple of 2⁻⁵³
  double normal();                           // mean 0, variance 1 (Marsaglia's polar method)
  std::uint64_t below(std::uint64_t bound);  // in [0, bound), unbiased; bound >= 1

 private:
  explicit RandomStream(std::mt19937 engine) : engine_(engine) {}

  std::mt19937 engine_;
  double spare_normal_ = 0;
  bool has_spare_normal_ = false;
};

}  // namespace isr
