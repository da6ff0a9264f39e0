// What the paper says, put to the test by the experiments of a run.
#pragma once

#include <string>
#include <vector>

#include "experiments/suite.h"

namespace isr {

struct Claim {
  std::string statement;  // as the paper has it
  std::string test;       // what must be measured for it to hold
  std::string evidence;   // what was measured
  bool holds = false;
};

// The claims whose experiments, with ascending depths from one w0 where depth matters, are part of the run.
std::vector<Claim> test_claims(const Suite& suite);

// Iterations at which the median error is below the level (log2 ‖w − w*‖²): the first and the last.
std::optional<std::pair<double, double>> iterations_below(const ErrorCurve& curve, double level);

}  // namespace isr
