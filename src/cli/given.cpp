#include "cli/given.h"

#include <algorithm>
#include <charconv>
#include <iostream>
#include <optional>

#include "formats/array_file.h"
#include "image/image_file.h"
#include "sensing/problem_folder.h"

namespace isr {
namespace {

namespace po = boost::program_options;

// "28x28" or "28x28x3".
std::optional<PictureShape> parse_shape(const std::string& text) {
  if (text.empty()) return {};
  Index sizes[3] = {0, 0, 1};
  const char* at = text.data();
  const char* const end = at + text.size();
  int count = 0;
  while (count < 3) {
    const auto [next, error] = std::from_chars(at, end, sizes[count]);
    if (error != std::errc() || sizes[count] < 1 || sizes[count] > 65536) break;
    ++count;
    at = next;
    if (at == end || *at != 'x') break;
    ++at;
  }
  if (count < 2 || at != end || text.back() == 'x')
    throw UsageError("--shape must be height and width such as 28x28, or 28x28x3 with channels; got \"" +
                     text + "\"");
  return PictureShape{sizes[0], sizes[1], sizes[2]};
}

NumberArray<double> read_matrix(const std::string& name, const std::optional<PictureShape>& shape) {
  const Index pixels = shape ? shape->height * shape->width : 0;
  if (pixels > 0)
    return read_array<double>(name,
                              {"a matrix of " + std::to_string(pixels) + " columns, the pixels of the shape",
                               [=](Index, Index columns) { return columns == pixels; }, false});
  return read_array<double>(name, {"a matrix of several rows and columns",
                                   [](Index rows, Index columns) { return rows > 1 && columns > 1; }, false});
}

// n values in a row or a column, or n × B.
NumberArray<double> read_measurements(const std::string& name, Index n) {
  NumberArray<double> y = read_array<double>(
      name, {"an array of " + std::to_string(n) + " measurements (in a row, in a column, or a row for each)",
             [=](Index rows, Index columns) { return rows == n || (rows == 1 && columns == n); }, true});
  if (y.values.rows() == n) return y;
  y.values.transposeInPlace();
  y.imaginary.transposeInPlace();
  return y;
}

// The same of real numbers; n = 0: as many as there are.
Eigen::MatrixXd read_real_measurements(const std::string& name, Index n) {
  const NumberArray<double> y =
      n > 0 ? read_measurements(name, n)
            : read_array<double>(name, {"an array of measurements", [](Index, Index) { return true; }, true});
  if (y.is_complex()) throw Error(y.name + " is complex: patterns measure real numbers");
  return n == 0 && y.values.rows() == 1 ? Eigen::MatrixXd(y.values.transpose()) : y.values;
}

// How many readings there must be; 0: not known.
Index readings_of(const MeasurementModel& model, const PatternOptions::Chosen& chosen) {
  if (chosen.of_block) return count_blocks(model.height, model.width, model.block) * chosen.of_block->rows();
  auto shown = static_cast<Index>(chosen.patterns->rows.size());
  if (chosen.count) shown = chosen.count->resolve(model.pixels(), model.pixels());
  return chosen.patterns->readings == "pairs" ? 2 * shown : shown;
}

// Those of the real and of the imaginary parts, one under the other: w is real.
Eigen::MatrixXd real_rows(const NumberArray<double>& array) {
  if (!array.is_complex()) return array.values;
  Eigen::MatrixXd both(2 * array.values.rows(), array.values.cols());
  both << array.values, array.imaginary;
  return both;
}

void check_both_complex(const NumberArray<double>& x, const NumberArray<double>& y) {
  if (x.is_complex() && !y.is_complex())
    throw Error(x.name + " is complex, and the measurements in " + y.name +
                " are real: of complex measurements both parts are needed");
  if (!x.is_complex() && y.is_complex())
    throw Error(
        y.name + " is complex, and the matrix in " + x.name +
        " is real: no real unknowns have such measurements; solve for the real and the imaginary parts "
        "apart");
}

// What a picture of the mask's size holds where it is seen: a column for each channel.
Eigen::MatrixXd seen_pixels(const std::string& name, const PatternOptions::Chosen& mask) {
  const auto [height, width] = *mask.sides;
  const std::vector<Index>& seen = mask.patterns->rows;
  if (has_image_extension(name)) {
    std::vector<std::string> notes;
    const Image image = load_image(name, {}, notes);
    mask.check_shape(name, image.height, image.width);
    return image.pixels(seen, Eigen::all).cast<double>();
  }
  const auto n = static_cast<Index>(seen.size());
  const NumberArray<double> y = read_array<double>(
      name,
      {"an array of " + std::to_string(n) + " measurements, the pixels seen, or of the size of the mask",
       [=](Index rows, Index columns) {
         return rows == n || (rows == 1 && columns == n) || (rows == height && columns == width);
       },
       true});
  if (y.is_complex()) throw Error(y.name + " is complex: pixels are real numbers");
  if (y.values.rows() == height && y.values.cols() == width && height != n)
    return Eigen::MatrixXd(y.values.transpose()).reshaped()(seen, Eigen::all);
  return y.values.rows() == n ? y.values : Eigen::MatrixXd(y.values.transpose());
}

}  // namespace

void GivenOptions::add_to(CommandLine& command_line) {
  auto add = command_line.group("Input").add_options();
  add("matrix", po::value(&matrix)->value_name("FILE[:NAME]"),
      "measurement matrix, n × p, in place of a folder");
  add("measurements", po::value(&measurements)->value_name("FILE[:NAME]"),
      "measurements: n values, or n × B for B problems with the same matrix");
  add("shape", po::value(&shape)->value_name("HxW[xC]"),
      "the unknowns are pictures of this height and width, such as 28x28, with C channels (columns of the "
      "measurements); without it they are vectors, and the model is signed unless --nonnegative");
  patterns.add_to(command_line, "Input");
  add("block", po::value(&block)->value_name("SIDE"),
      "blocks of this side are measured by one matrix, that of --patterns; the measurements of each block in "
      "turn, row by row");
}

void GivenOptions::validate() const {
  if ((matrix.empty() && !patterns.any()) || measurements.empty())
    throw UsageError(
        "isr solve needs a folder written by isr measure, or --matrix X.npy --measurements y.npy "
        "(--patterns in place of a matrix)");
  if (!matrix.empty() && patterns.any()) throw UsageError("--matrix and --patterns exclude each other");
  if (block < 0 || block > most_block_side) throw UsageError("--block must be the side of a block in pixels");
  if (block > 0 && !patterns.any()) throw UsageError("--block needs --patterns, the matrix of a block");
  patterns.validate();
  parse_shape(shape);
}

void GivenOptions::describe(nlohmann::ordered_json& json) const {
  if (!matrix.empty()) json["matrix_file"] = matrix;
  patterns.describe(json);
  if (block > 0) json["block"] = block;
  json["measurements_file"] = measurements;
  json["shape"] = shape;
}

Problem GivenOptions::load(const std::string& basis, double noise, bool quiet) const {
  const std::optional<PictureShape> picture = parse_shape(shape);
  if (patterns.any()) return load_patterns(picture, basis, noise);
  const NumberArray<double> x = read_matrix(matrix, picture);
  const NumberArray<double> y = read_measurements(measurements, x.values.rows());
  check_both_complex(x, y);
  if (x.is_complex() && !quiet)
    std::cerr << "isr: " << x.name << " is complex: its " << x.values.rows() << " measurements are solved as "
              << 2 * x.values.rows() << " real ones, the real and the imaginary parts\n";
  return problem_of_arrays({x.name, real_rows(x)}, {y.name, real_rows(y)}, picture, basis, noise);
}

Problem GivenOptions::load_patterns(const std::optional<PictureShape>& picture, const std::string& basis,
                                    double noise) const {
  const PatternOptions::Chosen chosen = patterns.load(block);
  if (!picture && !chosen.sides)
    throw UsageError("--patterns needs --shape, the height and width of the pictures, such as 64x64");
  if (picture) chosen.check_shape("--shape", picture->height, picture->width);
  MeasurementModel model;
  model.height = picture ? picture->height : chosen.sides->first;
  model.width = picture ? picture->width : chosen.sides->second;
  model.basis = basis;
  model.seed = 0;
  model.block = block;
  model.patterns = chosen.patterns;
  model.of_block = chosen.of_block;
  model.ensemble = chosen.of_block ? given_matrix : pattern_ensemble;
  NamedMatrix y{measurements, chosen.sides
                                  ? seen_pixels(measurements, chosen)
                                  : read_real_measurements(measurements, readings_of(model, chosen))};
  model.measurements = y.values.rows();
  model.channels = picture ? picture->channels : y.values.cols();
  return problem_of_model(std::move(model), std::move(y), noise);
}

}  // namespace isr
