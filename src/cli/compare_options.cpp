#include "cli/compare_options.h"

#include <algorithm>
#include <cmath>

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
          ->notifier([this](const List<double>& list) { inits = list; })
          ->value_name("W0,…"),
      "starting values w0 of u^N, each positive; several give a row each. Default: 0.001; in a basis or "
      "without a matrix as isr recover chooses");
  add("signed", po::bool_switch(&signed_model),
      "the model w = u^N − v^N (default in a basis whose coefficients have signs)");
  add("nonnegative", po::bool_switch(&nonnegative_model), "the model w = u^N (default in the pixel basis)");
  add("solver", po::value(&solver)->default_value(solver)->value_name("NAME"),
      "flow: the whole path to its limit; gd: gradient descent, --iterations of it");
  add("step", po::value(&step)->default_value(step, shown(step))->value_name("C"),
      "step size of gradient descent, η = C/N²; with the flow, the unit of the axis of iterations");
  add("iterations", po::value(&iterations)->default_value(iterations)->value_name("T"),
      "iterations of gradient descent, at least 1");
  add("stop", po::value(&stop)->default_value(stop)->value_name("RULE"),
      "the rule to compare with the best time: holdout:SHARE% (so many measurements only judge), "
      "holdout:FOLDS "
      "(one part of so many), discrepancy[:SIGMA], residual:R, time:TAU, iterations, limit or oracle");
  add("frames", po::value(&frames)->default_value(frames)->value_name("COUNT"),
      "moments kept of each path, at least 10; 0: by the size of the pictures");
  add("no-film", po::bool_switch()->notifier([this](bool no) { outputs.film = !no; }),
      "do not write film.webp");
  add("no-charts", po::bool_switch()->notifier([this](bool no) { outputs.charts = !no; }),
      "do not draw charts/ with gnuplot");
  output.add_to(command_line);
}

void CompareOptions::prepare(const CommandLine& command_line) {
  const auto open = [&](const char* option) { return !command_line.given(option); };
  if (!demo.empty()) {
    if (demo != "early-stopping") throw UsageError("demo " + demo + " is unknown; it is early-stopping");
    if (source.sources.empty()) source.sources = {"mnist:train:2"};
    if (open("depth")) depths.values = {2, 3, 5};
    if (open("noise")) noises.values = {2};
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
  for (const double noise : noises.values)
    if (!(noise >= 0) || !std::isfinite(noise))
      throw UsageError("noise must be a list of numbers of at least 0");
  if (signed_model && nonnegative_model) throw UsageError("--signed and --nonnegative exclude each other");
  if (frames != 0 && frames < 10) throw UsageError("frames must be at least 10, or 0");
  if (iterations < 1) throw UsageError("iterations must be at least 1");
  for (const int depth : depths.values)
    for (const double init : inits ? inits->values : std::vector<double>{1}) {
      RecoverOptions options = recover_options();
      options.depth = depth;
      options.init = init;
      options.validate();
    }
}

RecoverOptions CompareOptions::recover_options() const {
  RecoverOptions options;
  options.depth = depths.values[0];
  if (signed_model) options.model = Model::signed_model;
  if (nonnegative_model) options.model = Model::nonnegative;
  if (inits) options.init = inits->values[0];
  options.solver = parse_solver(solver);
  options.stop = parse_stop(stop);
  options.step = step;
  options.iterations = iterations;
  options.shifts = 1;  // a mean of several paths has no path
  return options;
}

SolverOptions CompareOptions::solver_options() const {
  SolverOptions options;
  options.depths = depths;
  options.recover = recover_options();
  options.solver = solver;
  options.stop = stop;
  return options;
}

bool CompareOptions::holds_out() const {
  const StopRule rule = parse_stop(stop).rule;
  return rule == StopRule::automatic || rule == StopRule::hold_out;
}

nlohmann::ordered_json CompareOptions::describe() const {
  nlohmann::ordered_json json;
  source.describe(json);
  measurement.describe(json);
  json["noise"] = noises.values;
  json["depth"] = depths.values;
  json["init"] = inits ? nlohmann::ordered_json(inits->values) : nlohmann::ordered_json("auto");
  json["solver"] = solver;
  json["step"] = step;
  if (solver == "gd") json["iterations"] = iterations;
  json["stop"] = stop;
  return json;
}

}  // namespace isr
