#include "cli/picture_solving.h"

#include <chrono>
#include <cmath>
#include <limits>
#include <utility>

#include "cli/terminal.h"
#include "sensing/folds.h"
#include "sensing/row_subset.h"
#include "solver/adaptive_flow.h"
#include "solver/stopping.h"

namespace isr {
namespace {

constexpr double unlimited = std::numeric_limits<double>::infinity();

// What ends a recovery, in words and numbers.
struct Ending {
  std::string reason;
  double residual = MatrixFreeFlowOptions().limit_residual;
  double time = unlimited;
  bool asked = false;  // the residual, by the rule itself
};

AdaptiveFlowOptions flow_options(const MeasurementModel& model, const SolverOptions& options, int depth) {
  AdaptiveFlowOptions flow;
  flow.flow.network = {depth, options.model(model.basis), start_of(model, options)};
  flow.rounds = options.rounds;
  if (options.solver == to_string(SolverKind::gradient_descent)) {
    flow.descent = DescentSteps{{}, options.iterations};
    const RecoverOptions descent = options.recover_options(depth, model);
    if (options.step_given && descent.step_rule == StepRule::constant) flow.descent->constant = descent.step;
  } else {
    flow.shifts = basis_info(model.basis).square ? options.shifts : 1;  // the others have every shift
  }
  flow.width = model.width;
  return flow;
}

// Where noise matters, the end is approached by shorter steps.
constexpr double careful_growth = 2;

void end_at(AdaptiveFlowOptions& options, const Ending& ending) {
  options.flow.end_time = ending.time;
  if (ending.residual <= options.flow.limit_residual) return;
  options.flow.limit_residual = ending.residual;
  options.flow.step_growth = careful_growth;
  options.flow.most_steps = 40;
}

// The residual at which a twentieth of the measurements, kept back, is predicted best: first in one round,
// since what the rounds before the last find must not be fitted to the noise either.
Ending held_out_ending(const Problem& problem, const Eigen::MatrixXf& y, AdaptiveFlowOptions options) {
  constexpr int folds = 20;
  if (y.rows() < 2) return {"limit reached (too few measurements to hold any out)"};
  const auto [kept, back] = make_folds(y.rows(), folds, problem.model.seed).front();
  const Operators& operators = problem.operators;
  const RowSubset sensing(*operators.sensing, kept), system(*operators.system, kept);
  const RowSubset held_out(*operators.system, back);
  const Eigen::MatrixXf kept_y = y(kept, Eigen::all), back_y = y(back, Eigen::all);
  options.flow.step_growth = careful_growth;
  options.flow.most_steps = 40;
  options.shifts = 1;
  Ending best{"hold-out"};
  const auto follow = [&] {
    double least = unlimited;
    const auto observer = [&](int, double, const Eigen::MatrixXf& w, double residual) {
      Eigen::MatrixXf predicted(held_out.rows(), w.cols());
      held_out.apply(w, predicted);
      const double error = (predicted - back_y).squaredNorm();
      if (error < least) {
        least = error;
        best.residual = residual;
      }
      return error < 1.5 * least;
    };
    adaptive_flow(sensing, operators.synthesis.get(), system, kept_y, options, observer, interrupted);
  };
  const int rounds = std::exchange(options.rounds, 0);
  follow();
  options.rounds = rounds;
  options.rough_residual = std::max(options.rough_residual, best.residual);
  if (rounds > 0) follow();
  return best;
}

Ending ending_of(const Problem& problem, const Eigen::MatrixXf& y, const SolverOptions& options,
                 const AdaptiveFlowOptions& flow) {
  const Stop stop = resolved(parse_stop(options.stop), problem.noise);
  if (stop.rule == StopRule::time) return {"time reached", flow.flow.limit_residual, stop.flow_time};
  if (stop.rule == StopRule::residual) return {"residual", stop.residual, unlimited, true};
  if (stop.rule == StopRule::iterations) return {"iterations", std::numeric_limits<double>::min()};
  if (stop.rule == StopRule::limit) return {"limit reached"};
  if (std::isnan(stop.sigma) || stop.rule == StopRule::hold_out) return held_out_ending(problem, y, flow);
  const double expected = discrepancy_residual(stop.factor, stop.sigma, y.size());
  return {"discrepancy", std::min(1.0, expected / std::max(1e-30, static_cast<double>(y.norm()))), unlimited,
          true};
}

// What ended the recovery, in words.
std::string stop_reason(const MatrixFreeFlowResult& result, const Ending& ending) {
  if (result.status == Status::stalled) return to_string(result.status);
  if (result.status == Status::diverged) return "diverged; use a smaller --step or --step auto";
  const bool ran_out = result.status == Status::finished && result.flow_time < ending.time * (1 - 1e-9);
  return ran_out ? "iterations" : ending.reason;
}

// The channels of one picture, from column `first`.
void solve_picture(const Problem& problem, Index first, const SolverOptions& solver, SolvedMethod& method) {
  const Index channels = problem.model.channels;
  const auto start = std::chrono::steady_clock::now();
  const Operators& operators = problem.operators;
  AdaptiveFlowOptions options = flow_options(problem.model, solver, *method.depth);
  const Eigen::MatrixXf y = problem.measurements.middleCols(first, channels).cast<float>();
  const Ending ending = ending_of(problem, y, solver, options);
  check_interrupted();
  end_at(options, ending);
  const MatrixFreeFlowResult result = adaptive_flow(*operators.sensing, operators.synthesis.get(),
                                                    *operators.system, y, options, {}, interrupted);
  const std::chrono::duration<double> seconds = std::chrono::steady_clock::now() - start;
  check_interrupted();
  for (Index c = 0; c < channels; ++c) {
    SolvedColumn& solved = method.columns[static_cast<std::size_t>(first + c)];
    solved.w = result.w.col(c);
    solved.iterations = result.steps;
    solved.flow_time = result.flow_time;
    solved.stop_reason = stop_reason(result, ending);
    if (options.descent && options.descent->constant)
      solved.step = *options.descent->constant / (*method.depth * *method.depth);
    solved.relative_residual = result.relative_residual[c];
    if (ending.asked) solved.residual_asked = ending.residual;
    solved.seconds = seconds.count() / static_cast<double>(channels);
  }
}

}  // namespace

Index coefficients_of(const MeasurementModel& model) {
  if (model.basis == "boxes") return 16 * model.pixels();
  return model.basis.ends_with("-ti") ? 13 * model.pixels() : model.pixels();
}

bool is_solved_by_products(const MeasurementModel& model) {
  return !is_dense_ensemble(model.ensemble) || model.block > 0 || model.basis != "pixel";
}

bool is_solved_as_pictures(const MeasurementModel& model, const SolverOptions& options, double noise) {
  const StopRule rule = parse_stop(options.stop).rule;
  const bool flow = options.solver == to_string(SolverKind::gradient_flow);
  if (rule == StopRule::oracle || (flow && rule == StopRule::iterations)) return false;
  if (!is_solved_by_products(model)) return false;
  constexpr double most_entries = 1 << 24;
  const double entries =
      static_cast<double>(model.measurements) * static_cast<double>(coefficients_of(model));
  const bool matrix = is_dense_ensemble(model.ensemble) && model.block == 0 && entries <= most_entries;
  const bool to_limit = rule == StopRule::limit || (rule == StopRule::automatic && noise == 0);
  return !(matrix && to_limit && basis_info(model.basis).nonnegative);
}

double default_picture_init(const std::string& basis) {
  return basis_info(basis).nonnegative ? 1e-10 : 0.05;
}

double start_of(const MeasurementModel& model, const SolverOptions& options) {
  return options.init_given || !is_solved_by_products(model) ? options.init
                                                             : default_picture_init(model.basis);
}

int rounds_of(const MeasurementModel& model, const SolverOptions& options) {
  return options.solver == "flow" && basis_info(model.basis).nonnegative ? options.rounds : 0;
}

std::size_t picture_solver_bytes(const MeasurementModel& model, Index coefficients) {
  constexpr Index vectors = 14;  // of coefficients, in matrix_free_flow and around it
  return static_cast<std::size_t>((vectors * coefficients + 4 * model.measurements + 4 * model.pixels()) *
                                  model.channels) *
         sizeof(float);
}

std::vector<SolvedMethod> solve_pictures(const Problem& problem, const SolverOptions& options,
                                         bool show_progress) {
  const Index columns = problem.measurements.cols(), channels = problem.model.channels;
  ProgressBar progress("recovering",
                       static_cast<double>(columns * static_cast<Index>(options.depths.values.size())),
                       show_progress);
  std::vector<SolvedMethod> methods;
  for (const int depth : options.depths.values) {
    const std::string number = std::to_string(depth);
    SolvedMethod method{{"N = " + number, "depth-" + number},
                        options.solver,
                        depth,
                        start_of(problem.model, options),
                        std::vector<SolvedColumn>(static_cast<std::size_t>(columns))};
    for (Index first = 0; first < columns; first += channels) {
      solve_picture(problem, first, options, method);
      progress.advance(static_cast<double>(channels));
    }
    methods.push_back(std::move(method));
  }
  return methods;
}

}  // namespace isr
