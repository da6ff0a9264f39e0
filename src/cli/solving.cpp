#include "cli/solving.h"

#include <atomic>
#include <chrono>
#include <cmath>
#include <cstdlib>

#include "cli/terminal.h"
#include "metrics/metrics.h"

namespace isr {

namespace po = boost::program_options;

void SolverOptions::add_to(CommandLine& command_line) {
  const std::string default_init =
      recover.init
          ? "; default: " + shown(*recover.init)
          : "; default: by the size of the solution (1e-10 of it for nonnegative pictures, 0.05 of the "
            "size expected of each coefficient in wavelets and cosines)";
  auto add = command_line.group("Solver").add_options();
  add("depth", po::value(&depths)->default_value(depths)->value_name("N,…"),
      "depths N, such as 2,3,5 or 2-5; each at least 1");
  add("init", po::value<double>()->notifier([this](double w0) { recover.init = w0; })->value_name("W0"),
      ("w0, the starting value of u^N, positive; in wavelets, cosines and boxes relative to the size "
       "expected of "
       "each coefficient" +
       default_init)
          .c_str());
  add("rounds", po::value(&recover.rounds)->default_value(recover.rounds)->value_name("R"),
      "pictures in wavelets and boxes: further rounds, each of which starts larger where the last found "
      "more; 0 or more");
  add("shifts", po::value(&recover.shifts)->default_value(recover.shifts)->value_name("K"),
      "pictures in wavelets: the mean over K shifts of their grid (cycle spinning); 4 give some 0.5 dB more "
      "in twice the time");
  add("signed", po::bool_switch(&signed_model),
      "the model w = u^N − v^N (default for vectors, and in a basis whose coefficients have signs)");
  add("nonnegative", po::bool_switch(&nonnegative_model), "the model w = u^N (default in the pixel basis)");
  add("solver", po::value(&solver)->default_value(solver)->value_name("NAME"),
      "flow: the gradient flow, integrated implicitly; gd: gradient descent");
  add("stop", po::value(&stop)->default_value(stop)->value_name("RULE"),
      "where to stop: auto (the limit without noise, discrepancy where σ is known, else hold-out), "
      "holdout[:FOLDS], holdout:SHARE%, "
      "residual:R, discrepancy[:SIGMA[:T]], time:TAU, iterations, limit, oracle (the best by the true "
      "image)");
  auto* const step_value = po::value(&step)->value_name("C");
  if (!step.empty()) step_value->default_value(step);
  add("step", step_value,
      "step size of gradient descent, η = C/N², positive; auto: from the operator's norm. Without it 0.005, "
      "and "
      "for pictures in a basis or without a matrix anew in each iteration, by Barzilai and Borwein's rule");
  add("iterations", po::value(&recover.iterations)->default_value(recover.iterations)->value_name("T"),
      "iterations of gradient descent at most, at least 0");
  add("tolerance",
      po::value(&recover.tolerance)
          ->default_value(recover.tolerance, shown(recover.tolerance))
          ->value_name("R"),
      "relative error of the flow's path, 0 to 0.5");
  add("baselines", po::value(&baselines)->default_value(baselines)->value_name("LIST"),
      "known methods beside: ls, ridge, nnls, lasso, omp (comma-separated), all or none");
  command_line.choices("solver", {"flow", "gd"});
  command_line.choices("stop", {"auto", "holdout", "discrepancy", "limit", "oracle", "iterations",
                                "residual:", "time:", "discrepancy:", "holdout:"});
  command_line.choices("baselines", {"none", "all", "ls", "ridge", "nnls", "lasso", "omp"});
}

std::vector<RecoverOptions> SolverOptions::all() const {
  if (signed_model && nonnegative_model) throw UsageError("--signed and --nonnegative exclude each other");
  parse_baselines(baselines);
  RecoverOptions options = recover;
  if (signed_model) options.model = Model::signed_model;
  if (nonnegative_model) options.model = Model::nonnegative;
  options.solver = parse_solver(solver);
  options.stop = parse_stop(stop);
  if (step == "auto") {
    options.step_rule = StepRule::operator_norm;
  } else if (!step.empty()) {
    char* end = nullptr;
    options.step = std::strtod(step.c_str(), &end);
    if (*end != '\0') throw UsageError("step must be a positive number or auto; got " + step);
  }
  std::vector<RecoverOptions> all;
  for (const int depth : depths.values) {
    options.depth = depth;
    options.validate();
    all.push_back(options);
  }
  return all;
}

void SolverOptions::describe(nlohmann::ordered_json& json) const {
  json["depth"] = depths.values;
  json["init"] = recover.init ? nlohmann::ordered_json(*recover.init) : nlohmann::ordered_json("auto");
  json["rounds"] = recover.rounds;
  json["shifts"] = recover.shifts;
  json["solver"] = solver;
  json["stop"] = stop;
  json["step"] = step.empty() ? "default" : step;
  json["iterations"] = recover.iterations;
  json["tolerance"] = recover.tolerance;
  json["baselines"] = baselines;
}

namespace {

ResultRow row_of(const Problem& problem) {
  ResultRow row;
  row.n = problem.operators.system->rows();
  row.p = problem.operators.system->cols() - problem.operators.beside;
  row.ensemble = describe_ensemble(problem.model);
  row.basis = problem.model.basis;
  row.seed = problem.model.seed;
  return row;
}

bool is_misfit(const Recovery& found) {
  constexpr double most = 0.5;
  const StopRule rule = found.rule.rule;
  const bool asked_for = rule == StopRule::time || rule == StopRule::iterations || rule == StopRule::oracle ||
                         (found.residual_asked && found.residual <= 1.001 * *found.residual_asked);
  return found.residual > most && !asked_for;
}

SolvedPicture solved(const Problem& problem, const Recovery& found, const std::string& solver) {
  SolvedPicture picture{found.w.cast<float>(), row_of(problem)};
  ResultRow& row = picture.row;
  row.method = solver;
  row.depth = found.network.depth;
  row.model = to_string(found.network.model);
  row.w0 = found.network.init;
  row.w0_is_relative = found.relative_start;
  row.step = found.step_size;
  row.iterations = found.steps;
  row.flow_time = found.flow_time;
  row.status = is_misfit(found) ? misfit_status : to_string(found.status);
  row.stop_reason = describe(found);
  row.ended_by = ended_by(found);
  row.residual_asked = found.residual_asked;
  row.relative_residual = found.residual;
  row.seconds = found.seconds;
  return picture;
}

// A baseline solves channel by channel; a picture has the worst of its channels.
SolvedPicture solved(const Problem& problem, std::span<const BaselineResult> channels, Baseline kind) {
  SolvedPicture picture{
      Eigen::MatrixXf(problem.operators.system->cols(), static_cast<Index>(channels.size())),
      row_of(problem)};
  ResultRow& row = picture.row;
  row.method = to_string(kind);
  row.relative_residual = 0;
  bool converged = true;
  std::string note;
  for (std::size_t c = 0; c < channels.size(); ++c) {
    const BaselineResult& channel = channels[c];
    picture.w.col(static_cast<Index>(c)) = channel.w.cast<float>();
    if (channel.iterations > 0)
      row.iterations = std::max<std::int64_t>(row.iterations.value_or(0), channel.iterations);
    row.relative_residual = std::max(*row.relative_residual, channel.relative_residual);
    row.seconds += channel.seconds;
    converged = converged && channel.converged;
    if (note.empty()) note = channel.note;
  }
  row.status = converged ? "converged" : "not converged";
  row.stop_reason = converged && !note.empty() ? note : row.status;
  row.ended_by = row.status;
  return picture;
}

// Over a column of a figure.
std::string short_title(Baseline kind) {
  switch (kind) {
    case Baseline::least_squares:
      return "Least squares";
    case Baseline::ridge:
      return "Ridge";
    case Baseline::nnls:
      return "NNLS";
    case Baseline::lasso:
      return "Lasso";
    case Baseline::omp:
      return "OMP";
  }
  return "";
}

void add_baselines(std::vector<SolvedMethod>& methods, const Problem& problem, const SolverOptions& options) {
  const std::vector<Baseline> kinds = parse_baselines(options.baselines);
  if (kinds.empty()) return;
  BaselineOptions baseline_options;
  baseline_options.seed = problem.model.seed;
  baseline_options.nonnegative =
      plan(problem.model, problem.noise_of(0), options.all()[0]).network.model == Model::nonnegative;
  Baselines baselines(*problem.operators.system, baseline_options);
  const auto channels = static_cast<std::size_t>(problem.model.channels);
  for (const Baseline kind : kinds) {
    const std::vector<BaselineResult> results = baselines.run(kind, problem.measurements, interrupted);
    check_interrupted();
    SolvedMethod method{{short_title(kind), to_string(kind)}, {}};
    for (std::size_t first = 0; first < results.size(); first += channels)
      method.pictures.push_back(solved(problem, std::span(results).subspan(first, channels), kind));
    methods.push_back(std::move(method));
  }
}

}  // namespace

std::optional<double> expected_seconds(const Problem& problem, const SolverOptions& options) {
  using Clock = std::chrono::steady_clock;
  constexpr double first_steps = 1;
  constexpr std::chrono::seconds patience(20);
  const Clock::time_point start = Clock::now();
  ExpectedTime expected(first_steps);
  std::atomic<bool> known{false};
  RecoverWatch watch{[&] { return known || interrupted() || Clock::now() - start > patience; },
                     [&](double share) {
                       if (expected.reach(share)) known = true;
                     },
                     {}};
  watch.error = [](Index, const Eigen::MatrixXd&) { return 0.0; };  // the oracle asks for it
  recover_each(problem, options.all(), watch);
  check_interrupted();
  return expected.known() ? std::optional<double>(expected.seconds()) : std::nullopt;
}

std::vector<SolvedMethod> solve_problem(const Problem& problem, const SolverOptions& options,
                                        const Eigen::MatrixXf& truth, bool show_progress) {
  const std::vector<RecoverOptions> depths = options.all();
  const Index channels = problem.model.channels;
  constexpr double first_steps = 0.7, worth_saying = 4;  // seconds
  ExpectedTime expected(first_steps);
  ProgressBar progress("recovering", 1, show_progress);
  RecoverWatch watch{interrupted,
                     [&](double share) {
                       progress.reach(share);
                       if (expected.reach(share) && show_progress && expected.seconds() >= worth_saying)
                         say("about " + time_text(expected.seconds()));
                     },
                     {}};
  if (truth.size() > 0)
    watch.error = [&](Index picture, const Eigen::MatrixXd& w) {
      const Eigen::MatrixXf pixels = problem.operators.pixels(w.cast<float>());
      return squared_error(pixels.reshaped(), truth.middleCols(picture * channels, channels).reshaped());
    };
  const auto results = recover_each(problem, depths, watch);
  check_interrupted();
  std::vector<SolvedMethod> methods;
  for (std::size_t k = 0; k < depths.size(); ++k) {
    const std::string number = std::to_string(depths[k].depth);
    SolvedMethod method{{"N = " + number, "depth-" + number}, {}};
    for (const Recovery& found : results[k])
      method.pictures.push_back(solved(problem, found, options.solver));
    methods.push_back(std::move(method));
  }
  add_baselines(methods, problem, options);
  return methods;
}

}  // namespace isr
