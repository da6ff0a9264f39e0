#include "solver/stop_choice.h"

#include <algorithm>
#include <cmath>
#include <memory>

#include "base/parallel.h"
#include "sensing/row_subset.h"

namespace isr {
namespace {

using Eigen::MatrixXd;

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

// Measurements that are fitted 100 times as closely as others are predicted have nothing left to say about
// these: what the path goes on to fit is their noise.
ResidualOfError residual_of_noise(const Fold& fold, double norm) {
  constexpr double closer = 0.01;
  const auto kept = static_cast<double>(fold.kept.size()),
             held_out = static_cast<double>(fold.held_out.size());
  const double factor = norm > 0 ? closer * std::sqrt(kept / held_out) / norm : 0;
  return [factor](double error) { return factor * std::sqrt(error); };
}

StoppingPoint at_time(double time) {
  StoppingPoint point;
  point.flow_time = time;
  return point;
}

StoppingPoint at_residual(double residual) {
  StoppingPoint point;
  point.residual = residual;
  return point;
}

StoppingPoint at(const Plan& plan, const HoldOutChoice& choice, Recovery& found) {
  found.held_out_to_end = choice.at_end;
  if (choice.at_end || choice.position == 0) return {};
  return plan.reads_fit ? at_residual(1 / choice.position) : at_time(choice.position);
}

HeldOutCurve relative_curve(const std::vector<HeldOutCurve>& curves, const std::vector<Fold>& folds,
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

void for_each(const Plan& plan, std::size_t count, const std::function<void(std::size_t)>& body) {
  if (!plan.one_by_one) return parallel_for(count, body);
  for (std::size_t i = 0; i < count; ++i) body(i);
}

}  // namespace

StoppingPoint StopChoice::point(const Plan& plan, const MatrixXd& y, const Scaling& units,
                                Recovery& found) const {
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

double StopChoice::step_size(const Plan& plan, const MatrixXd& y, const Scaling& units) const {
  const double depth = plan.network.depth;
  if (plan.step_rule != StepRule::operator_norm) return plan.step / (depth * depth);
  return stable_step(*units.system(*systems_.problem().operators.system), units.measurements(y),
                     plan.network);
}

StoppingPoint StopChoice::discrepancy(const Plan& plan, const MatrixXd& y, const Scaling& units,
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

HoldOutChoice StopChoice::hold_out(const Plan& plan, const MatrixXd& y, const Scaling& units,
                                   HeldOutCurve* relative) const {
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

HeldOutCurve StopChoice::read_fold(const Plan& plan, const Fold& fold, const MatrixXd& y,
                                   const Scaling& units, const Goal& goal) const {
  const Operators& all = systems_.problem().operators;
  const RowSubset sensing(*all.sensing, fold.kept), system(*all.system, fold.kept);
  const RowSubset judge(*all.system, fold.held_out);
  const MatrixXd held = y(fold.held_out, Eigen::all);
  const OperatorPtr scaled = units.system(system);
  std::unique_ptr<NewtonFactory> newton;
  if (plan.is_exact() && !plan.sized) {
    const double share = static_cast<double>(fold.kept.size()) / static_cast<double>(y.rows());
    newton = std::make_unique<NewtonFactory>(*scaled, share * systems_.newton(plan).squared_column_norms());
  }
  const Part part{sensing, all.synthesis.get(), system, newton.get(), y(fold.kept, Eigen::all)};
  HeldOutCurve curve;
  Rounds rounds(plan, part, units, cancelled_, progressed_);
  rounds.run(goal, [&](Path& path) {
    const auto error = [&](const MatrixXd& w) { return units.residual(judge, w, held).squaredNorm(); };
    curve = read_held_out(path, error, plan.reads_fit ? Position::fit : Position::time,
                          residual_of_noise(fold, units.measurements(part.y).norm()));
  });
  return curve;
}

HoldOutChoice StopChoice::hold_out(const Plan& plan, const std::vector<Fold>& folds, const MatrixXd& y,
                                   const Scaling& units, double rough_residual,
                                   HeldOutCurve* relative) const {
  std::vector<HeldOutCurve> curves(folds.size());
  Index held_out = 0;
  for (const Fold& fold : folds) held_out += static_cast<Index>(fold.held_out.size()) * y.cols();
  Goal goal = reading_goal(plan);
  goal.rough_residual = rough_residual;
  for_each(plan, folds.size(), [&](std::size_t k) { curves[k] = read_fold(plan, folds[k], y, units, goal); });
  if (relative) *relative = relative_curve(curves, folds, units.measurements(y));
  return choose_position(curves, held_out);
}

HoldOutChoice StopChoice::least_risk(const Plan& plan, const MatrixXd& y, double sigma,
                                     const Scaling& units) const {
  std::vector<HeldOutCurve> curves(CoupledBootstrap::draws);
  for_each(plan, curves.size(), [&](std::size_t k) {
    const CoupledBootstrap halves(y.reshaped(), sigma, plan.seed, static_cast<int>(k));
    const MatrixXd to_fit = halves.to_fit.reshaped(y.rows(), y.cols());
    const MatrixXd to_judge_by = halves.to_judge_by.reshaped(y.rows(), y.cols());
    const double noise = discrepancy_residual(CoupledBootstrap::fitted, sigma, y.size()) / to_fit.norm();
    const Part part = systems_.whole(plan, to_fit);
    Rounds(plan, part, units, cancelled_, progressed_).run(reading_goal(plan), [&](Path& path) {
      const auto error = [&](const MatrixXd& w) {
        return units.residual(*systems_.problem().operators.system, w, to_judge_by).squaredNorm();
      };
      curves[k] = read_held_out(path, error, Position::time, [noise](double) { return noise; });
    });
  });
  return choose_position(curves, y.size());
}

}  // namespace isr
