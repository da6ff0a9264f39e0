#include "base/allocation_counter.h"

#include <atomic>

namespace {
std::atomic<std::size_t> allocations{0};
}

std::size_t isr::allocations_so_far() {
  return allocations;
}

// GCC says it by macros, Clang by features.
#if defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#define ISR_SANITIZED
#endif
#elif defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define ISR_SANITIZED
#endif

#ifdef ISR_SANITIZED

// The sanitizers' own malloc calls hooks; not every GCC ships the header that declares this.
extern "C" int __sanitizer_install_malloc_and_free_hooks(void (*malloc_hook)(const volatile void*,
                                                                             std::size_t),
                                                         void (*free_hook)(const volatile void*));

namespace {
[[maybe_unused]] const int installed = __sanitizer_install_malloc_and_free_hooks(
    [](const volatile void*, std::size_t) { ++allocations; }, [](const volatile void*) {});
}

#else

// Takes the place of glibc's malloc in this program, libraries included.
extern "C" void* __libc_malloc(std::size_t size);
extern "C" void* malloc(std::size_t size) {
  ++allocations;
  return __libc_malloc(size);
}

#endif
