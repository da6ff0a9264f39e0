#include "base/text.h"

#include <cstdio>

namespace isr {

std::string formatted(const char* pattern, double value) {
  std::string text(static_cast<std::size_t>(std::snprintf(nullptr, 0, pattern, value)), ' ');
  std::snprintf(text.data(), text.size() + 1, pattern, value);
  return text;
}

std::string fixed(double value, int decimals) {
  return formatted(("%." + std::to_string(decimals) + "f").c_str(), value);
}

}  // namespace isr
