// Rounds and shifts: a path again and again, each from what the last one found.
#pragma once

#include <functional>
#include <limits>
#include <memory>

#include "sensing/problem.h"
#include "solver/ending.h"
#include "solver/newton_factory.h"
#include "solver/plan.h"
#include "solver/scaling.h"

namespace isr {

// The measurements that a path fits: all, or those that are not held out. References live as long as it.
struct Part {
  const LinearOperator& sensing;  // Φ
  const Basis* synthesis;         // W; null: the identity
  const LinearOperator& system;   // X = Φ W
  const NewtonFactory* newton;    // of X in the units of the first round; null: each path makes its own
  Eigen::MatrixXd y;              // n × columns
};

// Where the last round ends by itself, and how exactly it is followed.
struct Goal {
  double end_time = std::numeric_limits<double>::infinity();  // τ
  double limit_residual = 0;                                  // 0: the plan's (gradient descent: none)
  double rough_residual = 0;     // the rounds before end at no less, nor than the plan's
  double tolerance = 0;          // 0: the plan's
  bool by_short_steps = false;   // the way matters, not only its end
  bool from_the_start = false;   // and its beginning too
  bool by_products = false;      // read a path, to no great accuracy: see NewtonFactory::by_products
  int readings_per_decade = 48;  // of gradient descent: how often it is looked at
};

// The worse of two ways to end.
Status worse(Status a, Status b);

// Told of parts of paths done, which add up to counted_paths for each path. Called from the threads that
// work.
using PathProgress = std::function<void(double paths)>;

// Are paths read to find where to stop?
bool reads_paths(const Plan& plan);

// How many paths one counts as in progress: 1, but for the flow by products, which takes longer where the
// network is deeper, and, where none are read, about twice as long in the first of the rounds, since later
// ones begin near the limit. Measured on a photograph of 512² pixels: 1, 2.3, 3.8 and 4.5 times as long at N
// = 2, 3, 5, 8; at 256² 1.6 and 2.5 times at N = 3, 5.
double counted_paths(const Plan& plan, bool first_of_rounds = false);

class Rounds {
 public:
  // Keeps references to the plan, the part and what is told. first: the units of the first round.
  Rounds(const Plan& plan, const Part& part, Scaling first, const Cancelled& cancelled,
         const PathProgress& progress);

  // All rounds; the path of the last one, in the user's units, goes to `last`.
  void run(const Goal& goal, const std::function<void(Path&)>& last);

  // Did the last round have sizes that the one before found?
  bool adapted() const { return adapted_; }

  // Of gradient descent, in all rounds but the last.
  std::int64_t earlier_iterations() const { return iterations_; }

  // After run: one more round on each of plan.shifts − 1 other grids of the basis (Coifman and Donoho 1995);
  // each is followed to `residual`, as the last round was, whose
  // `end` becomes the mean of all pictures, with the worst status of them.
  void spin(const Goal& goal, const std::optional<double>& residual, Index width, PathEnd& end) const;

 private:
  std::unique_ptr<Path> make_path(const LinearOperator& system, const Scaling& scaling, const Goal& goal,
                                  const Eigen::MatrixXd& guess, int round) const;
  DescentOptions descent_options(const Scaling& scaling, const Goal& goal, int round) const;

  const Plan& plan_;
  const Part& part_;
  Scaling first_;
  const Cancelled& cancelled_;
  const PathProgress& progress_;
  bool adapted_ = false;
  std::int64_t iterations_ = 0;  // of gradient descent, in all rounds so far
};

}  // namespace isr
