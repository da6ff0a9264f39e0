// Follows the path of one problem by the solver that suits it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

#include "cli/split_measurements.h"
#include "solver/parametrization.h"
#include "solver/path_sampler.h"

namespace isr {

struct PathRequest {
  Parametrization network;
  double step = 5e-3;  // C: η = C/N²
  bool flow = true;    // or gradient descent, `iterations` of it
  std::int64_t iterations = 10000;
  std::size_t moments = 140;  // about so many are kept
};

struct FollowedPath {
  SampledPath samples;
  std::string status;  // how it ended
  double step = 0;     // η
};

// On the measurements kept, whose entries are `y`. The flow: by gradient_flow where a matrix serves (and at
// depth 1), otherwise the last round of adaptive_flow. Throws Interrupted after Ctrl-C.
FollowedPath follow_path(const SplitMeasurements& split, const Eigen::VectorXf& y,
                         const PathRequest& request);

}  // namespace isr
