// Counts allocations, to test that a loop makes none.
#pragma once

#include <cstddef>

#include "base/parallel.h"

namespace isr {

// Calls of malloc so far, by any thread; operator new and Eigen's allocations are among them.
std::size_t allocations_so_far();

// All work on the thread that counts: a thread makes its buffers when it first has work, which may be late.
struct OneThread {
  OneThread() { set_thread_count(1); }
  ~OneThread() { set_thread_count(0); }
};

}  // namespace isr
