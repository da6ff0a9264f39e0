#include "solver/recover.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <memory>

#include "base/error.h"
#include "solver/ground.h"
#include "solver/shared_systems.h"
#include "solver/stop_choice.h"
#include "solver/units.h"

namespace isr {
using Eigen::MatrixXd;

// Everything that the pictures, options and threads of one problem share.
class Recoverer::Engine {
 public:
  Engine(const Problem& problem, const RecoverWatch& watch, PathProgress progressed)
      : problem_(problem), watch_(watch), progressed_(std::move(progressed)) {
    const MatrixXd& y = problem.measurements;
    const Index n = problem.operators.system->rows(), channels = problem.model.channels;
    if (y.rows() != n)
      throw Error("the measurements have " + std::to_string(y.rows()) + " rows, and the matrix has " +
                  std::to_string(n));
    if (y.cols() % channels != 0)
      throw Error("the measurements have " + std::to_string(y.cols()) +
                  " columns, which is no multiple of the " + std::to_string(channels) +
                  " channels of a picture");
    if (!y.allFinite()) throw Error("the measurements hold a value that is not a finite number");
  }

  Plan plan_of(const Job& job) const {
    const Plan chosen = plan(problem_.model, problem_.noise_of(job.picture), *job.options);
    if (chosen.stop.rule == StopRule::oracle && !watch_.error)
      throw UsageError("stop oracle needs the true image, which is not known here");
    return chosen;
  }

  Index pictures() const { return problem_.measurements.cols() / problem_.model.channels; }

  Recovery solve(const Plan& plan, Index picture) const {
    const auto start = std::chrono::steady_clock::now();
    const Index channels = problem_.model.channels;
    const MatrixXd y = problem_.measurements.middleCols(picture * channels, channels);
    ErrorOfW error;
    if (watch_.error) error = [&, picture](const MatrixXd& w) { return watch_.error(picture, w); };
    Recovery found;
    if (plan.is_exact() && channels > 1)
      found = solve_channels(plan, y, error);
    else
      found = solve_picture(plan, y, error, {});
    found.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
    return found;
  }

  bool go_together(const Plan& plan) const {
    return plan.path == PathKind::descent && plan.step_rule == StepRule::constant &&
           plan.stop.rule == StopRule::iterations && !plan.relative_start && !plan.sized &&
           !plan.one_by_one && problem_.model.channels == 1;
  }

  std::vector<Recovery> solve_together(const std::vector<Plan>& plans, std::span<const Job> jobs) const {
    const auto start = std::chrono::steady_clock::now();
    std::vector<std::unique_ptr<DescentPath>> paths;
    std::vector<DescentPath*> all;
    for (std::size_t k = 0; k < jobs.size(); ++k) {
      DescentOptions options;
      options.network = plans[k].network;
      options.step = plans[k].step;
      options.iterations = plans[k].iterations;
      paths.push_back(std::make_unique<DescentPath>(*problem_.operators.system,
                                                    problem_.measurements.col(jobs[k].picture), options,
                                                    DescentSchedule(), watch_.cancelled));
      all.push_back(paths.back().get());
    }
    double told = 0;
    DescentPath::finish_together(all, [&](double share) {
      progressed_((share - told) * static_cast<double>(jobs.size()));
      told = share;
    });
    std::vector<Recovery> recoveries(jobs.size());
    const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
    for (std::size_t k = 0; k < jobs.size(); ++k) {
      Recovery& found = recoveries[k] = planned(plans[k]);
      take(found, follow(*paths[k]));
      found.seconds = seconds / static_cast<double>(jobs.size());
    }
    return recoveries;
  }

  Recovery trace(const Plan& plan, Index picture, const PathObserver& observer) const {
    const Index channels = problem_.model.channels;
    return solve_picture(plan, problem_.measurements.middleCols(picture * channels, channels), {}, observer);
  }

  StoppingPoint stopping_point(const Plan& plan, Index picture) const {
    const Index channels = problem_.model.channels;
    const MatrixXd y = problem_.measurements.middleCols(picture * channels, channels);
    Recovery found;
    found.rule = plan.stop;
    const auto ground = ground_of(plan, y);
    if (!ground) return choice_.point(plan, y, systems_.picture_units(plan, y), found);
    const MatrixXd& details = ground->details;
    StoppingPoint point =
        choice_.point(above(*ground, plan), details, systems_.picture_units(plan, details), found);
    if (point.residual) *point.residual *= ground->share;
    for (double& error : point.held_out.errors) error *= ground->share;
    if (point.position == Position::fit)
      for (double& position : point.held_out.positions) position /= ground->share;
    return point;
  }

