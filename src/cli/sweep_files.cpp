#include "cli/sweep_files.h"

#include <iostream>

#include "base/atomic_file.h"
#include "cli/recovery.h"
#include "cli/terminal.h"
#include "report/output_directory.h"
#include "sweep/figures.h"
#include "sweep/store.h"

namespace isr {

namespace po = boost::program_options;

namespace {

void add_file(CommandLine& command_line, std::string& file, std::string& where) {
  auto add = command_line.group("Input").add_options();
  add("file", po::value(&file)->value_name("FILE"), "the file of a sweep");
  add("where", po::value(&where)->value_name("SQL"),
      "only solves that meet this condition on the columns of results, such as \"noise = 0 AND depth = 2\"");
  command_line.positional("file", 1);
}

}  // namespace

int sweep_export(const Arguments& arguments) {
  CommandLine command_line("sweep export FILE [OPTION ...]",
                           "Writes the results of a sweep, a row a solve, as CSV or JSON.");
  std::string file, where, out, format = "csv";
  bool timings = false;
  add_file(command_line, file, where);
  auto add = command_line.group("Output").add_options();
  add("out,o", po::value(&out)->value_name("FILE"), "where to; without it standard output");
  add("format", po::value(&format)->default_value(format)->value_name("NAME"), "csv or json");
  add("timings", po::bool_switch(&timings),
      "also seconds, run and host, which differ from run to run; all else does not");
  if (!command_line.parse(arguments)) return 0;
  if (file.empty()) throw UsageError("isr sweep export needs the FILE of a sweep");
  if (format != "csv" && format != "json") throw UsageError("--format must be csv or json; got " + format);
  const ExportFormat chosen = format == "csv" ? ExportFormat::csv : ExportFormat::json;
  const auto database = open_sweep(file);
  if (out.empty()) {
    export_results(*database, chosen, where, timings, std::cout);
    return 0;
  }
  AtomicFile target(out);
  export_results(*database, chosen, where, timings, target.stream());
  check_interrupted();
  target.commit();
  return 0;
}

int sweep_merge(const Arguments& arguments) {
  CommandLine command_line("sweep merge -o FILE SHARD ...",
                           "Joins the files of shards into one, which isr sweep can go on with.");
  std::vector<std::string> files;
  std::string out;
  command_line.group("Input").add_options()("file", po::value(&files)->value_name("SHARD"),
                                            "the files of isr sweep --shard");
  command_line.positional("file");
  command_line.group("Output").add_options()("out,o", po::value(&out)->value_name("FILE"),
                                             "the file to make");
  if (!command_line.parse(arguments)) return 0;
  if (out.empty() || files.empty())
    throw UsageError("isr sweep merge needs -o FILE and the files of the shards");
  merge_sweeps({files.begin(), files.end()}, out);
  if (!command_line.common().quiet) {
    const auto merged = open_sweep(out);
    std::cout << out << ": " << merged->integer("SELECT count(*) FROM solves") << " of "
              << merged->text("SELECT value FROM sweep WHERE key='solves'") << " solves\n";
  }
  return 0;
}

int sweep_plot(const Arguments& arguments) {
  CommandLine command_line("sweep plot FILE [OPTION ...]",
                           "Draws phase diagrams, success rates and windows: PNG, PDF, SVG, the data (CSV) "
                           "and the script (gnuplot).");
  std::string file, where;
  double success = default_success;
  OutputOptions output;
  output.out = "isr-sweep";
  add_file(command_line, file, where);
  command_line.group("Figures").add_options()(
      "success", po::value(&success)->default_value(success, shown(success))->value_name("ERROR"),
      "a relative error below this is a success");
  output.add_to(command_line);
  if (!command_line.parse(arguments)) return 0;
  if (file.empty()) throw UsageError("isr sweep plot needs the FILE of a sweep");
  if (!(success > 0)) throw UsageError("--success must be positive");
  OutputDirectory out(output.out, output.force);
  const auto database = open_sweep(file);
  const auto staging = out.file("phase.png").parent_path();
  const std::vector<std::string> names = draw_sweep(*database, success, where, staging.string());
  check_interrupted();
  out.commit();
  if (!command_line.common().quiet)
    for (const std::string& name : names)
      std::cout << (out.target() / (name + ".png")).string() << "  (.pdf, .svg, .csv, .gp)\n";
  return 0;
}

}  // namespace isr
