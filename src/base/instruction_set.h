// The instruction set of the vector kernels: the best that this processor has, or no better than the
// environment variable ISR_SIMD names, so that tests can have every machine's results on one.
#pragma once

#include <string>
#include <vector>

namespace isr {

// Those that the kernels were compiled for, the least first: sse2 (what every x86-64 has), ssse3, avx2,
// avx512.
std::vector<std::string> compiled_instruction_sets();

// The one in use. Throws Error where ISR_SIMD names none. Reads ISR_SIMD at the first call and never again.
std::string instruction_set();

// Puts the limit of ISR_SIMD into force, at the first call; later ones cost nothing. Throws as above.
void limit_instruction_set();

// HWY_DYNAMIC_DISPATCH under that limit: kernels are called in this way alone, since the first call may come
// from any program, even before its main().
#define ISR_DISPATCH(kernel) (::isr::limit_instruction_set(), HWY_DYNAMIC_DISPATCH(kernel))

}  // namespace isr
