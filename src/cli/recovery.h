// Recovery of images from simulated measurements: the options, the run, its outputs. `isr reproduce mnist`
// and `isr recover` are this with different defaults.
#pragma once

#include <cstdint>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "cli/command_line.h"
#include "cli/patterns.h"
#include "cli/solving.h"
#include "cli/sources.h"
#include "image/image.h"
#include "report/recovery_report.h"
#include "sensing/choose_model.h"
#include "sensing/problem.h"

namespace isr {

// How they are measured.
struct MeasurementOptions {
  MeasurementCount measurements;
  MeasurementChoice choice;
  PatternOptions patterns;
  std::int64_t seed = 42;
  double noise = 0;                 // σ
  std::string max_memory = "auto";  // see parse_memory

  // --noise takes a list, into `noises`, where that is given.
  void add_to(CommandLine& command_line, List<double>* noises = nullptr);
  void validate() const;  // throws UsageError

  // Images that one operator can measure are solved together: those of one shape for which the same ensemble
  // and basis are chosen.
  struct Group {
    MeasurementModel model;
    std::vector<std::size_t> members;  // indices of images
  };
  std::vector<Group> groups(const std::vector<LabelledImage>& images) const;
  void describe(nlohmann::ordered_json& json) const;
};

// Pictures and what was measured of them.
struct Measured {
  Eigen::MatrixXf truth;  // pixels, a column for each channel of each picture
  Problem problem;
};

Measured measure_images(const std::vector<LabelledImage>& images, const MeasurementOptions::Group& group,
                        double noise);

// Where results go.
struct OutputOptions {
  std::string out;
  bool force = false;
  std::string formats = "npy";  // see parse_result_formats

  // with_formats: of results; others are no choice.
  void add_to(CommandLine& command_line, bool with_formats = false);
};

struct RecoveryOptions {
  SourceOptions source;
  MeasurementOptions measurement;
  SolverOptions solver;
  OutputOptions output;
  bool dry_run = false;  // print what would be done, for the images of each shape, and do nothing

  void add_to(CommandLine& command_line);
  void validate() const;
};

// Measures each image, recovers it by every method, writes the report and prints the table (or JSON).
// Throws Interrupted after Ctrl-C: then nothing is written.
void run_recovery(const RecoveryOptions& options, const CommonOptions& common, const std::string& command);

}  // namespace isr
