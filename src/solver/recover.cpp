#include "solver/recover.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <cmath>
#include <map>
#include <memory>
#include <mutex>
#include <sstream>

#include "base/error.h"
#include "base/parallel.h"
#include "sensing/folds.h"
#include "sensing/row_subset.h"
#include "solver/ground.h"
#include "solver/rounds.h"
#include "solver/units.h"

namespace isr {
namespace {

using Eigen::MatrixXd;

// Reading a path, to see where something is predicted best: that needs no more digits than these.
constexpr double reading_tolerance = 1e-2, reading_residual = 1e-5;

Goal reading_goal(const Plan& plan) {
  Goal goal;
  goal.tolerance = std::max(plan.tolerance, reading_tolerance);
  goal.by_short_steps = true;
  goal.by_products = true;
  if (plan.path == PathKind::newton_flow)
    goal.limit_residual = std::max(plan.limit_residual, reading_residual);
  if (plan.path == PathKind::descent && plan.one_by_one) goal.limit_residual = plan.limit_residual;
  return goal;
}

// Paths, about, that a picture takes: rounds, shifts, and those that are read to find where to stop.
double expected_paths(const Plan& plan, Index channels) {
  const double own = plan.rounds + 1 + (plan.rounds > 0 ? plan.shifts - 1 : 0);
  const bool reads = plan.stop.rule == StopRule::hold_out || plan.stop.rule == StopRule::automatic ||
                     (plan.stop.rule == StopRule::discrepancy && !plan.stop.sigma);
  double paths = own;
  if (reads && plan.stop.hold_out)
    paths += plan.stop.hold_out->used * (plan.reads_fit && plan.rounds > 0 ? plan.rounds + 2 : 1);
  if (plan.stop.rule == StopRule::discrepancy && !plan.stop.factor) paths += CoupledBootstrap::draws;
  return plan.is_exact() ? paths * static_cast<double>(channels) : paths;
}

// How much of the work is done, from paths and jobs: safe to call from several threads.
class WorkDone {
 public:
  void begin(double paths, std::function<void(double)> report) {
    expected_ = paths;
    report_ = std::move(report);
  }

  void add(double paths) {
    if (!report_) return;
    const std::lock_guard lock(mutex_);
    done_ += paths;
    tell();
  }

  // A picture is done that was expected to take so many: rounds may have ended early.
  void add_job(double paths) {
    if (!report_) return;
    const std::lock_guard lock(mutex_);
    jobs_ += paths;
    tell();
  }

 private:
  void tell() {
    constexpr double almost = 0.99;  // the end is where the last job says so
    const double share = std::max(std::min(almost, done_ / expected_), jobs_ / expected_);
    if (share > told_) report_(told_ = share);
  }

  std::mutex mutex_;
  std::function<void(double)> report_;
  double expected_ = 1, done_ = 0, jobs_ = 0, told_ = 0;
};

}  // namespace

// Everything that the pictures, options and threads of one problem share.
class Recoverer::Engine {
 public:
  Engine(const Problem& problem, const RecoverWatch& watch) : problem_(problem), watch_(watch) {
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

  Plan plan_of(const RecoverOptions& options) const {
    const Plan chosen = plan(problem_.model, problem_.noise, options);
    if (chosen.stop.rule == StopRule::oracle && !watch_.error)
      throw UsageError("stop oracle needs the true image, which is not known here");
    return chosen;
  }

  Index pictures() const { return problem_.measurements.cols() / problem_.model.channels; }
  WorkDone& work() const { return work_; }

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
    if (!ground) return ending_of(plan, y, picture_units(plan, y), found);
    const MatrixXd& details = ground->details;
    StoppingPoint point = ending_of(above(*ground, plan), details, picture_units(plan, details), found);
    if (point.residual) *point.residual *= ground->share;
    for (double& error : point.held_out.errors) error *= ground->share;
    if (point.position == Position::fit)
      for (double& position : point.held_out.positions) position /= ground->share;
    return point;
  }

 private:
  struct Shared {
    Scaling units;  // but for the size of w, which differs from picture to picture
    OperatorPtr system;
    std::shared_ptr<NewtonFactory> newton;
  };

