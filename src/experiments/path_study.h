// One path of a comparison: from the measurements of one image to what the page shows of it.
#pragma once

#include "image/image.h"
#include "report/comparison.h"
#include "solver/recover.h"

namespace isr {

// What is the same for all paths of one image and noise.
struct PathSubject {
  const Image& truth;
  Eigen::VectorXf coefficients;  // of the truth in the basis, channel after channel
  const Recoverer& recoverer;    // of the problem whose picture it is
  const Problem& problem;
  Index picture = 0;
};

// The moment of a path at which a rule ends it: the nearest in time, or the first of residual as small.
std::size_t moment_of(const StoppingPoint& point, const std::vector<PathMoment>& moments);

// Sets held_out_residual of every moment; where the rule held nothing out, leaves them alone.
void set_held_out(std::vector<PathMoment>& moments, const StoppingPoint& point);

// Follows the path on all measurements, measures it and keeps about `moments` of it, those that have a
// meaning among them. Where each rule of `stops` ends it is what recover says. Fills everything of
// ComparedPath but the indices `image` and `variant`; nothing once it is cancelled. Throws Error for a path
// without moments.
ComparedPath study_path(const PathSubject& subject, const RecoverOptions& options,
                        const std::vector<Stop>& stops, std::size_t moments, const Cancelled& cancelled = {});

}  // namespace isr
