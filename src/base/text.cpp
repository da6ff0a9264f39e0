#include "base/text.h"

#include <cmath>
#include <cstdio>
#include <sstream>

namespace isr {

namespace {

constexpr const char* kMinus = "−";

}  // namespace

std::string formatted(const char* pattern, double value) {
  std::string text(static_cast<std::size_t>(std::snprintf(nullptr, 0, pattern, value)), ' ');
  std::snprintf(text.data(), text.size() + 1, pattern, value);
  return text;
}

std::string shown(double value) {
  std::ostringstream text;
  text << value;
  return text.str();
}

std::string fixed(double value, int decimals) {
  return formatted(("%." + std::to_string(decimals) + "f").c_str(), value);
}

std::string with_minus_signs(const std::string& text) {
  std::string typeset;
  for (const char c : text) typeset += c == '-' ? std::string(kMinus) : std::string(1, c);
  return typeset;
}

std::string psnr_text(double psnr) {
  return std::isinf(psnr) ? "exact" : with_minus_signs(fixed(psnr, 1)) + " dB";
}

std::string power_of_ten(int exponent) {
  static const char* const digits[] = {"⁰", "¹", "²", "³", "⁴", "⁵", "⁶", "⁷", "⁸", "⁹"};
  std::string text = exponent < 0 ? "10⁻" : "10";
  for (const char digit : std::to_string(std::abs(exponent))) text += digits[digit - '0'];
  return text;
}

std::string scientific(double value, int digits) {
  if (value < 0) return kMinus + scientific(-value, digits);
  if (std::isinf(value)) return "∞";
  const auto plain = [&](double x) { return formatted(("%." + std::to_string(digits) + "g").c_str(), x); };
  if (!(value > 0) || (value >= 0.01 && value < 1000)) return plain(value);
  // printf rounds: 9.9996e-4 to four digits is 1e-03.
  const std::string text = formatted(("%." + std::to_string(digits - 1) + "e").c_str(), value);
  const std::size_t e = text.find('e');
  const std::string mantissa = plain(std::stod(text.substr(0, e)));
  const std::string power = power_of_ten(std::stoi(text.substr(e + 1)));
  return mantissa == "1" ? power : mantissa + " × " + power;
}

std::string grouped(double count) {
  const std::string digits = std::to_string(std::llround(std::abs(count)));
  std::string text = count <= -0.5 ? kMinus : "";
  for (std::size_t i = 0; i < digits.size(); ++i) {
    if (i > 0 && (digits.size() - i) % 3 == 0) text += ',';
    text += digits[i];
  }
  return text;
}

}  // namespace isr
