// Numbers as text.
#pragma once

#include <string>

namespace isr {

// printf's output for a pattern of one double, such as "%.1f dB".
std::string formatted(const char* pattern, double value);

// The number as people write it, 0.005 or 1e-06, for defaults in help and for notes.
std::string shown(double value);

// With so many decimals.
std::string fixed(double value, int decimals);

// The same text with "−" (U+2212) for each "-": for what is printed or shown, not for what is read again.
std::string with_minus_signs(const std::string& text);

// A PSNR in dB under a picture: "20.5 dB", "exact" where it is infinite.
std::string psnr_text(double psnr);

// "10⁻⁶".
std::string power_of_ten(int exponent);

// Typeset for readers: at most so many significant digits, powers of ten below 0.01 and from 1000 on: "0.5",
// "−3", "2 × 10⁻³", "10⁶", "∞".
std::string scientific(double value, int digits = 4);

// A whole number with separators: "19,178", "−1,000".
std::string grouped(double count);

}  // namespace isr
