// Measurements of the user's own: arrays in files, and how they were made.
#pragma once

#include <nlohmann/json.hpp>
#include <string>

#include "cli/command_line.h"
#include "sensing/problem.h"

namespace isr {

struct GivenOptions {
  std::string matrix, measurements;  // see read_array for what they may name
  std::string shape;                 // "28x28" or "28x28x3"; empty: the unknowns are vectors

  void add_to(CommandLine& command_line);
  bool any() const { return !(matrix.empty() && measurements.empty() && shape.empty()); }
  void validate() const;  // throws UsageError
  void describe(nlohmann::ordered_json& json) const;

  // Reads the files. What was done to them is said on stderr unless `quiet`. Throws Error.
  Problem load(const std::string& basis, double noise, bool quiet) const;
};

}  // namespace isr
