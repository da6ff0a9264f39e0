// All solves of a sweep, numbered: which problem, by which method.
#pragma once

#include <cstdint>
#include <map>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "baselines/baselines.h"
#include "sweep/axes.h"
#include "sweep/subjects.h"

namespace isr {

// What is asked of a sweep.
struct SweepDefinition {
  nlohmann::ordered_json sources;  // as the user named them; for the record
  std::vector<Subject> subjects;
  // The values of each axis; those that are missing have their defaults. See axis_values.
  std::map<std::string, std::vector<std::string>> values;
  // Known methods beside the network: names of baselines, and "l1", see known_methods().
  std::vector<std::string> methods;
  // Follow the whole path of every flow, and record when its relative error was below this; in (0, 1).
  std::optional<double> window;

  // What tells it from every other sweep.
  nlohmann::ordered_json description() const;
};

// "ls", "ridge", "nnls", "lasso", "omp" (see Baseline), and "l1": min ‖w‖₁ subject to Xw = y, w of either
// sign, as the end of the lasso's path.
const std::vector<std::string>& known_methods();

// Reads names separated by commas, "all" or "none". Throws UsageError for any other, or one that comes twice.
std::vector<std::string> parse_methods(const std::string& list);

// One way of solving: the network with these options, or a known method.
struct SweepMethod {
  std::string name;                           // "flow", "gd", or of known_methods()
  std::map<std::string, std::string> values;  // of the network's axes; empty for known methods
  RecoverOptions recover;

  bool is_network() const { return !values.empty(); }
};

// One way of measuring.
struct SweepCell {
  std::map<std::string, std::string> values;  // of the measurements' axes
  Setting setting;
};

// A solve has the number (cell · subjects + subject) · methods + method, from 0.
class SweepGrid {
 public:
  // Throws UsageError when a value is out of range, the sweep is empty, or has more than 10⁹ solves.
  explicit SweepGrid(SweepDefinition definition);

  const SweepDefinition& definition() const { return definition_; }
  const std::vector<SweepCell>& cells() const { return cells_; }
  const std::vector<Subject>& subjects() const { return definition_.subjects; }
  const std::vector<SweepMethod>& methods() const { return methods_; }

  std::int64_t size() const { return problems() * method_count(); }
  std::int64_t problems() const { return static_cast<std::int64_t>(cells_.size() * subjects().size()); }
  std::int64_t method_count() const { return static_cast<std::int64_t>(methods_.size()); }

  // The parts of a number.
  std::int64_t problem_of(std::int64_t id) const { return id / method_count(); }
  const SweepMethod& method_of(std::int64_t id) const {
    return methods_[static_cast<std::size_t>(id % method_count())];
  }
  const SweepCell& cell_of(std::int64_t problem) const {
    return cells_[static_cast<std::size_t>(problem) / subjects().size()];
  }
  const Subject& subject_of(std::int64_t problem) const {
    return subjects()[static_cast<std::size_t>(problem) % subjects().size()];
  }

  // The operators that measure: what differs in the noise, or in the picture, alone shares one. Sorted by the
  // work that a solve takes, the most first.
  const std::vector<MeasurementModel>& operators() const { return operators_; }
  std::size_t operator_of(std::int64_t problem) const {
    return operator_of_[static_cast<std::size_t>(problem)];
  }
  // About how long a solve with this operator takes, against others.
  double cost_of(std::size_t operator_index) const;

  // Do all threads work on one picture (see Plan)? Then problems are solved one after the other.
  bool one_by_one() const { return one_by_one_; }

  // Bytes that so many workers take, each with an operator of its own; about.
  double memory(int workers) const;

 private:
  void make_cells();
  void make_methods();
  void find_operators();

  SweepDefinition definition_;
  std::vector<SweepCell> cells_;
  std::vector<SweepMethod> methods_;
  std::vector<MeasurementModel> operators_;
  std::vector<std::uint32_t> operator_of_;
  bool one_by_one_ = false;
  double solver_bytes_ = 0;
};

}  // namespace isr
