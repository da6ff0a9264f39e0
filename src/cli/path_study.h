// One path of `isr compare`: from the measurements of one image to what the page shows of it.
#pragma once

#include "cli/path_following.h"
#include "cli/split_measurements.h"
#include "image/image.h"
#include "report/comparison.h"
#include "solver/stopping.h"

namespace isr {

// What is the same for all paths of one image and noise.
struct PathSubject {
  const Image& truth;
  Eigen::VectorXf coefficients;  // of the truth in the basis
  Eigen::VectorXf measurements;  // y, all of them
  double noise = 0;              // σ
  Stop stop;                     // the rule asked for
};

// The keys of rules in ComparedPath::stops, beside "oracle" and "limit".
const char* rule_key(StopRule rule);

// Follows the path, measures it and keeps the moments worth showing. Fills everything of ComparedPath but the
// indices `image` and `variant`. Throws Interrupted after Ctrl-C.
ComparedPath study_path(const SplitMeasurements& split, const PathSubject& subject,
                        const PathRequest& request);

}  // namespace isr
