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

// n values in a row or a column, or a row for each; n is not known.
NumberArray<double> read_all_measurements(const std::string& name) {
  NumberArray<double> y =
      read_array<double>(name, {"an array of measurements", [](Index, Index) { return true; }, true});
  if (y.values.rows() == 1) y.values.transposeInPlace();
  if (y.is_complex()) throw Error(y.name + " is complex: patterns measure real numbers");
  return y;
}

// How many readings there must be; 0: not known.
Index readings_of(const MeasurementModel& model, const PatternOptions::Chosen& chosen) {
  if (chosen.of_block) {
    const Index down = (model.height + model.block - 1) / model.block;
    return down * ((model.width + model.block - 1) / model.block) * chosen.of_block->rows();
  }
  const auto named = static_cast<Index>(chosen.patterns->rows.size());
  const Index shown = named > 0      ? named
                      : chosen.count ? chosen.count->resolve(model.pixels(), model.pixels())
                                     : 0;
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
        "isr solve needs a folder written by isr measure, or --matrix X.npy --measurements y.npy (--patterns "
        "in "
        "place of a matrix)");
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

Problem GivenOptions::load_patterns(const std::optional<PictureShape>& picture, const std::string& basis,
                                    double noise) const {
  const PatternOptions::Chosen chosen = patterns.load(block);
  if (!picture && !chosen.sides)
    throw UsageError("--patterns needs --shape, the height and width of the pictures, such as 64x64");
  MeasurementModel model;
  model.height = chosen.sides ? chosen.sides->first : picture->height;
  model.width = chosen.sides ? chosen.sides->second : picture->width;
  if (picture && (model.height != picture->height || model.width != picture->width))
    throw UsageError("--shape is not that of the mask, " + std::to_string(model.height) + "x" +
                     std::to_string(model.width));
  model.basis = basis;
  model.seed = 0;
  model.block = block;
  model.patterns = chosen.patterns;
  model.of_block = chosen.of_block;
  model.ensemble = chosen.of_block ? given_matrix : pattern_ensemble;
  NamedMatrix y{measurements, {}};
  if (chosen.sides) {
    y.values = seen_pixels(measurements, chosen);
  } else if (const Index n = readings_of(model, chosen); n > 0) {
    y.values = read_measurements(measurements, n).values;
  } else {
    y.values = read_all_measurements(measurements).values;
  }
  model.measurements = y.values.rows();
  model.channels = picture ? picture->channels : chosen.sides ? y.values.cols() : 1;
  return problem_of_model(std::move(model), std::move(y), noise);
}

void InstrumentOptions::add_to(CommandLine& command_line) {
  auto add = command_line.group("Instrument").add_options();
  add("sigma", po::value(&sigma)->value_name("FILE[:NAME]"),
      "the standard deviation of each reading: readings weigh less where it is larger");
  add("poisson", po::bool_switch(&poisson), "readings are counts: their variance is what is counted");
  add("offset", po::value<int>()->notifier([this](int degree) { offset = degree; })->value_name("DEGREE"),
      "the readings have an unknown offset, a polynomial of their number: 0 a constant, 1 a drift, …");
  add("outliers", po::bool_switch(&outliers),
      "single readings are far off; they are found with the picture (doubly over-parametrized model)");
  add("keep", po::value(&keep)->value_name("SHARE[:SEED]"),
      "use a random share of the readings, such as 50%");
}

namespace {

struct Keep {
  double share;
  std::uint32_t seed;
};

Keep parse_keep(const std::string& text) {
  const auto fail = [&]() -> Keep {
    throw UsageError("--keep must be a share such as 50%, or 50%:7 with a seed; got " + text);
  };
  const auto percent = text.find('%');
  if (percent == std::string::npos || percent == 0) return fail();
  Keep keep{0, 42};
  const auto [end, error] = std::from_chars(text.data(), text.data() + percent, keep.share);
  keep.share /= 100;
  if (error != std::errc() || end != text.data() + percent || !(keep.share > 0 && keep.share <= 1))
    return fail();
  const std::string rest = text.substr(percent + 1);
  if (rest.empty()) return keep;
  const char* const last = rest.data() + rest.size();
  const auto [stop, wrong] = std::from_chars(rest.data() + 1, last, keep.seed);
  if (rest[0] != ':' || wrong != std::errc() || stop != last) return fail();
  return keep;
}

}  // namespace

void InstrumentOptions::validate() const {
  Instrument instrument;
  instrument.offset = offset;
  instrument.validate(0);
  if (poisson && !sigma.empty()) throw UsageError("--poisson and --sigma exclude each other");
  if (!keep.empty()) parse_keep(keep);
}

void InstrumentOptions::describe(nlohmann::ordered_json& json) const {
  if (!sigma.empty()) json["sigma"] = sigma;
  if (poisson) json["poisson"] = true;
  if (offset) json["offset"] = *offset;
  if (outliers) json["outliers"] = true;
  if (!keep.empty()) json["keep"] = keep;
}

InstrumentOptions::Readings InstrumentOptions::read(Problem problem) const {
  Instrument instrument;
  instrument.poisson = poisson;
  instrument.offset = offset;
  instrument.outliers = outliers;
  if (!sigma.empty()) {
    NumberArray<double> deviations = read_measurements(sigma, problem.measurements.rows());
    if (deviations.is_complex() || deviations.values.cols() != 1 || !(deviations.values.minCoeff() > 0))
      throw Error(deviations.name + " must hold a positive number for each of the " +
                  std::to_string(problem.measurements.rows()) + " readings");
    instrument.sigma = deviations.values.col(0);
  }
  if (!keep.empty()) {
    const Keep kept = parse_keep(keep);
    const std::vector<Index> rows = random_readings(problem, kept.share, kept.seed);
    if (instrument.sigma.size() > 0) instrument.sigma = Eigen::VectorXd(instrument.sigma(rows));
    problem = with_readings(std::move(problem), rows);
  }
  return {std::move(problem), std::move(instrument)};
}

}  // namespace isr
