// Runs the same check with the kernels of every instruction set that this processor has.
#pragma once

#include <gtest/gtest.h>
#include <hwy/targets.h>

#include "base/instruction_set.h"

namespace isr {

// Calls body() once for each instruction set (SSE2, …, AVX-512) that the kernels were compiled for, the
// processor has and ISR_SIMD allows; what it makes (packed matrices too) must not outlive the call.
template <class Body>
void for_each_simd_target(const Body& body) {
  limit_instruction_set();
  for (const auto target : hwy::SupportedAndGeneratedTargets()) {
    hwy::SetSupportedTargetsForTest(target);
    hwy::GetChosenTarget().Update(hwy::SupportedTargets());
    const testing::ScopedTrace trace(__FILE__, __LINE__, hwy::TargetName(target));
    body();
  }
  hwy::SetSupportedTargetsForTest(0);
  hwy::GetChosenTarget().Update(hwy::SupportedTargets());
}

}  // namespace isr
