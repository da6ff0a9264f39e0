// Numbers as text.
#pragma once

#include <string>
#include <string_view>

namespace isr {

// printf's output for a pattern of one double, such as "%.1f dB".
std::string formatted(const char* pattern, double value);

// The text as a message may show it: control characters, which could steer a terminal, become "?", and what
// is longer than `most` bytes is cut with an ellipsis.
std::string printable(std::string_view text, std::size_t most = 60);

// With so many decimals.
std::string fixed(double value, int decimals);

}  // namespace isr
