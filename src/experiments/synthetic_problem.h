// The measurements of the synthetic experiments, from the streams of the authors' code.
#pragma once

#include <cstdint>
#include <vector>

#include "experiments/protocol.h"
#include "sensing/linear_operator.h"

namespace isr {

struct SyntheticProblem {
  OperatorPtr x;          // X, n × p, entries ±1
  Eigen::VectorXf truth;  // w*, p
  Eigen::MatrixXf y;      // X w* + ξ, n × 1
};

// X is NumPy's for this seed, ξ is PyTorch's (see torch_normals), a Gaussian w* is NumPy's for seed 42, the
// same for all replicates: for the paper's settings, the very data of the authors' code.
SyntheticProblem make_synthetic_problem(const ExperimentOptions& options, std::uint32_t seed);

// The seeds of the replicates.
std::vector<std::uint32_t> replicate_seeds(const ExperimentOptions& options);

}  // namespace isr
