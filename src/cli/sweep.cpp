// isr sweep: options, and the calls. Its subcommands are in sweep_files.cpp.
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <iostream>
#include <thread>

#include "base/foreign_text.h"
#include "base/memory.h"
#include "base/parallel.h"
#include "base/text.h"
#include "cli/commands.h"
#include "cli/solving.h"
#include "cli/sources.h"
#include "cli/sweep_files.h"
#include "cli/terminal.h"
#include "sweep/estimate.h"
#include "sweep/outcomes.h"

namespace isr {
namespace {

namespace po = boost::program_options;
using Json = nlohmann::ordered_json;

struct SweepOptions {
  SourceOptions source;
  std::vector<std::string> over;              // AXIS=VALUES
  std::map<std::string, std::string> values;  // of each axis, as typed
  std::string baselines = "none", out = "isr-sweep.db", shard = "1/1", max_memory = "auto";
  bool signed_model = false, nonnegative_model = false, dry_run = false;
  double window = 0, success = default_success;

  void add_to(CommandLine& command_line);
  SweepDefinition definition(const CommandLine& command_line) const;
  std::vector<Subject> subjects(bool quiet, Json& described) const;
};

void SweepOptions::add_to(CommandLine& command_line) {
  source.add_to(command_line);
  auto over_group = command_line.group("What is varied").add_options();
  over_group(
      "over", po::value(&over)->composing()->value_name("OPTION=VALUES"),
      "an option below and its values: A,B,C, or a range. A..B: whole numbers; A..B:K: K values from A to "
      "B, those of init, step and tolerance in equal ratios, others equally far apart (A..B:Klog and "
      "A..B:Klin say which). May be given again and again");
  for (const bool of_measurement : {true, false}) {
    auto add = command_line.group(of_measurement ? "Measurements" : "Solver").add_options();
    for (const SweepAxis& axis : sweep_axes()) {
      if (axis.of_measurement != of_measurement) continue;
      values[axis.name] = axis.initial;
      add(axis.name, po::value(&values[axis.name])->default_value(axis.initial)->value_name("VALUES"),
          axis.about);
    }
  }
  auto add = command_line.group("Methods").add_options();
  add("signed", po::bool_switch(&signed_model), "the same as --model signed");
  add("nonnegative", po::bool_switch(&nonnegative_model), "the same as --model nonnegative");
  add("baselines", po::value(&baselines)->default_value(baselines)->value_name("LIST"),
      "known methods beside: ls, ridge, nnls, lasso, omp, l1 (the least ‖w‖₁ that fits, of either sign), all "
      "or "
      "none");
  add("window", po::value(&window)->value_name("ERROR"),
      "follow each flow to its end too, and record when its relative error was below this");
  auto run = command_line.group("Run").add_options();
  run("out,o", po::value(&out)->default_value(out)->value_name("FILE"),
      "the SQLite file; where it holds this sweep already, it goes on from there");
  run("shard", po::value(&shard)->default_value(shard)->value_name("I/N"),
      "the I-th of N equal parts alone, into a file of its own; isr sweep merge joins them");
  run("success", po::value(&success)->default_value(success, shown(success))->value_name("ERROR"),
      "in the table at the end, a relative error below this is a success");
  run("max-memory", po::value(&max_memory)->default_value(max_memory)->value_name("SIZE"),
      "refuse work that needs more, such as 4G; auto: most of what is free");
  run("dry-run", po::bool_switch(&dry_run),
      "say how many solves there are, and from a sample how long they take and how large the file becomes");
}

std::vector<Subject> SweepOptions::subjects(bool quiet, Json& described) const {
  std::vector<Subject> subjects;
  SourceOptions pictures = source;
  for (const std::string& word : source.sources) {
    if (is_sparse_source(word)) {
      for (Subject& subject : parse_sparse_source(word)) subjects.push_back(std::move(subject));
      continue;
    }
    pictures.sources = {word};
    for (LabelledImage& image : pictures.load(quiet)) subjects.push_back(subject_of(std::move(image)));
  }
  source.describe(described);
  return subjects;
}

SweepDefinition SweepOptions::definition(const CommandLine& command_line) const {
  SweepDefinition definition;
  for (const SweepAxis& axis : sweep_axes())
    definition.values[axis.name] = axis_values(axis, values.at(axis.name));
  for (const std::string& text : over) {
    const std::size_t equals = text.find('=');
    if (equals == std::string::npos)
      throw UsageError("--over must be OPTION=VALUES, such as --over depth=1,2,3; got " + printable(text));
    const SweepAxis& axis = axis_named(text.substr(0, equals));
    if (command_line.given(axis.name))
      throw UsageError("--" + std::string(axis.name) + " and --over " + axis.name + " exclude each other");
    definition.values[axis.name] = axis_values(axis, text.substr(equals + 1));
  }
  if (signed_model || nonnegative_model) {
    if (signed_model == nonnegative_model || definition.values["model"] != std::vector<std::string>{"auto"})
      throw UsageError("--signed, --nonnegative and --model exclude each other");
    definition.values["model"] = {signed_model ? "signed" : "nonnegative"};
  }
  definition.methods = parse_methods(baselines);
  if (command_line.given("window")) definition.window = window;
  definition.subjects = subjects(command_line.common().quiet, definition.sources);
  return definition;
}

std::string duration_text(double seconds) {
  if (seconds < 60) return formatted("%.3g s", seconds);
  if (seconds < 5400) return formatted("%.3g min", seconds / 60);
  if (seconds < 2 * 86400) return formatted("%.3g h", seconds / 3600);
  return formatted("%.3g days", seconds / 86400);
}

// Where nobody watches a bar, as in the log of a cluster's job: a line a minute.
class ProgressLines {
 public:
  explicit ProgressLines(bool enabled) : enabled_(enabled) {}

