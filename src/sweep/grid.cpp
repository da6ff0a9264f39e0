#include "sweep/grid.h"

#include <algorithm>
#include <functional>
#include <numeric>
#include <tuple>

#include "base/error.h"
#include "base/foreign_text.h"
#include "base/memory.h"

namespace isr {
namespace {

constexpr std::int64_t most_solves = 1000000000;

using Values = std::map<std::string, std::vector<std::string>>;

// Every combination of the values of the axes that are of the measurements, or not; the last axis changes
// fastest.
void for_each_combination(const Values& values, bool of_measurement,
                          const std::function<void(const std::map<std::string, std::string>&)>& take) {
  std::vector<const SweepAxis*> axes;
  for (const SweepAxis& axis : sweep_axes())
    if (axis.of_measurement == of_measurement) axes.push_back(&axis);
  std::map<std::string, std::string> chosen;
  const std::function<void(std::size_t)> choose = [&](std::size_t depth) {
    if (depth == axes.size()) return take(chosen);
    for (const std::string& value : values.at(axes[depth]->name)) {
      chosen[axes[depth]->name] = value;
      choose(depth + 1);
    }
  };
  choose(0);
}

Setting setting_of(const std::map<std::string, std::string>& values) {
  Setting setting;
  for (const auto& [name, value] : values) axis_named(name).set(setting, value);
  return setting;
}

MeasurementModel model_of(const Subject& subject, const SweepCell& cell) {
  MeasurementChoice choice = cell.setting.measurement;
  if (!subject.is_picture()) {
    if (!choice.basis) choice.basis = "pixel";
    const Eigen::MatrixXf nothing = Eigen::MatrixXf::Zero(subject.width(), 1);
    MeasurementModel model = choose_model(1, subject.width(), 1, nothing, choice);
    model.is_picture = false;
    return model;
  }
  return choose_model(subject.height(), subject.width(), subject.channels(), subject.picture->pixels, choice);
}

auto key_of(const MeasurementModel& m) {
  return std::make_tuple(m.height, m.width, m.channels, m.is_picture, m.measurements, m.ensemble,
                         m.positive_probability, m.seed, m.basis, m.block);
}

// A step of the flow takes about n²·p for a matrix, n·p or less without one.
double cost_of_model(const MeasurementModel& model) {
  const auto n = static_cast<double>(model.measurements);
  const auto p = static_cast<double>(coefficients_of(model));
  return n * (p + 1000) * (is_dense_ensemble(model.ensemble) && n * p < 1e8 ? n + 100 : 1000);
}

}  // namespace

nlohmann::ordered_json SweepDefinition::description() const {
  nlohmann::ordered_json json;
  json["sources"] = sources;
  json["subjects"] = subjects.size();
  json["fingerprint"] = fingerprint(subjects);
  for (const SweepAxis& axis : sweep_axes()) json["over"][axis.name] = values.at(axis.name);
  json["methods"] = methods;
  json["window"] = window ? nlohmann::ordered_json(*window) : nlohmann::ordered_json();
  return json;
}

const std::vector<std::string>& known_methods() {
  static const std::vector<std::string> names = [] {
    std::vector<std::string> all;
    for (const Baseline kind : parse_baselines("all")) all.push_back(to_string(kind));
    all.emplace_back("l1");
    return all;
  }();
  return names;
}

std::vector<std::string> parse_methods(const std::string& list) {
  if (list.empty() || list == "none") return {};
  if (list == "all") return known_methods();
  std::vector<std::string> names = split(list, ',');
  for (std::size_t i = 0; i < names.size(); ++i) {
    const auto& known = known_methods();
    if (std::find(known.begin(), known.end(), names[i]) == known.end())
      throw UsageError("baselines must be of ls, ridge, nnls, lasso, omp, l1, or all or none; got " +
                       printable(names[i]));
    if (std::find(names.begin(), names.begin() + static_cast<std::ptrdiff_t>(i), names[i]) !=
        names.begin() + static_cast<std::ptrdiff_t>(i))
      throw UsageError("baselines names " + names[i] + " twice");
  }
  return names;
}

SweepGrid::SweepGrid(SweepDefinition definition) : definition_(std::move(definition)) {
  for (const SweepAxis& axis : sweep_axes()) {
    auto& values = definition_.values[axis.name];
    if (values.empty()) values = axis_values(axis, axis.initial);
  }
  if (definition_.window && !(*definition_.window > 0 && *definition_.window < 1))
    throw UsageError("window must be a relative error between 0 and 1");
  if (subjects().empty()) throw UsageError("a sweep needs a source, such as mnist:train:0-9");
  make_methods();
  double solves = static_cast<double>(subjects().size()) * static_cast<double>(methods_.size());
  for (const SweepAxis& axis : sweep_axes())
    if (axis.of_measurement) solves *= static_cast<double>(definition_.values[axis.name].size());
  if (solves > static_cast<double>(most_solves))
    throw UsageError("a sweep can have at most 10⁹ solves; this one has " + shortest(solves));
  make_cells();
  find_operators();
}

void SweepGrid::make_cells() {
  for_each_combination(definition_.values, true, [&](const auto& values) {
    cells_.push_back({values, setting_of(values)});
  });
}

void SweepGrid::make_methods() {
  double combinations = 1;
  for (const SweepAxis& axis : sweep_axes())
    if (!axis.of_measurement) combinations *= static_cast<double>(definition_.values[axis.name].size());
  if (combinations > 1e6) throw UsageError("a sweep can have at most 10⁶ settings of the network");
  for_each_combination(definition_.values, false, [&](const auto& values) {
    const Setting setting = setting_of(values);
    setting.recover.validate();
    if (definition_.window && setting.recover.solver != SolverKind::gradient_flow)
      throw UsageError("window follows the gradient flow; the solver must be flow");
    methods_.push_back({to_string(setting.recover.solver), values, setting.recover});
  });
  for (const std::string& name : definition_.methods) methods_.push_back({name, {}, {}});
}

double SweepGrid::cost_of(std::size_t operator_index) const {
  return cost_of_model(operators_[operator_index]);
}

void SweepGrid::find_operators() {
  std::map<decltype(key_of(MeasurementModel())), std::uint32_t> known;
  operator_of_.reserve(static_cast<std::size_t>(problems()));
  for (std::int64_t problem = 0; problem < problems(); ++problem) {
    const MeasurementModel model = model_of(subject_of(problem), cell_of(problem));
    const auto [place, is_new] = known.emplace(key_of(model), static_cast<std::uint32_t>(operators_.size()));
    if (is_new) operators_.push_back(model);
    operator_of_.push_back(place->second);
  }
  std::vector<std::uint32_t> order(operators_.size()), place(operators_.size());
  std::iota(order.begin(), order.end(), 0u);
  std::stable_sort(order.begin(), order.end(), [&](std::uint32_t a, std::uint32_t b) {
    return cost_of_model(operators_[a]) > cost_of_model(operators_[b]);
  });
  std::vector<MeasurementModel> sorted;
  for (std::uint32_t i = 0; i < order.size(); ++i) {
    sorted.push_back(operators_[order[i]]);
    place[order[i]] = i;
  }
  operators_ = std::move(sorted);
  for (std::uint32_t& index : operator_of_) index = place[index];
  for (const MeasurementModel& model : operators_)
    for (const SweepMethod& method : methods_)
      if (method.is_network()) {
        const Plan planned = plan(model, 0, method.recover);
        one_by_one_ = one_by_one_ || planned.one_by_one;
        solver_bytes_ = std::max(solver_bytes_, static_cast<double>(planned.bytes));
      }
}

double SweepGrid::memory(int workers) const {
  double most = 0;
  for (const MeasurementModel& model : operators_) {
    double bytes = static_cast<double>(estimated_operator_bytes(model));
    for (const SweepMethod& method : methods_)
      if (!method.is_network()) {
        const Baseline kind = method.name == "l1" ? Baseline::lasso : parse_baselines(method.name)[0];
        bytes += static_cast<double>(baseline_bytes(kind, model.measurements, coefficients_of(model), 1));
      }
    most = std::max(most, bytes);
  }
  return static_cast<double>(program_bytes) + solver_bytes_ + most * (one_by_one_ ? 1 : workers);
}

}  // namespace isr
