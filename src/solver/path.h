// What every solver of the depth-N network is: a path from the start, taken step by step.
#pragma once

#include <Eigen/Core>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "base/api.h"
#include "base/cancelled.h"

namespace isr {

// Why a path ended. Every value leaves a finite w.
enum class Status {
  finished,         // reached the iterations or the flow time asked for
  stopped_by_rule,  // a stopping rule ended it
  limit_reached,    // the limit τ → ∞, to the residual asked for
  diverged,         // the step is too large; w is the last finite iterate. Use a smaller step
  inconsistent,     // settled, but no w of the model meets the residual asked for: noise with n >= p, or
                    // measurements that no nonnegative w fits. w is the limit, a least-squares fit
  stalled,          // rounding, or the steps allowed, permit no further progress; w is the best point reached
  cancelled         // the user interrupted
};

ISR_API std::string to_string(Status status);

// Throws Error unless y has a row for each of the n rows of X.
void check_measurements(Eigen::Index rows, Eigen::Index n);
// Throws Error unless `values`, named so, is empty or has a value for each of the p columns of X.
void check_columns(const char* name, Eigen::Index values, Eigen::Index p);

// What a point of the gradient flow proves about itself; all numbers are recomputed from scratch.
struct Certificate {
  double residual = 0;      // ‖Xw − y‖/‖y‖ (‖Xw‖ when y = 0)
  double map_mismatch = 0;  // ‖w − w(Xᵀλ)‖/‖w‖ (or the same of θ): w lies on the flow's manifold
  double stationarity = 0;  // largest cosine of the residual and a column of X (see flow_limit.h): 0 at a
                            // least-squares fit, the limit of measurements that no w fits exactly
};

// A step of a path, to be looked at when the path has gone on.
class ISR_API PathStep {
 public:
  virtual ~PathStep() = default;
  // As Path::w_at.
  virtual void w_at(double time, Eigen::MatrixXd& w) const = 0;
};

// A path of w in flow time τ. Gradient descent: τ = Σ η over its iterations.
class ISR_API Path {
 public:
  virtual ~Path() = default;

  // Takes the next step (gradient descent: the iterations up to the next reading). False when the path goes
  // no further; status() then says why.
  virtual bool advance() = 0;
  virtual Status status() const = 0;

  // Goes to the end of the path; by a shorter way where the method has one and the end is the limit.
  virtual void finish() {
    while (advance()) {
    }
  }

  // The last step taken, [begin_time, end_time]; both 0 before the first. Infinity: the limit.
  virtual double begin_time() const = 0;
  virtual double end_time() const = 0;
  virtual std::int64_t steps() const = 0;  // taken so far; gradient descent: iterations

  // w at τ, p × columns, and the largest ‖Xw − y‖/‖y‖ of a column there, within the last step. Paths that do
  // not interpolate give both at its end. finish() leaves the end alone to look at.
  virtual bool interpolates() const { return false; }
  virtual void w_at(double time, Eigen::MatrixXd& w) const = 0;
  virtual double residual_at(double time) const = 0;
  double residual() const { return residual_at(end_time()); }

  // A copy of what the last step takes to interpolate, some 7 p values; null where the path does not.
  virtual std::shared_ptr<const PathStep> kept_step() const { return {}; }

  // η, where it is the same in every iteration.
  virtual std::optional<double> step_size() const { return {}; }

  // Of the end of the last step; gradient descent has none.
  virtual std::optional<Certificate> certificate() const { return {}; }
};

}  // namespace isr
