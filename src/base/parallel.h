// Threads. Work is split so that each piece writes its own output in its own order: results never depend on
// the number of threads.
#pragma once

#include <cstddef>
#include <functional>

#include "base/api.h"

namespace isr {

// Number of threads that parallel_for uses. Default: the processors this process may run on.
ISR_API int thread_count();

// Sets it; 1 to most_threads, or 0 for the default. Throws UsageError for other numbers.
inline constexpr int most_threads = 1024;
ISR_API void set_thread_count(int threads);

// Calls body(i) for every i in [0, count), each once, in no particular order, and returns when all are done.
// Nested calls run on the calling thread. The first exception thrown by body is rethrown here.
ISR_API void parallel_for(std::size_t count, const std::function<void(std::size_t)>& body);

// The same without a copy of body, which would take memory.
template <class Body>
ISR_API void parallel_for(std::size_t count, const Body& body) {
  parallel_for(count, std::function<void(std::size_t)>(std::cref(body)));
}

}  // namespace isr
