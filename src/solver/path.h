// What every solver shows while it runs, and returns when it stops.
#pragma once

#include <Eigen/Core>
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "base/cancelled.h"

namespace isr {

// Why a solve ended. Every value leaves `w` finite and usable unless it says otherwise.
enum class Status {
  finished,         // reached the iterations or the flow time asked for
  stopped_by_rule,  // a stopping rule (or the observer) ended it
  limit_reached,    // flow only: the limit τ → ∞, to the residual asked for
  diverged,         // the step is too large; w is the last finite iterate. Use a smaller step
  inconsistent,  // flow only: settled, but no w of the model meets the residual asked for: noise with n >= p,
                 // or measurements that no nonnegative w fits. w is the limit, a least-squares fit
  stalled,       // flow only: rounding allows no further progress; w is the best point reached
  cancelled      // the user interrupted
};

std::string to_string(Status status);

// One point of the path of a single problem, as observers see it. The references live during the call only.
struct PathPoint {
  std::int64_t iteration;               // gradient descent: iterations done; flow: steps done
  double flow_time;                     // τ = η · iterations
  Eigen::Ref<const Eigen::VectorXd> w;  // the current solution, p
  double relative_residual;             // ‖Xw − y‖ / ‖y‖ on the measurements that the solver uses
};

// Called at chosen points of the path; returning false stops the solve there (Status::stopped_by_rule).
using Observer = std::function<bool(const PathPoint&)>;

}  // namespace isr
