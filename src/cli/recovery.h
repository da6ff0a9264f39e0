// Recovery of images from simulated measurements: the options, the run, its outputs. `isr reproduce mnist`
// and `isr recover` are this with different defaults.
#pragma once

#include <cstdint>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "cli/command_line.h"
#include "cli/patterns.h"
#include "cli/solving.h"
#include "cli/sources.h"
#include "experiments/picture_groups.h"
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
  std::optional<double> snr;        // in place of σ: dB, of the mean square of the measurements to σ²
  std::string max_memory = "auto";  // see parse_memory

  // --noise takes a list, into `noises`, where that is given.
  void add_to(CommandLine& command_line, List<double>* noises = nullptr);
  void validate() const;  // throws UsageError

  // Images that one operator can measure are solved together.
  std::vector<PictureGroup> groups(const std::vector<LabelledImage>& images) const;
  // σ by the SNR of all their measurements together.
  double common_noise(const std::vector<LabelledImage>& images,
                      const std::vector<PictureGroup>& groups) const;
  // With the noise asked for: by an SNR each picture has one of its own.
  Measured measured(const std::vector<LabelledImage>& images, const PictureGroup& group) const;
  // What solving a group will take, before it is measured.
  nlohmann::ordered_json plan(const PictureGroup& group, const SolverOptions& solver) const;
  // A noise such as measurements will have, where it is not known before.
  double usual_noise() const { return snr ? 1 : noise; }
  void describe(nlohmann::ordered_json& json) const;

 private:
  double noise_at(double root_mean_square) const;
};

// "20dB" or "20". Throws UsageError for anything else.
double parse_snr(const std::string& text);

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
