// Vectors that begin on a cache line, for kernels whose loads must not straddle two.
#pragma once

#include <cstddef>
#include <new>
#include <vector>

namespace isr {

inline constexpr std::size_t cache_line = 64;  // bytes; also the widest vector register

template <class T>
struct CacheLineAllocator {
  using value_type = T;
  CacheLineAllocator() = default;
  template <class U>
  CacheLineAllocator(const CacheLineAllocator<U>&) {}
  T* allocate(std::size_t count) {
    return static_cast<T*>(::operator new(count * sizeof(T), std::align_val_t(cache_line)));
  }
  void deallocate(T* memory, std::size_t) { ::operator delete(memory, std::align_val_t(cache_line)); }
  template <class U>
  bool operator==(const CacheLineAllocator<U>&) const {
    return true;
  }
};

template <class T>
using AlignedVector = std::vector<T, CacheLineAllocator<T>>;

}  // namespace isr
