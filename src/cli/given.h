// Measurements of the user's own: arrays in files, and how they were made.
#pragma once

#include <cstdint>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>

#include "cli/command_line.h"
#include "cli/patterns.h"
#include "sensing/problem_folder.h"

namespace isr {

struct GivenOptions {
  std::string matrix, measurements;  // see read_array for what they may name
  std::string shape;                 // "28x28" or "28x28x3"; empty: the unknowns are vectors
  PatternOptions patterns;           // in place of the matrix
  std::int64_t block = 0;            // see MeasurementModel

  void add_to(CommandLine& command_line);
  bool any() const {
    return !(matrix.empty() && measurements.empty() && shape.empty() && !patterns.any() && block == 0);
  }
  void validate() const;  // throws UsageError
  void describe(nlohmann::ordered_json& json) const;

  // Reads the files. What was done to them is said on stderr unless `quiet`. Throws Error.
  Problem load(const std::string& basis, double noise, bool quiet) const;

 private:
  Problem load_patterns(const std::optional<PictureShape>& picture, const std::string& basis,
                        double noise) const;
};

}  // namespace isr