 private:
  std::optional<Ground> ground_of(const Plan& plan, const MatrixXd& y) const {
    return plan.sized ? find_ground(problem_.operators, y) : std::nullopt;
  }

  // The plan for what lies above the ground.
  static Plan above(const Ground& ground, Plan plan) {
    constexpr double rounding = 1e-7;  // of measurements of the ground, in single precision
    plan.limit_residual = std::max(plan.limit_residual, std::min(0.1, rounding / ground.share));
    plan.stop.residual /= ground.share;
    return plan;
  }

  Recovery solve_picture(const Plan& plan, const MatrixXd& y, const ErrorOfW& error,
                         const PathObserver& observer) const {
    if (const auto ground = ground_of(plan, y)) return solve_over(*ground, plan, error, observer);
    return solve_columns(plan, y, error, observer);
  }

  Recovery solve_over(const Ground& ground, const Plan& plan, const ErrorOfW& error,
                      const PathObserver& observer) const {
    ErrorOfW error_over;
    if (error) error_over = [&](const MatrixXd& w) { return error(w + ground.w); };
    PathObserver observer_over;
    if (observer) observer_over = [&](const Path& path) { observer(PathOverGround(path, ground)); };
    Recovery found = solve_columns(above(ground, plan), ground.details, error_over, observer_over);
    found.rule.residual = plan.stop.residual;
    found.w += ground.w;
    found.residual *= ground.share;
    if (found.residual_asked) *found.residual_asked *= ground.share;
    return found;
  }

  Recovery solve_columns(const Plan& plan, const MatrixXd& y, const ErrorOfW& error,
                         const PathObserver& observer) const {
    Recovery found = planned(plan);
    if (plan.relative_start && y.isZero(0) && !observer) return nothing(std::move(found), y);
    const Scaling units = systems_.picture_units(plan, y);
    const bool oracle = plan.stop.rule == StopRule::oracle;
    const StoppingPoint ending = observer ? StoppingPoint{} : choice_.point(plan, y, units, found);
    const Goal goal = goal_of(plan, ending, static_cast<bool>(observer) || oracle);
    const Part part = systems_.whole(plan, y);
    Rounds rounds(plan, part, units, watch_.cancelled, progressed_);
    PathEnd end;
    rounds.run(goal, [&](Path& path) {
      end = oracle && !observer ? follow_to_least(path, error) : follow(path, ending.residual, observer);
    });
    if (rounds.adapted() && plan.shifts > 1 && !oracle && !observer && end.status != Status::cancelled) {
      rounds.spin(goal, ending.residual, problem_.model.width, end);
      end.residual = relative_residual(*problem_.operators.system, units, end.w, y);
    }
    if (plan.path == PathKind::descent) end.steps += rounds.earlier_iterations();
    found.residual_asked = ending.residual;
    found.flow_time_asked = ending.flow_time;
    take(found, std::move(end));
    if (found.factor_found && y.norm() > 0)  // what its time amounts to
      found.rule.factor = found.residual * y.norm() / discrepancy_residual(1, *found.rule.sigma, y.size());
    return found;
  }

  static Recovery planned(const Plan& plan) {
    Recovery found;
    found.rule = plan.stop;
    found.network = plan.network;
    found.path = plan.path;
    found.relative_start = plan.relative_start;
    return found;
  }

  // Of measurements that are all 0 the size of the solution, and so the start, is 0: it is the limit.
  Recovery nothing(Recovery found, const MatrixXd& y) const {
    found.w = MatrixXd::Zero(problem_.operators.system->cols(), y.cols());
    found.status = Status::limit_reached;
    found.certificate.emplace();
    return found;
  }

  static void take(Recovery& found, PathEnd end) {
    found.w = std::move(end.w);
    found.status = end.status;
    found.flow_time = end.flow_time;
    found.steps = end.steps;
    found.residual = end.residual;
    found.step_size = end.step_size;
    found.certificate = end.certificate;
    if (found.w.allFinite() && std::isfinite(found.residual)) return;
    found.w = found.w.unaryExpr([](double value) { return std::isfinite(value) ? value : 0.0; });
    found.status = Status::diverged;
  }

