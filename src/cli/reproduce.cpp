#include "cli/commands.h"
#include "cli/recovery.h"

namespace isr {
namespace {

// Section 5 of the paper: training digits 5, 0, 4; ±1 matrix with P(+1) = 0.25; w = u^N; the last iterate.
RecoveryOptions paper_protocol() {
  RecoveryOptions options;
  options.measurement.measurements = {392, false};
  options.measurement.ensemble = to_string(Ensemble::biased_sign);
  options.measurement.seed = 42;
  options.solver.depths = {{2, 3, 5}};
  options.solver.init = 1e-3;
  options.solver.step = 5e-3;
  options.solver.iterations = 10000;
  options.output.out = "isr-mnist";
  return options;
}

}  // namespace

int reproduce(const Arguments& arguments) {
  Arguments rest = arguments;
  if (!rest.empty() && rest[0] == "mnist") rest.erase(rest.begin());
  CommandLine command_line(
      "reproduce [mnist] [SOURCE] [OPTION ...]",
      "Draws the MNIST recovery figure of Li, Nguyen, Hegde and Wong (NeurIPS 2021). The defaults are\n"
      "the paper's protocol.");
  RecoveryOptions options = paper_protocol();
  options.add_to(command_line);
  if (!command_line.parse(rest)) return 0;
  if (options.source.sources.empty()) options.source.sources = {"mnist:train:0-2"};
  run_recovery(options, command_line.common(), command_text("reproduce", arguments));
  return 0;
}

}  // namespace isr
