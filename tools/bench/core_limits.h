// What one core of this processor can do at most.
#pragma once

#include <cstddef>

namespace isr {

// Single-precision multiply-adds a second of one core, each counted as 2 floating-point operations: the
// median of several runs of a loop of independent multiply-adds on registers, with the widest vectors there
// are.
double fma_peak_flops();
double fma_peak_flops_double();  // the same in double precision

// Bytes a second that one core reads, in the median of several runs, from so many bytes that it reads again
// and again: from a cache where they fit into one, else from memory.
double read_bandwidth(std::size_t bytes);

// Processor time of this thread so far: other processes do not count.
double thread_seconds();

}  // namespace isr
