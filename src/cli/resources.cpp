#include <cmath>
#include <cstring>
#include <iomanip>
#include <iostream>

#include "base/memory.h"
#include "base/parallel.h"
#include "cli/solving.h"
#include "cli/terminal.h"

namespace isr {
namespace {

std::string text_of(const std::string& key, const nlohmann::ordered_json& value) {
  if (key.ends_with("_bytes")) return shown_bytes(value.get<double>());
  if (key.ends_with("_seconds"))
    return value.is_null() ? "long: the first steps took more than 20 s"
                           : "about " + time_text(value.get<double>());
  if (value.is_string()) return value.get<std::string>();
  if (!value.is_array()) return value.dump();
  std::string list;
  for (const auto& entry : value) list += (list.empty() ? "" : ", ") + text_of("", entry);
  return list;
}

// "memory_bytes" -> "memory", "positive_probability" -> "positive probability"
std::string title_of(std::string key) {
  for (const char* unit : {"_bytes", "_seconds"})
    if (key.ends_with(unit)) key.resize(key.size() - std::strlen(unit));
  for (char& letter : key)
    if (letter == '_') letter = ' ';
  return key;
}

const char* path_name(PathKind kind) {
  switch (kind) {
    case PathKind::descent:
      return "gradient descent";
    case PathKind::newton_flow:
      return "exact flow";
    case PathKind::reweighted_flow:
      return "flow by products";
  }
  return "";
}

}  // namespace

std::size_t estimated_bytes(const MeasurementModel& model, double noise, Index pictures,
                            const SolverOptions& options) {
  constexpr std::size_t of_pixel = 200;  // measured: scoring and drawing a picture
  const auto methods = options.depths.values.size() + parse_baselines(options.baselines).size();
  std::size_t solving =
      std::max({estimated_measuring_bytes(model), of_pixel * static_cast<std::size_t>(model.pixels()),
                report_bytes(static_cast<std::size_t>(pictures), methods, static_cast<int>(model.height),
                             static_cast<int>(model.width), static_cast<int>(model.channels))});
  for (const RecoverOptions& depth : options.all())
    solving = std::max(solving, plan(model, noise, depth).bytes);
  const Index p = coefficients_of(model), columns = pictures * model.channels;
  for (const Baseline kind : parse_baselines(options.baselines))
    solving = std::max(solving, baseline_bytes(kind, model.measurements, p, columns));
  // Truth, measurements and, for each method, coefficients and pictures.
  const auto kept = static_cast<std::size_t>(columns) * sizeof(float) *
                    (static_cast<std::size_t>(3 * model.pixels() + 2 * model.measurements) +
                     methods * static_cast<std::size_t>(3 * p + 2 * model.pixels()));
  return program_bytes + estimated_operator_bytes(model) + solving + kept;
}

nlohmann::ordered_json plan_of(const MeasurementModel& model, double noise, Index pictures,
                               const SolverOptions& options) {
  nlohmann::ordered_json json;
  json["pictures"] = pictures;
  json["height"] = model.height;
  json["width"] = model.width;
  json["channels"] = model.channels;
  json["measurements"] = model.measurements;
  json["pixels"] = model.pixels();
  json["ensemble"] = describe_ensemble(model);
  if (model.ensemble != given_matrix && !model.patterns) json["seed"] = model.seed;
  json["basis"] = model.basis;
  if (model.block > 0) json["block"] = model.block;
  json["noise"] = std::isnan(noise) ? nlohmann::ordered_json("unknown") : nlohmann::ordered_json(noise);
  json["depth"] = options.depths.values;
  const Plan first = plan(model, noise, options.all()[0]);
  json["model"] = to_string(first.network.model);
  json["method"] = path_name(first.path);
  json["init"] = first.network.init;
  json["init_is_relative"] = first.relative_start;
  json["rounds"] = first.rounds + 1;
  json["shifts"] = first.shifts;
  json["stop"] = to_string(first.stop);
  json["baselines"] = options.baselines;
  json["threads"] = thread_count();
  json["memory_bytes"] = estimated_bytes(model, noise, pictures, options);
  json["free_memory_bytes"] = available_memory();
  return json;
}

void announce(const nlohmann::ordered_json& plan) {
  const auto count = [&](const char* key, const char* one, const char* many) {
    const auto number = plan[key].get<std::int64_t>();
    return std::to_string(number) + " " + (number == 1 ? one : many);
  };
  std::string rule = text_of("", plan["stop"]);
  if (rule.starts_with("discrepancy"))
    rule = "discrepancy";  // σ is what was asked for, or each picture's own
  std::string text = count("pictures", "picture", "pictures") + " of " + plan["height"].dump() + " × " +
                     plan["width"].dump() + ": " + count("measurements", "measurement", "measurements") +
                     ", ensemble " + text_of("", plan["ensemble"]) + ", basis " + text_of("", plan["basis"]) +
                     "; " + text_of("", plan["method"]) + ", N = " + text_of("", plan["depth"]) + ", " +
                     text_of("", plan["model"]) + ", stop " + rule;
  if (plan["baselines"] != "none") text += "; beside " + text_of("", plan["baselines"]);
  say(text + "; about " + shown_bytes(plan["memory_bytes"].get<double>()) + " of memory");
}

void print_plans(const std::vector<nlohmann::ordered_json>& plans, const CommonOptions& common) {
  if (common.json) {
    std::cout << (plans.size() == 1 ? plans[0] : nlohmann::ordered_json(plans)).dump(2) << "\n";
    return;
  }
  for (std::size_t i = 0; i < plans.size(); ++i) {
    if (i > 0) std::cout << "\n";
    for (const auto& [key, value] : plans[i].items())
      std::cout << std::left << std::setw(22) << title_of(key) << text_of(key, value) << "\n";
  }
}

std::size_t parse_memory(const std::string& text) {
  if (text == "auto") return static_cast<std::size_t>(0.85 * static_cast<double>(available_memory()));
  std::size_t used = 0;
  double value = -1;
  try {
    value = std::stod(text, &used);
  } catch (const std::exception&) {
  }
  double unit = 1;
  const std::string rest = text.substr(used);
  if (rest == "K" || rest == "k")
    unit = 1e3;
  else if (rest == "M")
    unit = 1e6;
  else if (rest == "G")
    unit = 1e9;
  else if (!rest.empty())
    value = -1;
  if (!(value > 0) || !std::isfinite(value * unit) || value * unit > 1e18)
    throw UsageError("max-memory must be a size such as 4G or 500M, or auto; got '" + text + "'");
  return static_cast<std::size_t>(value * unit);
}

void check_memory(const MeasurementModel& model, std::size_t needed, std::size_t limit) {
  if (needed <= limit) return;
  const bool matrix = is_dense_ensemble(model.ensemble) && model.block == 0;
  throw Error(
      "recovering " + std::to_string(model.width) + " x " + std::to_string(model.height) +
      " pixels by --ensemble " + model.ensemble + " needs about " + shown_bytes(static_cast<double>(needed)) +
      " of memory, and " + shown_bytes(static_cast<double>(limit)) + " may be used (--max-memory); " +
      (matrix ? "use --ensemble hadamard, which keeps no matrix, or a smaller picture (--resize, --crop)"
              : "use a smaller picture (--resize, --crop), --gray, or fewer pictures at once"));
}

}  // namespace isr
