#include <iostream>
#include <sstream>

#include "base/atomic_file.h"
#include "base/text.h"
#include "cli/figures.h"
#include "cli/terminal.h"
#include "experiments/window_map.h"
#include "report/output_directory.h"
#include "report/results.h"

namespace isr {
namespace {

namespace po = boost::program_options;
using Json = nlohmann::ordered_json;

Json map_json(const WindowMap& map, const std::string& command) {
  const ExperimentOptions& experiment = map.options.experiment;
  Json json = {{"version", ISR_VERSION},
               {"command", command},
               {"measurements", experiment.n},
               {"unknowns", experiment.p},
               {"noise", experiment.noise},
               {"seed", experiment.seed},
               {"replicates", experiment.replicates},
               {"good_error_log2", map.options.good_error},
               {"seconds", map.seconds},
               {"peak_memory_bytes", peak_memory_bytes()}};
  for (const WindowCell& cell : map.cells) {
    json["cells"].push_back({{"depth", cell.depth},
                             {"w0", cell.init},
                             {"width_decades", cell.width},
                             {"begin_flow_time", cell.begin},
                             {"least_error_log2", cell.least_error}});
  }
  return json;
}

std::string map_markdown(const WindowMap& map) {
  std::ostringstream out;
  out.precision(3);
  const auto& depths = map.options.depths;
  out << "# The early-stopping window\n\nDecades of flow time, from first to last, with ‖w − w*‖² below "
      << std::exp2(map.options.good_error) << "; median of " << map.options.experiment.replicates
      << " replicates. In brackets the least log₂ ‖w − w*‖².\n\n| w₀ \\ N |";
  for (int depth : depths) out << ' ' << depth << " |";
  out << "\n|---|" << [&] {
    std::string rule;
    for (std::size_t i = 0; i < depths.size(); ++i) rule += "---|";
    return rule;
  }();
  for (std::size_t i = 0; i < map.cells.size(); ++i) {
    const WindowCell& cell = map.cells[i];
    if (i % depths.size() == 0) out << "\n| " << scientific(cell.init) << " |";
    out << ' ' << cell.width << " (" << cell.least_error << ") |";
  }
  out << "\n";
  return out.str();
}

}  // namespace

int reproduce_window(const FigureRequest& request) {
  CommandLine command_line(
      "reproduce window [OPTION ...]",
      "Maps the early-stopping window over depths and initializations, by the gradient flow: how many\n"
      "decades of time the error is below a level, and the least error along the path.");
  WindowMapOptions options = window_map_defaults();
  List<int> depths{options.depths};
  List<double> inits{options.inits};
  std::string out = "isr-window";
  bool force = false;
  ExperimentOptions& experiment = options.experiment;
  auto map_options = command_line.group("Map").add_options();
  map_options("depth", po::value(&depths)->default_value(depths)->value_name("N,…"), "depths N, ascending");
  map_options("init", po::value(&inits)->default_value(inits)->value_name("W0,…"), "starts w0, ascending");
  map_options("good-error",
              po::value(&options.good_error)->default_value(options.good_error)->value_name("LEVEL"),
              "the level of log2 ‖w − w*‖² below which a recovery is good");
  auto add = command_line.group("Experiment").add_options();
  add("measurements", po::value(&experiment.n)->default_value(experiment.n)->value_name("N"),
      "n, at least 16");
  add("unknowns", po::value(&experiment.p)->default_value(experiment.p)->value_name("P"), "p");
  add("noise", po::value(&experiment.noise)->default_value(experiment.noise)->value_name("SIGMA"),
      "σ of the noise");
  add("seed", po::value(&experiment.seed)->default_value(experiment.seed)->value_name("SEED"),
      "of the first replicate");
  add("replicates",
      po::value(&experiment.replicates)->default_value(experiment.replicates)->value_name("COUNT"),
      "whose median is drawn");
  auto output_options = command_line.group("Output").add_options();
  output_options("out,o", po::value(&out)->default_value(out)->value_name("DIR"),
                 "folder for the map, its data, summary");
  output_options("force", po::bool_switch(&force), "replace files of an earlier run");
  if (!command_line.parse(request.options)) return 0;
  options.depths = depths.values;
  options.inits = inits.values;
  options.validate();
  require_gnuplot();
  OutputDirectory output(out, force);

  const CommonOptions& common = command_line.common();
  ProgressBar progress("window", 1, !common.quiet);
  const WindowMap map = map_windows(options, interrupted, [&](double share) { progress.reach(share); });
  check_interrupted();
  const Json document = map_json(map, request.command);
  write_file(output.file("summary.json"), document.dump(2) + "\n");
  write_file(output.file("summary.md"), map_markdown(map));
  write_chart(window_chart(map), output.file("summary.md").parent_path().string(), "window");
  output.commit();
  if (common.json) {
    std::cout << document.dump(2) << "\n";
  } else if (!common.quiet) {
    std::cout << map_markdown(map) << "\n"
              << output.target().string() << ": summary.md summary.json window.{png,pdf,svg,csv,gp}\n";
  }
  return 0;
}

}  // namespace isr
