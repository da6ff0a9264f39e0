// Recovers sparse vectors and pictures from linear measurements: the front door of the library (isr.h has a
// first program).
#pragma once

#include <Eigen/Core>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/api.h"
#include "sensing/problem.h"
#include "solver/ending.h"
#include "solver/plan.h"

namespace isr {

// What was found for one picture (or vector).
struct Recovery {
  Eigen::MatrixXd w;  // p × channels: coefficients in the problem's basis; always finite
  Status status = Status::finished;
  Stop rule;               // the rule that ended it: automatic resolved, its numbers filled in
  double flow_time = 0;    // τ, in the units of the path; infinity at the limit without a path
  std::int64_t steps = 0;  // gradient descent: iterations; the flow: steps
  double residual = 0;     // the largest ‖Xw − y‖/‖y‖ of a channel
  // What the rule asked for: a residual, a flow time, or neither.
  std::optional<double> residual_asked{}, flow_time_asked{};
  std::optional<double> step_size{};  // η of gradient descent, where it is constant
  std::optional<Certificate> certificate{};
  bool sigma_estimated = false;  // rule.sigma was found by hold-out
  bool factor_found = false;     // rule.factor was found by the coupled bootstrap
  bool held_out_to_end = false;  // hold-out wanted the path followed to its end
  double seconds = 0;            // wall time spent on it
  Parametrization network;       // what ran; init in the units of the path
  PathKind path = PathKind::newton_flow;
  bool relative_start = false;  // see Plan
};

// What ended it, as a phrase: "hold-out", "residual", "limit; no w of the model fits the measurements", …
ISR_API std::string describe(const Recovery& recovery);

// The same in a word or three, for tables: "hold-out", "limit, no fit", "discrepancy, stalled".
ISR_API std::string ended_by(const Recovery& recovery);

// Where the caller looks on. Called from the threads that work, one picture at a time on each.
struct RecoverWatch {
  Cancelled cancelled{};
  // Of all pictures and options together, in [0, 1], about; never less than before. Called within a picture
  // too, from all threads.
  std::function<void(double share)> progress{};
  // The distance of w (p × channels) of this picture to the truth, a sum over its channels; needed by
  // StopRule::oracle alone.
  std::function<double(Index picture, const Eigen::MatrixXd& w)> error{};
};

// Recovers every picture of the problem by each of the options: results [options][picture]. What they share
// (the matrix in double precision, its factors, parts that are held out) is made once. Results do not depend
// on the number of threads. Throws UsageError for options out of range, or an oracle without error; Error
// when y holds a value that is not finite, or sizes do not match.
ISR_API std::vector<std::vector<Recovery>> recover_each(const Problem& problem,
                                                        std::span<const RecoverOptions> options,
                                                        const RecoverWatch& watch = {});

// The same for a problem of one picture.
ISR_API Recovery recover(const Problem& problem, const RecoverOptions& options = {},
                         const RecoverWatch& watch = {});

// Where a rule ends a path: at a flow time τ, or a residual ‖Xw − y‖/‖y‖; neither: at its end.
struct StoppingPoint {
  std::optional<double> flow_time{}, residual{};
  HeldOutCurve held_out;  // of hold-out: ‖Xw − y‖/‖y‖ over the measurements kept back …
  Position position = Position::time;  // … against this
};

// What the functions above are made of, for looking at paths: one problem, and all that its pictures, options
// and threads share. Safe to call from several threads.
class ISR_API Recoverer {
 public:
  // Keeps a reference to the problem. Throws as recover_each.
  Recoverer(const Problem& problem, const RecoverWatch& watch = {});
  ~Recoverer();

  Index pictures() const;
  Recovery solve(Index picture, const RecoverOptions& options) const;

  // One picture with one set of options.
  struct Job {
    Index picture;
    const RecoverOptions* options;
  };

  // May solve_together take this job? Gradient descent with constant steps and a given start may, for a
  // number of iterations, on pictures of one channel that have no basis with expected sizes.
  bool go_together(const Job& job) const;

  // As solve() of each, to the bit; with one product for all in each iteration.
  std::vector<Recovery> solve_together(std::span<const Job> jobs) const;

  // Follows the path of one picture from the start to its end, the limit (gradient descent: all iterations);
  // `observer` sees each step of the last round, in the user's units.
  Recovery trace(Index picture, const RecoverOptions& options, const PathObserver& observer) const;

  // Where the rule of these options ends that path.
  StoppingPoint stopping_point(Index picture, const RecoverOptions& options) const;

 private:
  friend std::vector<std::vector<Recovery>> recover_each(const Problem&, std::span<const RecoverOptions>,
                                                         const RecoverWatch&);
  // `progressed` is told of parts of paths done; see PathProgress.
  Recoverer(const Problem& problem, const RecoverWatch& watch, std::function<void(double paths)> progressed);

  class Engine;
  std::unique_ptr<Engine> engine_;
};

}  // namespace isr
