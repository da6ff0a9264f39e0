#include "cli/compare_options.h"

#include <algorithm>
#include <filesystem>

#include "cli/solving.h"
#include "image/mnist.h"

namespace isr {

namespace po = boost::program_options;

void CompareOptions::add_to(CommandLine& command_line) {
  source.add_to(command_line);
  measurement.add_to(command_line, &noises);
  auto add = command_line.group("Comparison").add_options();
  add("demo", po::value(&demo)->value_name("NAME"),
      "a prepared comparison, whose settings other options change. early-stopping: noisy measurements, on "
      "which stopping in time beats the limit, and the more depth, the more time there is to stop");
  add("depth", po::value(&depths)->default_value(depths)->value_name("N,…"),
      "depths N, each at least 1; 1 is least squares, the control");
  add("init",
      po::value<List<double>>()
          ->notifier([this](const List<double>& list) { paths.inits = list.values; })
          ->value_name("W0,…"),
      "starting values w0 of u^N, each positive; several give a row each. Default: 0.001; in a basis or "
      "without a matrix as isr recover chooses");
  add("signed", po::bool_switch(&signed_model),
      "the model w = u^N − v^N (default in a basis whose coefficients have signs)");
  add("nonnegative", po::bool_switch(&nonnegative_model), "the model w = u^N (default in the pixel basis)");
  add("solver", po::value(&solver)->default_value(solver)->value_name("NAME"),
      "flow: the whole path to its limit; gd: gradient descent, --iterations of it");
  add("step",
      po::value(&*paths.recover.step)
          ->default_value(*paths.recover.step, shown(*paths.recover.step))
          ->value_name("C"),
      "step size of gradient descent, η = C/N²; with the flow, the unit of the axis of iterations");
  add("iterations",
      po::value(&paths.recover.iterations)->default_value(paths.recover.iterations)->value_name("T"),
      "iterations of gradient descent, at least 1");
  add("stop", po::value(&stop)->default_value(stop)->value_name("RULE"),
      "the rule to compare with the best time: holdout:SHARE% (so many measurements only judge), "
      "holdout:FOLDS "
      "(one part of so many), discrepancy[:SIGMA], residual:R, time:TAU, iterations, limit or oracle");
  add("frames", po::value(&paths.frames)->default_value(paths.frames)->value_name("COUNT"),
      "moments kept of each path, at least 10; 0: by the size of the pictures");
  add("no-film", po::bool_switch()->notifier([this](bool no) { outputs.film = !no; }),
      "do not write film.webp");
  add("no-charts", po::bool_switch()->notifier([this](bool no) { outputs.charts = !no; }),
      "do not draw charts/ with gnuplot");
  output.add_to(command_line);
  command_line.group("Plan").add_options()(
      "dry-run", po::bool_switch(&dry_run),
      "print the sizes, the memory and the plan for the pictures of each shape, and write nothing");
}

void CompareOptions::prepare(const CommandLine& command_line) {
  const auto open = [&](const char* option) { return !command_line.given(option); };
  if (!demo.empty()) {
    if (demo != "early-stopping") throw UsageError("demo " + demo + " is unknown; it is early-stopping");
    if (source.sources.empty()) source.sources = {"mnist:train:2"};
    if (open("depth")) depths.values = {2, 3, 5};
    if (open("noise") && open("snr")) noises.values = {2};
    if (open("measurements")) measurement.measurements = {80, true};
    if (open("signed") && open("nonnegative")) signed_model = true;
  }
  if (source.sources.empty()) source.sources = {"mnist:train:0-2"};
  const bool digits = std::all_of(source.sources.begin(), source.sources.end(),
                                  [](const auto& name) { return is_mnist_source(name); });
  if (digits && open("ensemble")) measurement.choice.ensemble = "biased-sign";
}

void CompareOptions::validate() const {
  measurement.validate();
  if (measurement.snr && noises.values != std::vector<double>{0})
    throw UsageError("--noise and --snr exclude each other");
  if (signed_model && nonnegative_model) throw UsageError("--signed and --nonnegative exclude each other");
  to_compare().validate();
}

PathsToCompare CompareOptions::to_compare() const {
  PathsToCompare asked = paths;
  for (const auto& name : source.sources)
    asked.title += (asked.title.empty() ? "" : ", ") +
                   (is_mnist_source(name) ? name : std::filesystem::path(name).filename().string());
  asked.depths = depths.values;
  asked.noises = noises.values;
  if (signed_model) asked.recover.model = Model::signed_model;
  if (nonnegative_model) asked.recover.model = Model::nonnegative;
  asked.recover.solver = parse_solver(solver);
  asked.recover.stop = parse_stop(stop);
  return asked;
}

SolverOptions CompareOptions::solver_options() const {
  SolverOptions options;
  options.depths = depths;
  options.recover = to_compare().options_of(depths.values[0]);
  options.solver = solver;
  options.stop = stop;
  return options;
}

nlohmann::ordered_json CompareOptions::describe() const {
  nlohmann::ordered_json json;
  source.describe(json);
  measurement.describe(json);
  json["noise"] = noises.values;
  json["depth"] = depths.values;
  json["init"] = paths.inits ? nlohmann::ordered_json(*paths.inits) : nlohmann::ordered_json("auto");
  json["solver"] = solver;
  json["step"] = *paths.recover.step;
  if (solver == "gd") json["iterations"] = paths.recover.iterations;
  json["stop"] = stop;
  return json;
}

}  // namespace isr
