#include "base/text.h"

#include <cstdio>

namespace isr {

std::string formatted(const char* pattern, double value) {
  std::string text(static_cast<std::size_t>(std::snprintf(nullptr, 0, pattern, value)), ' ');
  std::snprintf(text.data(), text.size() + 1, pattern, value);
  return text;
}

std::string printable(std::string_view text, std::size_t most) {
  std::string shown(text.substr(0, most));
  // Not within a UTF-8 character: its continuation bytes begin with the bits 10.
  if (text.size() > most)
    while (!shown.empty() && (static_cast<unsigned char>(text[shown.size()]) & 0xC0) == 0x80)
      shown.pop_back();
  for (char& letter : shown)
    if (static_cast<unsigned char>(letter) < 0x20 || letter == 0x7F) letter = '?';
  return text.size() > most ? shown + "…" : shown;
}

std::string fixed(double value, int decimals) {
  return formatted(("%." + std::to_string(decimals) + "f").c_str(), value);
}

}  // namespace isr