  void show(const SweepProgress& progress) {
    const auto now = std::chrono::steady_clock::now();
    if (!enabled_ || now - shown_ < std::chrono::minutes(1)) return;
    shown_ = now;
    const double seconds = std::chrono::duration<double>(now - start_).count();
    std::cerr << "isr: " << grouped(static_cast<double>(progress.done)) << " of "
              << grouped(static_cast<double>(progress.total)) << " solves";
    if (progress.share > 0) std::cerr << ", " << duration_text(seconds * (1 / progress.share - 1)) << " left";
    std::cerr << std::endl;
  }

 private:
  bool enabled_;
  std::chrono::steady_clock::time_point start_ = std::chrono::steady_clock::now(), shown_ = start_;
};

void share_processors(const Team& team) {
  const int processors = std::max(1, static_cast<int>(std::thread::hardware_concurrency()));
  if (thread_count() * team.ranks_here() > processors)
    set_thread_count(std::max(1, processors / team.ranks_here()));
}

void check_sweep_memory(const SweepGrid& grid, const std::string& limit) {
  const double needed = grid.memory(thread_count());
  const auto most = static_cast<double>(parse_memory(limit));
  if (needed > most)
    throw Error("this sweep needs about " + shown_bytes(needed) + " on " + std::to_string(thread_count()) +
                " threads, and " + shown_bytes(most) +
                " may be used; choose fewer --threads or a larger "
                "--max-memory");
}

void print_estimate(const SweepGrid& grid, Shard shard, const SweepOptions& options,
                    const CommonOptions& common) {
  std::vector<bool> done;
  if (std::error_code ignored; std::filesystem::exists(options.out, ignored))
    done = SweepStore(options.out, grid, shard).done();
  const SweepEstimate estimate = estimate_sweep(grid, shard, done, 10, interrupted);
  check_interrupted();
  Json json;
  json["solves"] = Schedule(grid, shard).remaining();
  json["to be done"] = estimate.solves;
  json["problems"] = grid.problems();
  json["methods"] = grid.method_count();
  json["operators"] = grid.operators().size();
  if (estimate.sampled > 0) {
    json["sample"] = grouped(static_cast<double>(estimate.sampled)) + " solves";
    json["seconds a solve"] = formatted("%.3g", estimate.solve_seconds) + " ± " +
                              formatted("%.0f", 100 * estimate.relative_error) + " %";
    json["one thread"] = duration_text(estimate.total_seconds);
    json["here, " + std::to_string(thread_count()) + " threads"] = duration_text(estimate.here.seconds);
    for (const auto& [workers, simulation] : estimate.others)
      json[grouped(workers) + " threads, MPI"] =
          duration_text(simulation.seconds) + ", efficiency " + formatted("%.2f", simulation.efficiency);
  }
  json["file_bytes"] = std::llround(estimate.bytes);
  json["memory_bytes"] = std::llround(estimate.memory_bytes);
  json["out"] = options.out;
  print_plans({json}, common);
}

void print_summary(const SweepOptions& options, const CommonOptions& common) {
  const auto database = open_sweep(options.out);
  if (common.json) {
    std::cout << success_json(read_outcomes(*database, options.success), options.success).dump(2) << "\n";
  } else if (!common.quiet) {
    std::cout << success_table(read_outcomes(*database, options.success), options.success) << "All in "
              << options.out << "; figures: isr sweep plot " << options.out << "\n";
  }
}

int run(const SweepGrid& grid, Shard shard, const SweepOptions& options, const CommonOptions& common,
        const std::string& command, Team* team) {
  check_sweep_memory(grid, options.max_memory);
  say_when_interrupted("what is done is kept: the same command goes on from there");
  const bool talks = !common.quiet && (!team || team->rank() == 0);
  const bool terminal = ::isatty(STDERR_FILENO);
  ProgressBar bar("sweeping", 1, talks);
  ProgressLines lines(talks && !terminal);
  SweepMachine machine = this_machine();
  machine.ranks = team ? team->size() : 1;
  machine.command = command;
  const SweepWatch watch{interrupted, [&](const SweepProgress& progress) {
                           bar.reach(progress.share);
                           lines.show(progress);
                         }};
  const bool complete = team ? run_sweep(grid, shard, options.out, machine, *team, watch)
                             : run_sweep(grid, shard, options.out, machine, watch);
  check_interrupted();
  if (complete) print_summary(options, common);
  return 0;
}

int sweep_sources(const Arguments& arguments) {
  CommandLine command_line(
      "sweep SOURCE ... --over OPTION=VALUES ... [OPTION ...]",
      "Recovers every picture at every combination of values, into one SQLite file, and goes on where it "
      "was\n"
      "when it is run again. SOURCE may also be sparse:k=10..200:20,p=784 or "
      "sparse:rho=0.05..0.95:19,p=400:\n"
      "random signals with k, or ρn, nonzero values. On many machines: mpirun isr sweep …, or --shard.\n"
      "  isr sweep plot FILE      its figures\n"
      "  isr sweep export FILE    its results as CSV or JSON\n"
      "  isr sweep merge -o FILE SHARD ...    one file of the shards' files");
  SweepOptions options;
  options.add_to(command_line);
  if (!command_line.parse(arguments)) return 0;
  if (options.source.sources.empty())
    throw UsageError("isr sweep needs a SOURCE, such as mnist:train:0-9 or sparse:k=10..200:20,p=784");
  const std::unique_ptr<Team> team = find_team();
  if (team) share_processors(*team);
  const Shard shard = parse_shard(options.shard);
  const SweepGrid grid(options.definition(command_line));
  if (options.dry_run) {
    if (!team || team->rank() == 0) print_estimate(grid, shard, options, command_line.common());
    return 0;
  }
  return run(grid, shard, options, command_line.common(), command_text("sweep", arguments), team.get());
}

}  // namespace

int sweep(const Arguments& arguments) {
  if (!arguments.empty()) {
    const Arguments rest(arguments.begin() + 1, arguments.end());
    if (arguments[0] == "export") return sweep_export(rest);
    if (arguments[0] == "merge") return sweep_merge(rest);
    if (arguments[0] == "plot") return sweep_plot(rest);
  }
  return sweep_sources(arguments);
}

}  // namespace isr
