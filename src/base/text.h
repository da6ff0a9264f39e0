// Numbers as text.
#pragma once

#include <string>

namespace isr {

// printf's output for a pattern of one double, such as "%.1f dB".
std::string formatted(const char* pattern, double value);

// With so many decimals.
std::string fixed(double value, int decimals);

}  // namespace isr
