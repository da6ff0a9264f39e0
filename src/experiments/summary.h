// The numbers of a run, for people (Markdown) and for programs (JSON).
#pragma once

#include <nlohmann/json.hpp>
#include <string>

#include "experiments/claims.h"
#include "experiments/comparison.h"
#include "experiments/suite.h"

namespace isr {

struct SuiteSummary {
  std::vector<ComparedNumber> comparisons;
  std::vector<Claim> claims;
};

SuiteSummary summarize(const Suite& suite);

// Claims, comparisons, and a table per figure.
std::string summary_markdown(const Suite& suite, const SuiteSummary& summary);

// {"solver", "seconds", "peak_memory_bytes", "figures": {NAME: {settings, "depths": [...]}}, "comparisons",
// "claims"}. Iterations that were not reached are null.
nlohmann::ordered_json summary_json(const Suite& suite, const SuiteSummary& summary);

}  // namespace isr