  // Channels that no basis ties together, one after the other: the worst of them speaks for the picture.
  Recovery solve_channels(const Plan& plan, const MatrixXd& y, const ErrorOfW& error) const {
    Recovery all;
    MatrixXd w(problem_.operators.system->cols(), y.cols());
    for (Index c = 0; c < y.cols(); ++c) {
      ErrorOfW of_channel;
      if (error)
        of_channel = [&, c](const MatrixXd& column) {
          MatrixXd picture = MatrixXd::Zero(column.rows(), y.cols());
          picture.col(c) = column.col(0);
          return error(picture);
        };
      Recovery one = solve_picture(plan, y.col(c), of_channel, {});
      w.col(c) = one.w.col(0);
      one.flow_time = std::max(one.flow_time, all.flow_time);
      one.steps += all.steps;
      if (c == 0 || worse(all.status, one.status) != all.status || one.residual > all.residual)
        all = std::move(one);
      else
        all.flow_time = one.flow_time, all.steps = one.steps;
    }
    all.w = std::move(w);
    return all;
  }

  Goal goal_of(const Plan& plan, const StoppingPoint& ending, bool whole_path) const {
    Goal goal;
    if (ending.flow_time) goal.end_time = *ending.flow_time;
    const bool descent = plan.path == PathKind::descent;
    if (!descent || (plan.one_by_one && plan.stop.rule != StopRule::iterations))
      goal.limit_residual = plan.limit_residual;
    if (ending.residual) {
      goal.rough_residual = *ending.residual;
      goal.limit_residual = std::min(goal.limit_residual, *ending.residual);
      goal.by_short_steps = *ending.residual > plan.limit_residual;
      goal.readings_per_decade *= 4;
    }
    if (whole_path) goal.by_short_steps = goal.from_the_start = true;
    // No more digits are asked for than a path has that is read.
    goal.by_products = plan.tolerance >= reading_tolerance && goal.limit_residual >= reading_residual;
    return goal;
  }

  const Problem& problem_;
  const RecoverWatch watch_;
  const PathProgress progressed_;
  const SharedSystems systems_{problem_};
  const StopChoice choice_{systems_, watch_.cancelled, progressed_};
};

Recoverer::Recoverer(const Problem& problem, const RecoverWatch& watch)
    : Recoverer(problem, watch, [](double) {}) {}

Recoverer::Recoverer(const Problem& problem, const RecoverWatch& watch,
                     std::function<void(double)> progressed)
    : engine_(std::make_unique<Engine>(problem, watch, std::move(progressed))) {}

Recoverer::~Recoverer() = default;

Index Recoverer::pictures() const {
  return engine_->pictures();
}

Recovery Recoverer::solve(Index picture, const RecoverOptions& options) const {
  return engine_->solve(engine_->plan_of({picture, &options}), picture);
}

bool Recoverer::go_together(const Job& job) const {
  return engine_->go_together(engine_->plan_of(job));
}

std::vector<Recovery> Recoverer::solve_together(std::span<const Job> jobs) const {
  std::vector<Plan> plans;
  for (const Job& job : jobs) {
    plans.push_back(engine_->plan_of(job));
    if (!engine_->go_together(plans.back()))
      throw Error("these options cannot be solved together with others");
  }
  if (jobs.empty()) return {};
  return engine_->solve_together(plans, jobs);
}

Recovery Recoverer::trace(Index picture, const RecoverOptions& options, const PathObserver& observer) const {
  RecoverOptions whole = options;
  whole.stop = {};
  whole.stop.rule = options.solver == SolverKind::gradient_descent ? StopRule::iterations : StopRule::limit;
  return engine_->trace(engine_->plan_of({picture, &whole}), picture, observer);
}

StoppingPoint Recoverer::stopping_point(Index picture, const RecoverOptions& options) const {
  return engine_->stopping_point(engine_->plan_of({picture, &options}), picture);
}

Recovery recover(const Problem& problem, const RecoverOptions& options, const RecoverWatch& watch) {
  if (problem.measurements.cols() != problem.model.channels)
    throw UsageError("recover takes the measurements of one picture; for " +
                     std::to_string(problem.measurements.cols()) + " columns use recover_each");
  return Recoverer(problem, watch).solve(0, options);
}

}  // namespace isr
