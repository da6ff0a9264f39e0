// Recovery of images from simulated measurements: the options, the run, its outputs. `isr reproduce mnist`
// and `isr recover` are this with different defaults.
#pragma once

#include <cstdint>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "cli/command_line.h"
#include "cli/solving.h"
#include "cli/sources.h"
#include "image/image.h"
#include "report/recovery_report.h"
#include "sensing/problem.h"

namespace isr {

// How they are measured.
struct MeasurementOptions {
  MeasurementCount measurements;
  std::string ensemble = "rademacher";  // or "auto": see model_for
  double positive_probability = paper_positive_probability;
  std::string basis = "pixel";  // or "auto": see model_for
  std::int64_t block = 0;
  std::int64_t seed = 42;
  double noise = 0;
  std::string max_memory = "auto";  // see parse_memory

  // --noise takes a list, into `noises`, where that is given.
  void add_to(CommandLine& command_line, List<double>* noises = nullptr);
  void validate() const;  // throws UsageError

  // The model for pictures of this shape. Ensemble auto: rademacher while its matrix has at most 2^26 entries
  // (8 MB), else hadamard. Basis auto: "pixel" when at most a twentieth of all pixels are not black,
  // otherwise "cdf97"; up to 64 pixels a side, when at most three quarters are not black, "pixel" where the
  // measurements are enough for so many nonzero pixels (see measurements_needed), otherwise "boxes". In block
  // mode the measurements are rounded to the next multiple of the number of blocks.
  MeasurementModel model_for(const std::vector<const Image*>& images) const;
  void describe(nlohmann::ordered_json& json) const;
};

// Pictures and what was measured of them.
struct Measured {
  Eigen::MatrixXf truth;  // pixels, a column for each channel of each picture
  Problem problem;
};

// Measures these images (members of `images`, all of one shape) by one operator. Throws Error when the
// problem needs more than --max-memory.
Measured measure_images(const std::vector<LabelledImage>& images, const std::vector<std::size_t>& members,
                        const MeasurementOptions& options);

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
  bool dry_run = false;  // print what would be done, for the images of each shape, and do nothing

  void add_to(CommandLine& command_line);
  void validate() const;
};

// Measures each image, recovers it by every method, writes the report and prints the table (or JSON).
// Throws Interrupted after Ctrl-C: then nothing is written.
void run_recovery(const RecoveryOptions& options, const CommonOptions& common, const std::string& command);

}  // namespace isr
