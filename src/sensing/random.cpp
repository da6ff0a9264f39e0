#include "sensing/random.h"

#include <cmath>
#include <vector>

namespace isr {

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
  const double factor = std::sqrt(-2 * std::log(square) / square);
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
