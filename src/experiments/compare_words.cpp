#include "experiments/compare_words.h"

#include <algorithm>

#include "base/text.h"
#include "experiments/path_study.h"

namespace isr {
namespace {

std::string joined(const std::vector<double>& values) {
  std::string text;
  for (const double value : values) text += (text.empty() ? "" : ", ") + scientific(value);
  return text;
}

template <typename Get>
std::vector<double> distinct(const std::vector<ComparedVariant>& variants, Get get) {
  std::vector<double> values;
  for (const auto& variant : variants)
    if (std::find(values.begin(), values.end(), get(variant)) == values.end()) values.push_back(get(variant));
  return values;
}

bool holds_out(const Stop& stop) {
  return stop.rule == StopRule::automatic || stop.rule == StopRule::hold_out;
}

// " (hold-out fits 353 of them and judges by 39, on a path of its own)"; nothing where none are held out.
// Parts differ by one measurement at most.
std::string held_out_text(Index n, const Stop& stop, const Plan& plan) {
  if (!holds_out(stop)) return "";
  const HoldOut parts = plan.stop.hold_out.value_or(HoldOut{});
  const Index judging = (n + parts.folds - 1) / parts.folds;
  std::string once = " (hold-out fits " + std::to_string(n - judging) + " of them and judges by " +
                     std::to_string(judging) + ", on a path of its own)";
  if (parts.used == 1) return once;
  return " (hold-out fits " + std::to_string(n - judging) + " or more of them and judges by the others, on " +
         std::to_string(parts.used) + " paths of its own)";
}

bool follows_flow(const PathsToCompare& asked) {
  return asked.recover.solver == SolverKind::gradient_flow;
}

}  // namespace

std::vector<ComparedVariant> variants_of(const std::vector<double>& noises,
                                         const std::vector<double>& inits) {
  std::vector<ComparedVariant> variants;
  for (const double noise : noises)
    for (const double init : inits) {
      ComparedVariant variant{init, noise, "", ""};
      if (inits.size() > 1) variant.short_name = scientific(init);
      if (inits.size() > 1) variant.label = "w0 = " + variant.short_name;
      if (noises.size() > 1) {
        variant.label += (inits.size() > 1 ? ", σ = " : "σ = ") + shown(noise);
        variant.short_name += (inits.size() > 1 ? ", " : "") + shown(noise);
      }
      variants.push_back(std::move(variant));
    }
  return variants;
}

std::vector<ComparedRule> rules_of(const PathsToCompare& asked) {
  const Stop& stop = asked.recover.stop;
  std::vector<ComparedRule> rules{{"oracle", "best (oracle)", "the highest PSNR; only the truth reveals it"}};
  const auto add = [&](StopRule rule, const std::string& name, const std::string& meaning) {
    rules.push_back({rule_name(rule), name, meaning});
  };
  if (holds_out(stop))
    add(StopRule::hold_out, "hold-out",
        "where measurements kept back from a path of their own are predicted best");
  const auto& noises = asked.noises;
  if (std::any_of(noises.begin(), noises.end(), [](double noise) { return noise > 0; }) ||
      stop.rule == StopRule::discrepancy)
    add(StopRule::discrepancy, "discrepancy", "the discrepancy principle, as isr recover applies it");
  if (stop.rule == StopRule::residual)
    add(stop.rule, "residual", "the first time that the residual is at most " + shown(stop.residual));
  if (stop.rule == StopRule::time) add(stop.rule, "given time", "the flow time " + shown(stop.flow_time));
  if (stop.rule == StopRule::iterations)
    add(stop.rule, "iterations", "after " + std::to_string(asked.recover.iterations) + " iterations");
  if (follows_flow(asked))
    add(StopRule::limit, "limit", "the end of the flow, τ → ∞ where it says so");
  else
    add(StopRule::limit, "last iterate", "the end of gradient descent");
  return rules;
}

void describe(Comparison& comparison, const PathsToCompare& asked, const Problem& problem, const Plan& plan) {
  const MeasurementModel& model = problem.model;
  const auto inits = distinct(comparison.variants, [](const auto& v) { return v.init; });
  const auto noises = distinct(comparison.variants, [](const auto& v) { return v.noise; });
  const std::string network = plan.network.model == Model::nonnegative ? "w = uᴺ" : "w = uᴺ − vᴺ";
  const std::string sizes =
      "n = " + std::to_string(model.measurements) + " of p = " + std::to_string(model.pixels());
  const std::string held_out = held_out_text(model.measurements, asked.recover.stop, plan);
  const std::string basis = model.basis == "pixel" ? "" : " · basis " + model.basis;
  const bool noisy = noises.size() > 1 || noises[0] > 0;
  comparison.subtitle = sizes + held_out + " · " + model.ensemble + basis + " · " + network +
                        (noisy ? " · σ = " + joined(noises) : "") +
                        (inits.size() > 1 ? " · w0 = " + joined(inits) : "");
  auto& settings = comparison.settings;
  settings.emplace_back("Measurements", sizes + ", all of them solved on");
  if (holds_out(asked.recover.stop)) {
    const HoldOut hold_out = plan.stop.hold_out.value_or(HoldOut{});
    settings.emplace_back("Hold-out", "a path of its own for each of " + std::to_string(hold_out.used) +
                                          (hold_out.used == 1 ? " part" : " parts") + " of " +
                                          std::to_string(hold_out.folds) +
                                          " kept back, only to choose where to stop");
  }
  settings.emplace_back(
      "Ensemble",
      model.ensemble +
          (model.ensemble == "biased-sign" ? ", P(+1) = " + shown(model.positive_probability) : "") +
          ", seed " + std::to_string(model.seed));
  settings.emplace_back("Basis", model.basis);
  settings.emplace_back("Noise", "σ = " + joined(noises) + " on each measurement");
  settings.emplace_back("Model",
                        network + ", start u = v = ᴺ√w0, w0 = " + joined(inits) +
                            (plan.relative_start && plan.reads_fit ? " of the size of the solution" : ""));
  std::string solver = "gradient descent, " + std::to_string(asked.recover.iterations) + " iterations";
  if (follows_flow(asked)) {
    solver = "gradient flow, followed to its limit";
    if (plan.rounds > 0)
      solver +=
          "; from depth 2 on in rounds, each scaled by what the one before found: the path is the last "
          "round's";
  }
  settings.emplace_back("Solver", solver);
  settings.emplace_back("Iterations", "τ/η with η = C/N², C = " + shown(plan.step));
}

}  // namespace isr