  // For plans without expected sizes: by all that the units depend on.
  const Shared& shared(const Plan& plan) const {
    const std::lock_guard lock(mutex_);
    const auto [place, is_new] =
        shared_.try_emplace({plan.relative_start, plan.equal_columns, plan.network.depth == 1});
    Shared& made = place->second;
    if (!is_new) return made;
    made.units = operator_units(problem_.operators, plan);
    for (const auto& [key, other] : shared_)  // with one matrix where the units agree
      if (other.newton && other.units.same_system(made.units)) {
        made.system = other.system, made.newton = other.newton;
        return made;
      }
    made.system = made.units.system(*problem_.operators.system);
    made.newton = std::make_shared<NewtonFactory>(*made.system);
    return made;
  }

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

  Scaling picture_units(const Plan& plan, const MatrixXd& y) const {
    if (plan.sized) return sized_units(problem_.operators, y);
    Scaling units = shared(plan).units;
    if (plan.relative_start) units.weights = size_of_solution(*problem_.operators.system, units, y);
    return units;
  }

  Part whole(const Plan& plan, const MatrixXd& y) const {
    const Operators& all = problem_.operators;
    return {*all.sensing, all.synthesis.get(), *all.system, plan.sized ? nullptr : shared(plan).newton.get(),
            y};
  }

