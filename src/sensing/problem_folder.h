// A recovery problem as files: a folder that holds what was measured and how, and nothing of the truth.
//
//   problem.json   {"format": "isr problem", "version": 1,
//                   "height": 28, "width": 28, "channels": 1, "basis": "pixel",
//                   "measurements": 392, "ensemble": "biased-sign", "positive_probability": 0.25,
//                   "seed": 42, "block": 0, "noise": null}
//                  or in place of ensemble, positive_probability, seed and block
//                     "matrix": "X.npy"; with "block": 33 it measures each block of so many pixels a side
//                  or "patterns": "hadamard", "order": "zigzag", "readings": "pairs", "rows": null
//                     (see patterns.h); "rows": "rows.npy" names the numbers of those that were shown
//   y.npy          the measurements: shape (n,), or (n, B) for B = pictures × channels columns
//   X.npy          with "matrix": the measurement matrix, shape (n, height·width), or (m, block²)
//   rows.npy       with "rows": the numbers of the patterns, from 0, in the order of the readings
#pragma once

#include <filesystem>
#include <optional>
#include <string>

#include "sensing/problem.h"

namespace isr {

// Writes problem.json and y.npy into a folder that exists; `with_matrix` also writes the matrix as X.npy and
// has problem.json name it, for other programs and for ensembles of other versions.
void save_problem(const std::filesystem::path& folder, const Problem& problem, bool with_matrix);

// Reads it back and makes the operators. Throws Error, one sentence with the file's name and the field, for:
// a folder, file or field that is missing, text that is no JSON, a field that is unknown, of another type or
// out of range, an unknown ensemble or basis, sizes that do not match those of the arrays, measurements or
// matrix entries that are not finite, and a problem larger than the memory that is free.
Problem load_problem(const std::filesystem::path& folder);

// Height × width of the pictures.
struct PictureShape {
  Index height = 0, width = 0, channels = 1;
};

// An array of the user's own, and what messages call it, such as the name of its file.
struct NamedMatrix {
  std::string name;
  Eigen::MatrixXd values;
};

// A problem from the user's own arrays: matrix n × p, measurements n × B. Without a shape the unknowns are a
// vector (height 1, width p). noise: σ where it is known, otherwise NaN. Throws Error when sizes do not
// match, or a value of the matrix is not finite in single precision, in which products are computed.
Problem problem_of_arrays(NamedMatrix matrix, NamedMatrix measurements,
                          const std::optional<PictureShape>& shape, const std::string& basis, double noise);

// The same of what a model measures: patterns, or blocks by one matrix. Throws as make_operators too.
Problem problem_of_model(MeasurementModel model, NamedMatrix measurements, double noise);

}  // namespace isr
