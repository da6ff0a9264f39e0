#include "base/instruction_set.h"

#include <gmock/gmock.h>

namespace isr {
namespace {

TEST(InstructionSet, InUseIsOneOfThoseCompiled) {
  const auto compiled = compiled_instruction_sets();
  EXPECT_THAT(compiled, testing::Contains(instruction_set()));
}

#ifdef __x86_64__
TEST(InstructionSet, CompiledRangeFromEveryProcessorsToAvx512) {
  const auto compiled = compiled_instruction_sets();
  EXPECT_EQ(compiled.front(), "sse2");
  EXPECT_THAT(compiled, testing::Contains("avx2"));
  EXPECT_EQ(compiled.back(), "avx512");
}

TEST(InstructionSet, IsTheBestOfTheProcessorsUnlessIsrSimdSaysLess) {
  if (const char* limit = std::getenv("ISR_SIMD"); limit != nullptr && *limit != '\0')
    GTEST_SKIP() << "ISR_SIMD is " << limit;
  // F, BW, CD, DQ and VL are what Highway's AVX3 needs.
  const bool avx512 = __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
                      __builtin_cpu_supports("avx512cd") && __builtin_cpu_supports("avx512dq") &&
                      __builtin_cpu_supports("avx512vl");
  EXPECT_EQ(instruction_set() == "avx512", avx512);
}
#endif

}  // namespace
}  // namespace isr