  Recovery solve_columns(const Plan& plan, const MatrixXd& y, const ErrorOfW& error,
                         const PathObserver& observer) const {
    Recovery found;
    found.rule = plan.stop;
    found.network = plan.network;
    found.path = plan.path;
    found.relative_start = plan.relative_start;
    if (plan.relative_start && y.isZero(0) && !observer) return nothing(std::move(found), y);
    const Scaling units = picture_units(plan, y);
    const bool oracle = plan.stop.rule == StopRule::oracle;
    const StoppingPoint ending = observer ? StoppingPoint{} : ending_of(plan, y, units, found);
    const Goal goal = goal_of(plan, ending, static_cast<bool>(observer) || oracle);
    const Part part = whole(plan, y);
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

  // Where the rule ends the path. Fills in what was found out about it.
  StoppingPoint ending_of(const Plan& plan, const MatrixXd& y, const Scaling& units, Recovery& found) const {
    switch (plan.stop.rule) {
      case StopRule::limit:
      case StopRule::oracle:
        return {};
      case StopRule::time:
        return at_time(plan.stop.flow_time);
      case StopRule::residual:
        return at_residual(plan.stop.residual);
      case StopRule::iterations:
        if (plan.path == PathKind::descent) return {};
        return at_time(step_size(plan, y, units) * static_cast<double>(plan.iterations));
      case StopRule::automatic:
      case StopRule::hold_out: {
        if (y.rows() < 2) return {};  // nothing can be kept back
        HeldOutCurve curve;
        const HoldOutChoice choice = hold_out(plan, y, units, &curve);
        StoppingPoint point = at(plan, choice, found);
        point.held_out = std::move(curve);
        point.position = plan.reads_fit ? Position::fit : Position::time;
        return point;
      }
      case StopRule::discrepancy:
        return discrepancy(plan, y, units, found);
    }
    return {};
  }

  static StoppingPoint at_time(double time) {
    StoppingPoint point;
    point.flow_time = time;
    return point;
  }

  static StoppingPoint at_residual(double residual) {
    StoppingPoint point;
    point.residual = residual;
    return point;
  }

  static StoppingPoint at(const Plan& plan, const HoldOutChoice& choice, Recovery& found) {
    found.held_out_to_end = choice.at_end;
    if (choice.at_end || choice.position == 0) return {};
    return plan.reads_fit ? at_residual(1 / choice.position) : at_time(choice.position);
  }

  double step_size(const Plan& plan, const MatrixXd& y, const Scaling& units) const {
    const double depth = plan.network.depth;
    if (plan.step_rule != StepRule::operator_norm) return plan.step / (depth * depth);
    return stable_step(*units.system(*problem_.operators.system), units.measurements(y), plan.network);
  }

  StoppingPoint discrepancy(const Plan& plan, const MatrixXd& y, const Scaling& units,
                            Recovery& found) const {
    found.sigma_estimated = !plan.stop.sigma;
    if (found.sigma_estimated) {
      if (y.rows() < 2) return {};
      const HoldOutChoice choice = hold_out(plan, y, units);
      found.rule.sigma = std::sqrt(choice.mean_square) * units.weights / units.matrix;
    }
    const double norm = y.norm() > 0 ? y.norm() : 1;
    const double unit = discrepancy_residual(1, *found.rule.sigma, y.size()) / norm;  // at t = 1
    if (plan.stop.factor) return at_residual(*plan.stop.factor * unit);
    found.factor_found = true;
    const HoldOutChoice choice = least_risk(plan, y, *found.rule.sigma, units);
    return choice.position > 0 ? at_time(choice.position) : at_residual(unit);
  }

  // Where measurements that were kept back are predicted best.
  // `relative`, where given, becomes ‖Xw − y‖/‖y‖ over all of them along the path.
  HoldOutChoice hold_out(const Plan& plan, const MatrixXd& y, const Scaling& units,
                         HeldOutCurve* relative = nullptr) const {
    std::vector<Fold> folds = make_folds(y.rows(), plan.stop.hold_out->folds, plan.seed);
    folds.resize(std::min(folds.size(), static_cast<std::size_t>(plan.stop.hold_out->used)));
    keep_dominant(folds, y.rowwise().squaredNorm());
    Plan reading = plan;
    if (!plan.reads_fit || plan.rounds == 0) return hold_out(reading, folds, y, units, 0, relative);
    // First in one round, since what the rounds before the last find must not be fitted to the noise either.
    reading.rounds = 0;
    const HoldOutChoice first = hold_out(reading, folds, y, units, 0, relative);
    if (first.position == 0) return first;
    return hold_out(plan, folds, y, units, 1 / first.position, relative);
  }

  HoldOutChoice hold_out(const Plan& plan, const std::vector<Fold>& folds, const MatrixXd& y,
                         const Scaling& units, double rough_residual, HeldOutCurve* relative) const {
    std::vector<HeldOutCurve> curves(folds.size());
    Index held_out = 0;
    for (const Fold& fold : folds) held_out += static_cast<Index>(fold.held_out.size()) * y.cols();
    Goal goal = reading_goal(plan);
    goal.rough_residual = rough_residual;
    for_each(plan, folds.size(), [&](std::size_t k) {
      const Fold& fold = folds[k];
      const Operators& all = problem_.operators;
      const RowSubset sensing(*all.sensing, fold.kept), system(*all.system, fold.kept);
      const RowSubset judge(*all.system, fold.held_out);
      const MatrixXd held = y(fold.held_out, Eigen::all);
      const OperatorPtr scaled = units.system(system);
      std::unique_ptr<NewtonFactory> newton;
      if (plan.is_exact() && !plan.sized) {
        const double share = static_cast<double>(fold.kept.size()) / static_cast<double>(y.rows());
        newton =
            std::make_unique<NewtonFactory>(*scaled, share * shared(plan).newton->squared_column_norms());
      }
      const Part part{sensing, all.synthesis.get(), system, newton.get(), y(fold.kept, Eigen::all)};
      Rounds rounds(plan, part, units, watch_.cancelled, progressed_);
      rounds.run(goal, [&](Path& path) {
        const auto error = [&](const MatrixXd& w) { return units.residual(judge, w, held).squaredNorm(); };
        curves[k] = read_held_out(path, error, plan.reads_fit ? Position::fit : Position::time);
      });
    });
    if (relative) *relative = relative_curve(curves, folds, units.measurements(y));
    return choose_position(curves, held_out);
  }

  static HeldOutCurve relative_curve(const std::vector<HeldOutCurve>& curves, const std::vector<Fold>& folds,
                                     const MatrixXd& y) {
    double norms = 0;
    for (const Fold& fold : folds) norms += y(fold.held_out, Eigen::all).squaredNorm();
    HeldOutCurve relative;
    if (curves.empty() || norms == 0) return relative;
    for (const double position : curves[0].positions) {
      double squares = 0;
      for (const HeldOutCurve& curve : curves) squares += curve.at(position);
      relative.append(position, std::sqrt(squares / norms));
    }
    return relative;
  }

  // Where the risk is least by CoupledBootstrap, for noise of this σ; plans without rounds, one column.
  HoldOutChoice least_risk(const Plan& plan, const MatrixXd& y, double sigma, const Scaling& units) const {
    std::vector<HeldOutCurve> curves(CoupledBootstrap::draws);
    for_each(plan, curves.size(), [&](std::size_t k) {
      const CoupledBootstrap halves(y.reshaped(), sigma, plan.seed, static_cast<int>(k));
      const MatrixXd to_fit = halves.to_fit.reshaped(y.rows(), y.cols());
      const MatrixXd to_judge_by = halves.to_judge_by.reshaped(y.rows(), y.cols());
      const double noise = discrepancy_residual(CoupledBootstrap::fitted, sigma, y.size()) / to_fit.norm();
      const Part part = whole(plan, to_fit);
      Rounds(plan, part, units, watch_.cancelled, progressed_).run(reading_goal(plan), [&](Path& path) {
        const auto error = [&](const MatrixXd& w) {
          return units.residual(*problem_.operators.system, w, to_judge_by).squaredNorm();
        };
        curves[k] = read_held_out(path, error, Position::time, noise);
      });
    });
    return choose_position(curves, y.size());
  }

  static void for_each(const Plan& plan, std::size_t count, const std::function<void(std::size_t)>& body) {
    if (!plan.one_by_one) return parallel_for(count, body);
    for (std::size_t i = 0; i < count; ++i) body(i);
  }

  const Problem& problem_;
  const RecoverWatch watch_;
  mutable WorkDone work_;
  const PathProgress progressed_ = [this](double paths) { work_.add(paths); };
  mutable std::mutex mutex_;
  // By Plan::relative_start, Plan::equal_columns, and whether the depth is 1.
  mutable std::map<std::array<bool, 3>, Shared> shared_;
};

Recoverer::Recoverer(const Problem& problem, const RecoverWatch& watch)
    : engine_(std::make_unique<Engine>(problem, watch)) {}

Recoverer::~Recoverer() = default;

Index Recoverer::pictures() const {
  return engine_->pictures();
}

Recovery Recoverer::solve(Index picture, const RecoverOptions& options) const {
  return engine_->solve(engine_->plan_of(options), picture);
}

Recovery Recoverer::trace(Index picture, const RecoverOptions& options, const PathObserver& observer) const {
  RecoverOptions whole = options;
  whole.stop = {};
  whole.stop.rule = options.solver == SolverKind::gradient_descent ? StopRule::iterations : StopRule::limit;
  return engine_->trace(engine_->plan_of(whole), picture, observer);
}

StoppingPoint Recoverer::stopping_point(Index picture, const RecoverOptions& options) const {
  return engine_->stopping_point(engine_->plan_of(options), picture);
}

std::vector<std::vector<Recovery>> recover_each(const Problem& problem,
                                                std::span<const RecoverOptions> options,
                                                const RecoverWatch& watch) {
  const Recoverer recoverer(problem, watch);
  std::vector<bool> alone;  // all threads on one picture
  for (const RecoverOptions& one : options)
    alone.push_back(plan(problem.model, problem.noise, one).one_by_one);
  const auto pictures = static_cast<std::size_t>(recoverer.pictures());
  const std::size_t jobs = options.size() * pictures;
  std::vector<double> paths;  // that a picture takes, by option
  double all_paths = 0;
  for (const RecoverOptions& one : options) {
    paths.push_back(expected_paths(plan(problem.model, problem.noise, one), problem.model.channels));
    all_paths += paths.back() * static_cast<double>(pictures);
  }
  WorkDone& work = recoverer.engine_->work();
  work.begin(all_paths, watch.progress);
  std::vector<std::vector<Recovery>> results(options.size(), std::vector<Recovery>(pictures));
  const auto solve = [&](std::size_t job) {
    const std::size_t k = job % options.size(), picture = job / options.size();
    Recovery& result = results[k][picture];
    if (watch.cancelled && watch.cancelled())
      result.status = Status::cancelled;
    else
      result = recoverer.solve(static_cast<Index>(picture), options[k]);
    work.add_job(paths[k]);
  };
  std::vector<std::size_t> together, one_by_one;
  for (std::size_t job = 0; job < jobs; ++job)
    (alone[job % options.size()] ? one_by_one : together).push_back(job);
  parallel_for(together.size(), [&](std::size_t i) { solve(together[i]); });
  for (const std::size_t job : one_by_one) solve(job);
  return results;
}

Recovery recover(const Problem& problem, const RecoverOptions& options, const RecoverWatch& watch) {
  if (problem.measurements.cols() != problem.model.channels)
    throw UsageError("recover takes the measurements of one picture; for " +
                     std::to_string(problem.measurements.cols()) + " columns use recover_each");
  return Recoverer(problem, watch).solve(0, options);
}

namespace {

std::string number(double value) {
  std::ostringstream text;
  text.precision(3);
  text << value;
  return text.str();
}

std::string hold_out_text(const Stop& stop) {
  if (!stop.hold_out || stop.hold_out->used < stop.hold_out->folds) return "hold-out";
  return std::to_string(stop.hold_out->folds) + "-fold hold-out";
}

// Did gradient descent end before what the rule asked for?
bool ran_out(const Recovery& found) {
  const Stop& stop = found.rule;
  if (found.residual_asked || stop.rule == StopRule::residual) return true;
  if (stop.rule == StopRule::discrepancy && !found.factor_found) return true;
  const double rounding = 0.51 * found.step_size.value_or(0) + 1e-9 * found.flow_time;
  return found.flow_time_asked && found.flow_time < *found.flow_time_asked - rounding;
}

std::string rule_text(const Recovery& found) {
  const Stop& stop = found.rule;
  switch (stop.rule) {
    case StopRule::automatic:
    case StopRule::hold_out:
      return (found.held_out_to_end ? "end of the path, by " : "") + hold_out_text(stop);
    case StopRule::residual:
      return "residual";
    case StopRule::discrepancy: {
      std::string text = "discrepancy";
      if (stop.sigma) text += ", σ = " + number(*stop.sigma) + (found.sigma_estimated ? " (estimated)" : "");
      if (found.factor_found && stop.factor) text += ", t = " + number(*stop.factor) + " (coupled bootstrap)";
      return text;
    }
    case StopRule::time:
      return "time";
    case StopRule::iterations:
      return "iterations";
    case StopRule::limit:
      return "limit";
    case StopRule::oracle:
      return "oracle (sees the truth)";
  }
  return "";
}

}  // namespace

std::string ended_by(const Recovery& found) {
  std::string rule =
      to_string(found.rule.rule == StopRule::automatic ? Stop{StopRule::hold_out} : found.rule);
  rule = rule.substr(0, rule.find(':'));
  if (rule == "holdout") rule = "hold-out";
  switch (found.status) {
    case Status::diverged:
      return "diverged";
    case Status::cancelled:
      return "cancelled";
    case Status::inconsistent:
      return "limit, no fit";
    case Status::stalled:
      return rule + ", stalled";
    case Status::limit_reached:
      return rule == "limit" ? rule : found.held_out_to_end ? "hold-out: limit" : "limit first";
    case Status::finished:
      return "iterations";
    case Status::stopped_by_rule:
      return rule;
  }
  return "";
}

std::string describe(const Recovery& found) {
  const StopRule rule = found.rule.rule;
  switch (found.status) {
    case Status::diverged:
      return found.path == PathKind::descent ? "diverged; use a smaller step or the flow"
                                             : "diverged: beyond the range of numbers";
    case Status::cancelled:
      return "cancelled";
    case Status::inconsistent:
      return "limit; no w of the model fits the measurements";
    case Status::stalled:
      return rule_text(found) + " (stalled: no further progress)";
    case Status::limit_reached:
      return rule == StopRule::limit || found.held_out_to_end ? rule_text(found)
                                                              : "limit, before: " + rule_text(found);
    case Status::finished:
      if (rule == StopRule::iterations && found.path != PathKind::descent) return "time of the iterations";
      if (rule == StopRule::limit || rule == StopRule::iterations || found.held_out_to_end)
        return "iterations";
      return (ran_out(found) ? "iterations, before: " : "") + rule_text(found);
    case Status::stopped_by_rule:
      return rule_text(found);
  }
  return "";
}

}  // namespace isr
