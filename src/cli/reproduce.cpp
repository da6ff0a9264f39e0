#include <algorithm>

#include "cli/commands.h"
#include "cli/recovery.h"

namespace isr {
namespace {

// Section 5 of the paper: training digits 5, 0, 4; ±1 matrix with P(+1) = 0.25; w = u^N; the last iterate.
RecoveryOptions paper_protocol() {
  RecoveryOptions options;
  options.sources = {"mnist:train:0-2"};
  options.out = "isr-mnist";
  options.measurements = {392, false};
  options.ensemble = to_string(Ensemble::biased_sign);
  options.seed = 42;
  options.depths = {{2, 3, 5}};
  options.init = 1e-3;
  options.step = 5e-3;
  options.iterations = 10000;
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
  options.sources.clear();
  options.add_to(command_line);
  command_line.positional("source");
  if (!command_line.parse(rest)) return 0;
  if (options.sources.empty()) options.sources = paper_protocol().sources;
  options.validate();
  const RecoveryRun run = run_recovery(load_sources(options), options, !command_line.common().quiet);
  report_recovery(run, options, command_line.common(), command_text("reproduce", arguments));
  return 0;
}

}  // namespace isr
