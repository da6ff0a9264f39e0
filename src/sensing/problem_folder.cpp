#include "sensing/problem_folder.h"

#include <cmath>
#include <limits>
#include <nlohmann/json.hpp>

#include "base/atomic_file.h"
#include "base/error.h"
#include "base/memory.h"
#include "base/npy.h"
#include "sensing/json_fields.h"
#include "sensing/matrix_operator.h"

namespace isr {
namespace fs = std::filesystem;
namespace {

constexpr const char* format_name = "isr problem";
constexpr Index most_pixels_a_side = 1 << 16;

std::string size_text(Index rows, Index cols) {
  return std::to_string(rows) + " × " + std::to_string(cols);
}

// Rows and columns of a one- or two-dimensional array, from its header.
std::pair<Index, Index> array_size(const fs::path& file) {
  const NpyHeader header = read_npy_header(file);
  if (header.shape.empty() || header.shape.size() > 2)
    throw Error(file.string() + " must hold a vector or a matrix; it has " +
                std::to_string(header.shape.size()) + " axes");
  return {header.shape[0], header.shape.size() == 2 ? header.shape[1] : 1};
}

// The measurements; their number of rows and columns has been checked.
Eigen::MatrixXd read_measurements(const fs::path& file) {
  Eigen::MatrixXd y = read_npy_matrix<double>(file);
  for (Index b = 0; b < y.cols(); ++b)
    for (Index i = 0; i < y.rows(); ++i)
      if (!std::isfinite(y(i, b)))
        throw Error(file.string() + " holds a value that is not finite, or too large, at (" +
                    std::to_string(i) + ", " + std::to_string(b) + ")");
  return y;
}

OperatorPtr operator_of(NamedMatrix matrix) {
  if (!matrix.values.cast<float>().allFinite())
    throw Error(matrix.name + " holds a value that is not finite, or too large");
  return make_matrix(std::move(matrix.values));
}

void check_measurement_size(const std::string& name, Index rows, Index columns, const MeasurementModel& model,
                            const std::string& against) {
  if (rows != model.measurements)
    throw Error(name + " has " + std::to_string(rows) + " measurements (rows), but " + against + " has " +
                std::to_string(model.measurements));
  if (columns == 0) throw Error(name + " holds no measurements: it has no columns");
  if (columns % model.channels != 0)
    throw Error(name + " has " + std::to_string(columns) + " columns, which is no multiple of the " +
                std::to_string(model.channels) + " channels of a picture");
}

void check_matrix_size(const fs::path& file, Index rows, Index cols, const MeasurementModel& model) {
  if (rows != model.measurements || cols != model.pixels())
    throw Error(file.string() + " is a matrix of " + size_text(rows, cols) + ", but " +
                size_text(model.measurements, model.pixels()) + " is needed for " +
                std::to_string(model.measurements) + " measurements of " +
                size_text(model.height, model.width) + " pixels");
}

MeasurementModel read_model(JsonFields& json) {
  MeasurementModel model;
  if (json.text("format") != format_name)
    json.fail("is no description of a problem: \"format\" must be \"isr problem\"");
  json.integer("version", 1, 1);
  model.height = json.integer("height", 1, most_pixels_a_side);
  model.width = json.integer("width", 1, most_pixels_a_side);
  model.channels = json.integer("channels", 1, 4);
  model.basis = json.text("basis");
  model.measurements = json.integer("measurements", 1, std::numeric_limits<std::int32_t>::max());
  if (json.has("matrix")) {
    model.ensemble = given_matrix;
    model.seed = 0;
    if (json.has("block")) model.block = json.integer("block", 1, most_pixels_a_side);
    return model;
  }
  if (json.has("patterns")) {
    model.ensemble = pattern_ensemble;
    model.seed = 0;
    model.patterns = Patterns{json.text("patterns"), json.text("order"), json.text("readings"), {}};
    return model;
  }
  model.ensemble = json.text("ensemble");
  model.positive_probability = json.number("positive_probability", 0, 1);
  model.seed = static_cast<std::uint32_t>(json.integer("seed", 0, std::numeric_limits<std::uint32_t>::max()));
  model.block = json.integer("block", 0, most_pixels_a_side);
  return model;
}

// The name of a file within the folder, which must not lead out of it.
fs::path named_file(JsonFields& json, const char* field, const fs::path& folder) {
  const std::string name = json.text(field);
  if (name.empty() || fs::path(name).filename() != name || name == "..")
    json.fail("\"" + std::string(field) + "\" must be the name of a file in the same folder; got \"" + name +
              "\"");
  return folder / name;
}

Eigen::MatrixXd numbers_of(const std::vector<Index>& rows) {
  return Eigen::Map<const Eigen::VectorX<Index>>(rows.data(), static_cast<Index>(rows.size())).cast<double>();
}

std::vector<Index> read_rows(const fs::path& file) {
  return pattern_numbers(read_npy_matrix<double>(file), file.string());
}

Operators operators_of_matrix(const fs::path& file, MeasurementModel& model) {
  const auto [rows, cols] = array_size(file);
  if (model.block == 0) {
    check_matrix_size(file, rows, cols, model);
    return operators_of(operator_of({file.string(), read_npy_matrix<double>(file)}), model);
  }
  if (cols != model.block * model.block)
    throw Error(file.string() + " has " + std::to_string(cols) + " columns, but a block of " +
                size_text(model.block, model.block) + " pixels needs " +
                std::to_string(model.block * model.block));
  model.of_block = operator_of({file.string(), read_npy_matrix<double>(file)});
  return make_operators(model);
}

}  // namespace

void save_problem(const fs::path& folder, const Problem& problem, bool with_matrix) {
  const MeasurementModel& model = problem.model;
  nlohmann::ordered_json json;
  json["format"] = format_name;
  json["version"] = 1;
  json["height"] = model.height;
  json["width"] = model.width;
  json["channels"] = model.channels;
  json["basis"] = model.basis;
  json["measurements"] = model.measurements;
  if (with_matrix || model.ensemble == given_matrix) {
    json["matrix"] = "X.npy";
    const LinearOperator& matrix = model.of_block ? *model.of_block : *problem.operators.sensing;
    write_npy(folder / "X.npy", Eigen::MatrixXf(matrix.dense().cast<float>()));
    if (model.of_block) json["block"] = model.block;
  } else if (model.patterns) {
    json["patterns"] = model.patterns->kind;
    json["order"] = model.patterns->order;
    json["readings"] = model.patterns->readings;
    json["rows"] =
        model.patterns->rows.empty() ? nlohmann::ordered_json() : nlohmann::ordered_json("rows.npy");
    if (!model.patterns->rows.empty()) write_npy(folder / "rows.npy", numbers_of(model.patterns->rows));
  } else {
    json["ensemble"] = model.ensemble;
    json["positive_probability"] = model.positive_probability;
    json["seed"] = model.seed;
    json["block"] = model.block;
  }
  json["noise"] =
      std::isnan(problem.noise) ? nlohmann::ordered_json() : nlohmann::ordered_json(problem.noise);
  write_npy(folder / "y.npy", problem.measurements);
  write_file(folder / "problem.json", json.dump(2) + "\n");
}

Problem load_problem(const fs::path& folder) {
  std::error_code error;
  if (!fs::is_directory(folder, error))
    throw Error(folder.string() + " is not a folder made by isr measure (with problem.json and y.npy)");
  JsonFields json(folder / "problem.json");
  Problem problem;
  problem.model = read_model(json);
  if (!json.is_null("noise")) problem.noise = json.number("noise", 0, std::numeric_limits<double>::max());
  const fs::path y = folder / "y.npy";
  const auto [rows_of_y, columns_of_y] = array_size(y);
  check_measurement_size(y.string(), rows_of_y, columns_of_y, problem.model, "problem.json");
  try {
    if (problem.model.ensemble == given_matrix) {
      const fs::path matrix = named_file(json, "matrix", folder);
      json.refuse_others();
      problem.operators = operators_of_matrix(matrix, problem.model);
    } else {
      if (problem.model.patterns && !json.is_null("rows"))
        problem.model.patterns->rows = read_rows(named_file(json, "rows", folder));
      json.refuse_others();
      require_memory("the problem in " + folder.string(),
                     static_cast<double>(estimated_operator_bytes(problem.model)) +
                         16 * static_cast<double>(problem.model.pixels()),
                     "take smaller pictures, or the ensemble hadamard or dct, which keep no matrix");
      problem.operators = make_operators(problem.model);
    }
  } catch (const UsageError& wrong) {  // of the description, not of the command line
    json.fail(std::string("describes no valid problem: ") + wrong.what());
  }
  problem.measurements = read_measurements(y);
  return problem;
}

Problem problem_of_arrays(NamedMatrix matrix, NamedMatrix measurements,
                          const std::optional<PictureShape>& shape, const std::string& basis, double noise) {
  Problem problem;
  MeasurementModel& model = problem.model;
  const Index rows = matrix.values.rows(), cols = matrix.values.cols();
  if (rows == 0 || cols == 0) throw Error(matrix.name + " is an empty matrix of " + size_text(rows, cols));
  model.ensemble = given_matrix;
  model.seed = 0;
  model.basis = basis;
  model.measurements = rows;
  model.height = shape ? shape->height : 1;
  model.width = shape ? shape->width : cols;
  model.channels = shape ? shape->channels : 1;
  model.is_picture = shape.has_value();
  if (model.pixels() != cols)
    throw Error(matrix.name + " has " + std::to_string(cols) + " columns, but the shape " +
                std::to_string(model.height) + "x" + std::to_string(model.width) + " has " +
                std::to_string(model.pixels()) + " pixels");
  check_measurement_size(measurements.name, measurements.values.rows(), measurements.values.cols(), model,
                         matrix.name);
  problem.operators = operators_of(operator_of(std::move(matrix)), model);
  problem.measurements = std::move(measurements.values);
  problem.noise = noise;
  return problem;
}

Problem problem_of_model(MeasurementModel model, NamedMatrix measurements, double noise) {
  check_measurement_size(measurements.name, measurements.values.rows(), measurements.values.cols(), model,
                         "what measures");
  Problem problem;
  problem.operators = make_operators(model);
  problem.model = std::move(model);
  problem.measurements = std::move(measurements.values);
  problem.noise = noise;
  return problem;
}

}  // namespace isr
