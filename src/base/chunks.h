// Long vectors in pieces of fixed length, so that sums do not depend on the number of threads.
#pragma once

#include <algorithm>
#include <cstddef>
#include <vector>

#include "base/parallel.h"

namespace isr {

inline constexpr std::size_t chunk_length = std::size_t{1} << 15;  // enough work to wake a thread for

// body(first, last) over [0, count) in chunks, shared among the threads.
template <class Body>
void for_chunks(std::size_t count, const Body& body) {
  parallel_for((count + chunk_length - 1) / chunk_length, [&](std::size_t chunk) {
    body(chunk * chunk_length, std::min(count, (chunk + 1) * chunk_length));
  });
}

// The sum of body(first, last) over the chunks of [0, count), always added in the same order.
template <class Body>
double sum_chunks(std::size_t count, const Body& body) {
  std::vector<double> parts((count + chunk_length - 1) / chunk_length);
  parallel_for(parts.size(), [&](std::size_t chunk) {
    parts[chunk] = body(chunk * chunk_length, std::min(count, (chunk + 1) * chunk_length));
  });
  double sum = 0;
  for (const double part : parts) sum += part;
  return sum;
}

}  // namespace isr
