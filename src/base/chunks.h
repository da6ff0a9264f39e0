// Long vectors in pieces of fixed length, so that sums do not depend on the number of threads.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>

#include "base/parallel.h"

namespace isr {

inline constexpr std::size_t chunk_length = std::size_t{1} << 15;  // enough work to wake a thread for

inline std::size_t chunk_count(std::size_t count) {
  return (count + chunk_length - 1) / chunk_length;
}

// body(first, last) over [0, count) in chunks, shared among the threads.
template <class Body>
void for_chunks(std::size_t count, const Body& body) {
  const auto chunk = [&](std::size_t i) { body(i * chunk_length, std::min(count, (i + 1) * chunk_length)); };
  if (count <= chunk_length) {
    if (count > 0) chunk(0);
  } else {
    parallel_for(chunk_count(count), chunk);
  }
}

// The sum of body(first, last) over the chunks of [0, count), always added in the same order.
template <class Sum, class Body>
Sum sum_chunks(std::size_t count, const Body& body) {
  constexpr std::size_t at_once = 64;  // chunks whose sums are kept on the stack
  Sum sum{};
  for (std::size_t begin = 0; begin < count; begin += at_once * chunk_length) {
    const std::size_t end = std::min(count, begin + at_once * chunk_length);
    std::array<Sum, at_once> parts{};
    for_chunks(end - begin, [&](std::size_t first, std::size_t last) {
      parts[first / chunk_length] = body(begin + first, begin + last);
    });
    for (std::size_t i = 0; i < chunk_count(end - begin); ++i) sum += parts[i];
  }
  return sum;
}

}  // namespace isr
