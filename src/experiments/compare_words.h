// The names and explanations on the page of `isr compare`.
#pragma once

#include <vector>

#include "experiments/compare_paths.h"
#include "report/comparison.h"

namespace isr {

// A row of the matrix for each noise and start.
std::vector<ComparedVariant> variants_of(const std::vector<double>& noises, const std::vector<double>& inits);

// The oracle, the rules that apply, the limit.
std::vector<ComparedRule> rules_of(const PathsToCompare& asked);

// Fills subtitle and settings.
void describe(Comparison& comparison, const PathsToCompare& asked, const Problem& problem, const Plan& plan);

}  // namespace isr
