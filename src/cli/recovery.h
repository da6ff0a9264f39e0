// Recovery of images from simulated measurements: the options, the run, its outputs. `isr reproduce mnist`
// and `isr recover` are this with different defaults.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "cli/command_line.h"
#include "image/image.h"
#include "report/results.h"
#include "sensing/ensembles.h"
#include "solver/gradient_descent.h"

namespace isr {

struct RecoveryOptions {
  std::vector<std::string> sources;
  std::string mnist_directory;  // empty: see find_mnist_directory
  std::string out;
  bool force = false;

  MeasurementCount measurements;  // n
  std::string ensemble = "rademacher";
  double positive_probability = paper_positive_probability;  // q of biased-sign
  std::int64_t seed = 42;
  double noise = 0;  // σ

  List<int> depths{{2, 3, 5}};
  double init = 1e-3;
  bool signed_model = false;
  double step = 5e-3;  // C, η = C/N²
  std::int64_t iterations = 10000;

  void add_to(CommandLine& command_line);

  // Throws UsageError for values out of range.
  void validate() const;
  Model model() const { return signed_model ? Model::signed_model : Model::nonnegative; }
  Ensemble ensemble_kind() const;
  nlohmann::ordered_json to_json() const;
};

// All images by all methods.
struct RecoveryRun {
  std::vector<LabelledImage> truths;
  std::vector<std::string> methods;           // column titles, e.g. "N = 2"
  std::vector<std::vector<Image>> recovered;  // [image][method]
  std::vector<ResultRow> rows;                // image by image, method by method
};

std::vector<LabelledImage> load_sources(const RecoveryOptions& options);

// Measures each image and recovers it at each depth. Throws Interrupted after Ctrl-C.
RecoveryRun run_recovery(std::vector<LabelledImage> images, const RecoveryOptions& options,
                         bool show_progress);

// Writes figure.png/.pdf, depth-N.png, recovered.npy, results.csv and results.json to options.out, and the
// table or the JSON to stdout.
void report_recovery(const RecoveryRun& run, const RecoveryOptions& options, const CommonOptions& common,
                     const std::string& command);

}  // namespace isr
