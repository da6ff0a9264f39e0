#include <iostream>

#include "cli/commands.h"
#include "cli/compare_options.h"
#include "cli/reporting.h"
#include "cli/terminal.h"
#include "experiments/compare_paths.h"
#include "report/compare_report.h"

namespace isr {
namespace {

Comparison compared(const CompareOptions& options, const std::string& command, bool quiet) {
  std::vector<LabelledImage> images = options.source.load(quiet);
  const std::vector<PictureGroup> groups = options.measurement.groups(images);
  for (const auto& [model, members] : groups)
    check_memory(model,
                 estimated_bytes(model, options.noises.values[0], static_cast<Index>(members.size()),
                                 options.solver_options()),
                 parse_memory(options.measurement.max_memory));
  PathsToCompare asked = options.to_compare();
  if (options.measurement.snr) asked.noises = {options.measurement.common_noise(images, groups)};
  asked.command = command;
  ProgressBar progress("following paths", 1, !quiet);
  const RecoverWatch watch{interrupted, [&](double share) { progress.reach(share); }, {}};
  return compare_paths(std::move(images), groups, asked, watch);
}

void print_comparison_plan(const CompareOptions& options, const CommonOptions& common) {
  std::vector<nlohmann::ordered_json> plans;
  for (const auto& [model, members] : options.measurement.groups(options.source.load(common.quiet))) {
    plans.push_back(plan_of(model, options.noises.values[0], static_cast<Index>(members.size()),
                            options.solver_options()));
    plans.back()["noise"] = options.noises.values;
    if (options.paths.inits) plans.back()["init"] = *options.paths.inits;
    plans.back()["out"] = options.output.out;
  }
  print_plans(plans, common);
}

}  // namespace

int compare(const Arguments& arguments) {
  CommandLine command_line(
      "compare [SOURCE ...] [OPTION ...]",
      "Compares depths (and starts, and noises) over time, on one page for the browser: what the depth does "
      "to\n"
      "an image, and when to stop. Without a SOURCE: mnist:train:0-2.\n"
      "The ensemble is that of the paper, biased-sign, for digits (auto).");
  CompareOptions options;
  options.output.out = "isr-compare";
  options.add_to(command_line);
  if (!command_line.parse(arguments)) return 0;
  options.prepare(command_line);
  options.validate();
  if (options.dry_run) {
    print_comparison_plan(options, command_line.common());
    return 0;
  }
  OutputDirectory out(options.output.out, options.output.force);  // refused now rather than after the work
  const std::string command = command_text("compare", arguments);
  const CommonOptions& common = command_line.common();
  const Comparison comparison = compared(options, command, common.quiet);
  check_interrupted();
  const auto document = comparison_document(comparison, options.describe());
  const std::vector<std::string> files = write_comparison(out, comparison, document, options.outputs);
  check_interrupted();
  out.commit();
  if (common.json) {
    std::cout << document.dump(2) << "\n";
  } else if (!common.quiet) {
    print_comparison(std::cout, comparison, table_width());
    std::cout << "\n" << out.target().string() << ":";
    for (const auto& file : files) std::cout << " " << file;
    std::cout << "\n";
  }
  return 0;
}

}  // namespace isr
