#include "base/foreign_text.h"

namespace isr {

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

std::string csv_text(const std::string& text) {
  const bool formula = !text.empty() && std::string_view("=+-@\t\r").find(text[0]) != std::string_view::npos;
  if (!formula && text.find_first_of(",\"\n\r") == std::string::npos) return text;
  std::string quoted = formula ? "\"'" : "\"";
  for (const char c : text) quoted += c == '"' ? std::string("\"\"") : std::string(1, c);
  return quoted + '"';
}

}  // namespace isr
