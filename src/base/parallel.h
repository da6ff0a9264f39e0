// Threads. Work is split so that each piece writes its own output in its own order: results never depend on
// the number of threads.
#pragma once

#include <cstddef>
#include <functional>

namespace isr {

// Number of threads that parallel_for uses. Default: the processors this process may run on.
int thread_count();

// Sets it; 1 to most_threads, or 0 for the default. Throws UsageError for other numbers.
inline constexpr int most_threads = 1024;
void set_thread_count(int threads);

// Calls body(i) for every i in [0, count), each once, in no particular order, and returns when all are done.
// Nested calls run on the calling thread. The first exception thrown by body is rethrown here.
void parallel_for(std::size_t count, const std::function<void(std::size_t)>& body);

}  // namespace isr
