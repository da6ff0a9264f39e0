#include "cli/figures.h"
#include "cli/recovery.h"

namespace isr {
namespace {

// Section 5 of the paper: training digits 5, 0, 4; ±1 matrix with P(+1) = 0.25; w = u^N; the last iterate.
RecoveryOptions paper_recovery() {
  RecoveryOptions options;
  options.measurement.measurements = {392, false};
  options.measurement.choice.ensemble = to_string(Ensemble::biased_sign);
  options.measurement.choice.basis = "pixel";
  options.measurement.seed = 42;
  options.solver.depths = {{2, 3, 5}};
  options.solver.recover.init = 1e-3;
  options.solver.solver = to_string(SolverKind::gradient_descent);
  options.solver.stop = "iterations";
  options.solver.step = "0.005";
  options.solver.recover.iterations = 10000;
  options.output.out = "isr-mnist";
  return options;
}

constexpr const char* paper_source = "mnist:train:0-2";

}  // namespace

int reproduce_mnist(const FigureRequest& request) {
  CommandLine command_line(
      "reproduce [mnist] [SOURCE] [OPTION ...]",
      "Draws the MNIST recovery figure of Li, Nguyen, Hegde and Wong (NeurIPS 2021). The defaults are\n"
      "the paper's protocol.");
  RecoveryOptions options = paper_recovery();
  options.add_to(command_line);
  if (!command_line.parse(request.options)) return 0;
  if (options.source.sources.empty()) options.source.sources = {paper_source};
  run_recovery(options, command_line.common(), request.command);
  return 0;
}

void draw_mnist_figure(const std::string& folder, const std::string& command) {
  RecoveryOptions options = paper_recovery();
  options.source.sources = {paper_source};
  options.output.out = folder;
  CommonOptions common;
  common.quiet = true;
  run_recovery(options, common, command);
}

}  // namespace isr
