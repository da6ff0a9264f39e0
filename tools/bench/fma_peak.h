// What one core of this processor can do at most.
#pragma once

namespace isr {

// Single-precision multiply-adds a second of one core, each counted as 2 floating-point operations: the best
// of several runs of a loop of independent multiply-adds on registers, with the widest vectors there are.
double fma_peak_flops();
double fma_peak_flops_double();  // the same in double precision

// Processor time of this thread so far: other processes do not count.
double thread_seconds();

}  // namespace isr
