// Counts allocations, to test that a loop makes none.
#pragma once

#include <cstddef>

namespace isr {

// Calls of malloc so far, by any thread; operator new and Eigen's allocations are among them.
std::size_t allocations_so_far();

}  // namespace isr
