#include "cli/given.h"

#include <algorithm>
#include <charconv>
#include <iostream>
#include <optional>

#include "formats/array_file.h"
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
}

void GivenOptions::validate() const {
  if (matrix.empty() || measurements.empty())
    throw UsageError(
        "isr solve needs a folder written by isr measure, or --matrix X.npy --measurements y.npy");
  parse_shape(shape);
}

void GivenOptions::describe(nlohmann::ordered_json& json) const {
  json["matrix_file"] = matrix;
  json["measurements_file"] = measurements;
  json["shape"] = shape;
}

Problem GivenOptions::load(const std::string& basis, double noise, bool quiet) const {
  const std::optional<PictureShape> picture = parse_shape(shape);
  const NumberArray<double> x = read_matrix(matrix, picture);
  const NumberArray<double> y = read_measurements(measurements, x.values.rows());
  check_both_complex(x, y);
  if (x.is_complex() && !quiet)
    std::cerr << "isr: " << x.name << " is complex: its " << x.values.rows() << " measurements are solved as "
              << 2 * x.values.rows() << " real ones, the real and the imaginary parts\n";
  return problem_of_arrays({x.name, real_rows(x)}, {y.name, real_rows(y)}, picture, basis, noise);
}

}  // namespace isr
