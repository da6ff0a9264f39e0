// The names and explanations on the page of `isr compare`.
#pragma once

#include <vector>

#include "cli/compare_options.h"
#include "report/comparison.h"
#include "solver/recover.h"

namespace isr {

// A row of the matrix for each noise and start.
std::vector<ComparedVariant> variants_of(const std::vector<double>& noises, const std::vector<double>& inits);

// The oracle, the rules that apply, the limit.
std::vector<ComparedRule> rules_of(const CompareOptions& options, const Stop& stop);

// Fills title, subtitle and settings.
void describe(Comparison& comparison, const CompareOptions& options, const Problem& problem,
              const Plan& plan);

}  // namespace isr
