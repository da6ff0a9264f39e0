#include "base/memory.h"

#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <fstream>

#include "base/error.h"

namespace isr {
namespace {

// The number after `key` in a file of keys and numbers; 0 when there is none.
std::size_t number_in_file(const char* file, const std::string& key) {
  std::ifstream in(file);
  std::string word;
  while (in >> word)
    if (word == key) {
      std::size_t value = 0;
      in >> value;
      return value;
    }
  return 0;
}

// What the control group leaves; the largest value when it sets no limit.
std::size_t left_in_control_group() {
  std::size_t limit = 0, used = 0;
  std::ifstream limit_file("/sys/fs/cgroup/memory.max"), used_file("/sys/fs/cgroup/memory.current");
  if (!(limit_file >> limit) || !(used_file >> used)) return ~std::size_t{0};
  const std::size_t cached = number_in_file("/sys/fs/cgroup/memory.stat", "file");  // given up when needed
  used -= std::min(used, cached);
  return limit - std::min(used, limit);
}

}  // namespace

std::size_t available_memory() {
  const std::size_t physical =
      static_cast<std::size_t>(::sysconf(_SC_PHYS_PAGES)) * static_cast<std::size_t>(::sysconf(_SC_PAGESIZE));
  const std::size_t available = 1024 * number_in_file("/proc/meminfo", "MemAvailable:");
  return std::min(available > 0 ? available : physical, left_in_control_group());
}

std::string shown_bytes(double bytes) {
  char text[48];
  if (bytes < 1e3)
    std::snprintf(text, sizeof text, "%.0f bytes", bytes);
  else if (bytes < 1e6)
    std::snprintf(text, sizeof text, "%.1f kB", bytes / 1e3);
  else if (bytes < 1e9)
    std::snprintf(text, sizeof text, "%.1f MB", bytes / 1e6);
  else
    std::snprintf(text, sizeof text, "%.2f GB", bytes / 1e9);
  return text;
}

void require_memory(const std::string& what, double bytes, const std::string& remedy) {
  const auto available = static_cast<double>(available_memory());
  if (bytes > available)
    throw Error(what + " needs " + shown_bytes(bytes) + " of memory, but " + shown_bytes(available) +
                " are free; " + remedy);
}

}  // namespace isr
