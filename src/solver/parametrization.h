// The depth-N diagonal linear network: w as a function of its weights, and the constants that follow from it.
// Source: Li, Nguyen, Hegde, Wong, NeurIPS 2021, Section 2.
#pragma once

#include <cmath>
#include <string>

#include "base/api.h"

namespace isr {

enum class Model {
  signed_model,  // w = u^N − v^N
  nonnegative    // w = u^N
};

ISR_API const char* to_string(Model model);          // "signed" or "nonnegative"
ISR_API Model parse_model(const std::string& name);  // throws UsageError for any other name

// Depth, model and start of the network: u = v = w0^(1/N), so that `init` is the starting value of u^N at
// every depth.
struct ISR_API Parametrization {
  int depth = 2;                      // N >= 1. 1 is plain least squares: no sparsity, the control
  Model model = Model::signed_model;  // w = u^N − v^N, or u^N
  double init = 1e-3;                 // w0 > 0, the starting value of u^N

  double start() const { return std::pow(init, 1.0 / depth); }  // u0 = w0^(1/N)

  // Throws UsageError, naming the argument, when depth is not from 1 to 100, or init not from 1e-100 to
  // 1e100.
  void validate() const;
};

}  // namespace isr
