// What an instrument did to measurements, as options say it.
#pragma once

#include <nlohmann/json.hpp>
#include <optional>
#include <string>

#include "cli/command_line.h"
#include "sensing/instrument.h"

namespace isr {

// See Instrument.
struct InstrumentOptions {
  std::string sigma;  // a file; empty: not given
  bool poisson = false, outliers = false;
  std::optional<int> offset;
  std::string keep;  // a share of the readings, "50%" or "50%:SEED"; empty: all

  void add_to(CommandLine& command_line);
  void validate() const;  // throws UsageError
  void describe(nlohmann::ordered_json& json) const;

  // The readings that are kept, and what the instrument did to them: corrected() is still to be called.
  struct Readings {
    Problem problem;
    Instrument instrument;
  };
  Readings read(Problem problem) const;  // throws Error
};

}  // namespace isr
