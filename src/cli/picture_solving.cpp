#include "cli/picture_solving.h"

#include <chrono>

#include "cli/terminal.h"
#include "solver/adaptive_flow.h"

namespace isr {
namespace {

AdaptiveFlowOptions flow_options(const MeasurementModel& model, const SolverOptions& options, int depth) {
  AdaptiveFlowOptions flow;
  const double init = options.init_given ? options.init : default_picture_init(model.basis);
  flow.flow.network = {depth, options.model(model.basis), init};
  flow.rounds = options.rounds;
  return flow;
}

// The channels of one picture, from column `first`.
void solve_picture(const Problem& problem, Index first, const AdaptiveFlowOptions& options,
                   SolvedMethod& method) {
  const Index channels = problem.model.channels;
  const auto start = std::chrono::steady_clock::now();
  const Operators& operators = problem.operators;
  const MatrixFreeFlowResult result =
      adaptive_flow(*operators.sensing, operators.synthesis.get(), *operators.system,
                    problem.measurements.middleCols(first, channels).cast<float>(), options, {}, interrupted);
  const std::chrono::duration<double> seconds = std::chrono::steady_clock::now() - start;
  check_interrupted();
  for (Index c = 0; c < channels; ++c) {
    SolvedColumn& solved = method.columns[static_cast<std::size_t>(first + c)];
    solved.w = result.w.col(c);
    solved.iterations = result.steps;
    solved.flow_time = result.flow_time;
    solved.stop_reason = to_string(result.status);
    solved.relative_residual = result.relative_residual[c];
    solved.seconds = seconds.count() / static_cast<double>(channels);
  }
}

}  // namespace

bool is_solved_by_products(const MeasurementModel& model) {
  return !is_dense_ensemble(model.ensemble) || model.block > 0 || model.basis != "pixel";
}

double default_picture_init(const std::string& basis) {
  return basis_info(basis).nonnegative ? 1e-7 : 0.05;
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
    const AdaptiveFlowOptions flow = flow_options(problem.model, options, depth);
    SolvedMethod method{{"N = " + number, "depth-" + number},
                        "flow",
                        depth,
                        flow.flow.network.init,
                        std::vector<SolvedColumn>(static_cast<std::size_t>(columns))};
    for (Index first = 0; first < columns; first += channels) {
      solve_picture(problem, first, flow, method);
      progress.advance(static_cast<double>(channels));
    }
    methods.push_back(std::move(method));
  }
  return methods;
}

}  // namespace isr
