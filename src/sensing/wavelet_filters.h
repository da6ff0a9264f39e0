// Filters of the orthonormal wavelets.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

namespace isr {

inline constexpr std::size_t most_taps = 16;  // of the filters below

// An orthonormal two-channel filter bank: Σ_k h_k h_{k+2j} = δ_j, Σ h_k = √2, and g_k = (−1)^k h_{T−1−k}.
struct WaveletFilter {
  std::vector<float> low;   // h, the scaling filter, T taps (even)
  std::vector<float> high;  // g, the wavelet filter
};

// "haar" (2 taps), "db4" (Daubechies, 4 vanishing moments, 8 taps) or "sym8" (symlet, 8 vanishing moments,
// 16 taps, nearly symmetric). Values from Daubechies, Ten Lectures on Wavelets (1992), tables 6.1 and 6.3, to
// double precision. Throws Error for another name.
WaveletFilter wavelet_filter(const std::string& name);

}  // namespace isr
