// Seeded random measurement matrices, and noise.
#pragma once

#include <Eigen/Core>
#include <cstdint>
#include <string>

#include "sensing/linear_operator.h"

namespace isr {

enum class Ensemble {
  gaussian,    // independent N(0, 1) entries
  rademacher,  // ±1 with probability ½
  biased_sign  // +1 with probability q, else −1: the paper's MNIST matrix (q = 0.25)
};

inline constexpr double paper_positive_probability = 0.25;

// "gaussian", "rademacher", "biased-sign".
const char* to_string(Ensemble ensemble);

// The inverse of to_string. Throws UsageError, listing the names, for any other text.
Ensemble parse_ensemble(const std::string& name);

// The n × p matrix of this ensemble and seed, rows filled one after the other. Sign matrices repeat NumPy's
// legacy stream: entry = r > 1 − q ? +1 : −1 with r = numpy.random.random_sample() after
// numpy.random.seed(seed); for seed 42, q = 0.25, n = 392, p = 784 that is the paper's matrix bit for bit.
// Gaussian entries come from the stream named "matrix". q is used by biased_sign only, 0 < q < 1. Throws
// UsageError when n or p is not positive, or q is out of range.
OperatorPtr make_ensemble(Ensemble ensemble, Index n, Index p, std::uint32_t seed,
                          double q = paper_positive_probability);

// y + ξ, ξ independent N(0, σ²), from the stream named "noise" of this seed: the matrix of the same seed does
// not change with it, nor do the first columns when columns are added. σ >= 0. Throws UsageError when a value
// of the result is not finite.
Eigen::MatrixXd add_noise(Eigen::MatrixXd y, double sigma, std::uint32_t seed);

}  // namespace isr
