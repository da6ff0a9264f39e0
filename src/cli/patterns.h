// Patterns that measure pictures, as options name them.
#pragma once

#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <utility>

#include "cli/command_line.h"
#include "sensing/patterns.h"

namespace isr {

struct PatternOptions {
  std::string patterns;  // hadamard, dct, pixel; a picture file, the mask; a matrix; empty: none
  std::string order = Patterns().order;
  std::string readings = Patterns().readings;
  std::string rows;  // a number, a share, or a file of numbers; empty: see its use

  void add_to(CommandLine& command_line, const std::string& group);
  bool any() const { return !patterns.empty(); }
  void validate() const;  // throws UsageError
  void describe(nlohmann::ordered_json& json) const;

  // What the files say.
  struct Chosen {
    std::optional<Patterns> patterns{};
    OperatorPtr of_block{};                          // or a matrix
    std::optional<std::pair<Index, Index>> sides{};  // height and width, of a mask
    std::optional<MeasurementCount> count{};         // so many of the patterns

    // Throws Error unless a picture of this name and shape has the mask's, where there is one.
    void check_shape(const std::string& name, Index height, Index width) const;
  };
  // block: side of the blocks that a matrix measures. Throws Error.
  Chosen load(Index block) const;
};

}  // namespace isr
