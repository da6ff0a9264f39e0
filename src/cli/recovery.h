// Recovery of images from simulated measurements: the options, the run, its outputs. `isr reproduce mnist`
// and `isr recover` are this with different defaults.
#pragma once

#include <cstdint>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "cli/command_line.h"
#include "cli/solving.h"
#include "image/image.h"
#include "report/recovery_report.h"
#include "sensing/problem.h"

namespace isr {

// Where images come from.
struct SourceOptions {
  std::vector<std::string> sources;
  std::string mnist_directory;  // empty: see find_mnist_directory

  void add_to(CommandLine& command_line);
  std::vector<LabelledImage> load() const;
};

// How they are measured.
struct MeasurementOptions {
  MeasurementCount measurements;
  std::string ensemble = "rademacher";
  double positive_probability = paper_positive_probability;
  std::string basis = "pixel";
  std::int64_t block = 0;
  std::int64_t seed = 42;
  double noise = 0;

  // --noise takes a list, into `noises`, where that is given.
  void add_to(CommandLine& command_line, List<double>* noises = nullptr);
  void validate() const;  // throws UsageError
  MeasurementModel model_for(const Image& image) const;
  void describe(nlohmann::ordered_json& json) const;
};

// Where results go.
struct OutputOptions {
  std::string out;
  bool force = false;

  void add_to(CommandLine& command_line);
};

struct RecoveryOptions {
  SourceOptions source;
  MeasurementOptions measurement;
  SolverOptions solver;
  OutputOptions output;

  void add_to(CommandLine& command_line);
  void validate() const;
};

// Measures each image, recovers it by every method, writes the report and prints the table (or JSON).
// Throws Interrupted after Ctrl-C: then nothing is written.
void run_recovery(const RecoveryOptions& options, const CommonOptions& common, const std::string& command);

}  // namespace isr
