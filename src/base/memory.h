// How much memory there is, and sizes as people read them.
#pragma once

#include <cstddef>
#include <string>

namespace isr {

// Bytes that can be taken without swapping: MemAvailable of /proc/meminfo, bounded by the control group's
// limit; the physical memory where the system tells neither.
std::size_t available_memory();

// Bytes that the program takes with its libraries, codecs and fonts, before it works on anything; measured.
inline constexpr std::size_t program_bytes = 80'000'000;

// "812 bytes", "3.1 kB", "48.0 MB", "2.40 GB" (powers of 1000).
std::string shown_bytes(double bytes);

// Throws Error, with both figures and `remedy`, when `bytes` exceeds available_memory().
// `what` begins the sentence: "the 392 × 784 matrix".
void require_memory(const std::string& what, double bytes, const std::string& remedy);

}  // namespace isr
