#include "base/instruction_set.h"

#include <hwy/targets.h>

#include <cstdint>
#include <cstdlib>

#include "base/error.h"

namespace isr {

// Where the kernels are compiled for one instruction set alone, as in WebAssembly, there is nothing to
// choose.
#ifdef HWY_COMPILE_ONLY_STATIC

std::vector<std::string> compiled_instruction_sets() {
  return {instruction_set()};
}
void limit_instruction_set() {}
std::string instruction_set() {
  return hwy::TargetName(HWY_STATIC_TARGET);
}

#else

namespace {

// Highway's targets are bits, the better ones lower.
std::vector<std::int64_t> targets_from_least() {
  std::vector<std::int64_t> targets;
  for (int bit = 62; bit >= 0; --bit)
    if (HWY_TARGETS >> bit & 1) targets.push_back(std::int64_t{1} << bit);
  return targets;
}

std::string name_of(std::int64_t target) {
  if (target == HWY_AVX3) return "avx512";
  // Older Highways, and all with GCC before 12.3, have plain C++ in place of SSE2.
  if (HWY_ARCH_X86 && (target == HWY_SCALAR || target == HWY_EMU128)) return "sse2";
  std::string name = hwy::TargetName(target);
  for (char& letter : name)
    if (letter >= 'A' && letter <= 'Z') letter = static_cast<char>(letter - 'A' + 'a');
  return name;
}

bool limit_to(const std::string& name) {
  for (const std::int64_t target : targets_from_least())
    if (name_of(target) == name) {
      hwy::DisableTargets(target - 1);
      return true;
    }
  return false;
}

bool heed_environment() {
  const char* name = std::getenv("ISR_SIMD");
  if (name == nullptr || *name == '\0' || limit_to(name)) return true;
  std::string choices;
  for (const std::string& choice : compiled_instruction_sets())
    choices += (choices.empty() ? "" : ", ") + choice;
  throw Error("the environment variable ISR_SIMD is \"" + std::string(name) +
              "\", which names no instruction set; it may be one of " + choices);
}

}  // namespace

std::vector<std::string> compiled_instruction_sets() {
  std::vector<std::string> names;
  for (const std::int64_t target : targets_from_least()) names.push_back(name_of(target));
  return names;
}

void limit_instruction_set() {
  [[maybe_unused]] static const bool heeded = heed_environment();
}

std::string instruction_set() {
  limit_instruction_set();
  const std::int64_t usable = hwy::SupportedTargets() & HWY_TARGETS;
  return name_of(usable & -usable);
}

#endif

}  // namespace isr
