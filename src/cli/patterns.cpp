#include "cli/patterns.h"

#include <algorithm>
#include <memory>
#include <sstream>

#include "formats/array_file.h"
#include "image/image_file.h"
#include "sensing/matrix_operator.h"

namespace isr {
namespace {

namespace po = boost::program_options;

// Pixels of the mask that are lighter than half are seen.
void read_mask(const std::string& file, PatternOptions::Chosen& chosen) {
  const Eigen::MatrixXf mask = read_array<float>(file, {"a mask", [](Index, Index) { return true; }}).values;
  chosen.sides = {mask.rows(), mask.cols()};
  chosen.patterns = Patterns{"pixel", "sequency", "signed", {}};
  for (Index i = 0; i < mask.rows(); ++i)
    for (Index j = 0; j < mask.cols(); ++j)
      if (mask(i, j) > 0.5f) chosen.patterns->rows.push_back(i * mask.cols() + j);
  if (chosen.patterns->rows.empty()) throw Error("the mask " + file + " is black: no pixel is seen");
}

OperatorPtr read_block_matrix(const std::string& file, Index columns) {
  const NumberArray<double> matrix =
      read_array<double>(file, {"a matrix of " + std::to_string(columns) + " columns, the pixels of a block",
                                [=](Index, Index found) { return found == columns; }, false});
  if (matrix.is_complex()) throw Error(matrix.name + " is complex: blocks are measured by a real matrix");
  return make_matrix(matrix.values);
}

std::vector<Index> read_rows(const std::string& file) {
  const NumberArray<double> numbers = read_array<double>(
      file, {"a list of numbers of patterns",
             [](Index rows, Index columns) { return std::min(rows, columns) == 1; }, true});
  return pattern_numbers(numbers.values, file);
}

std::optional<MeasurementCount> parse_count(const std::string& text) {
  const bool is_number = std::all_of(text.begin(), text.end(),
                                     [](char c) { return (c >= '0' && c <= '9') || c == '.' || c == '%'; });
  if (!is_number) return {};
  MeasurementCount count;
  std::istringstream in(text);
  if (!(in >> count) || !in.eof())
    throw UsageError("--rows must be a number, a share or a file; got " + text);
  return count;
}

}  // namespace

void PatternOptions::add_to(CommandLine& command_line, const std::string& group) {
  auto add = command_line.group(group).add_options();
  add("patterns", po::value(&patterns)->value_name("NAME|FILE"),
      "measured by patterns, without a matrix: hadamard (±1, Walsh functions in two dimensions), dct or "
      "pixel; a picture: the mask of the pixels that are seen, white; a file of a matrix: with --block, for "
      "each "
      "block");
  add("order", po::value(&order)->default_value(order)->value_name("NAME"),
      "in which order patterns were shown: natural, sequency, dyadic, zigzag or random:SEED");
  add("readings", po::value(&readings)->default_value(readings)->value_name("NAME"),
      "what was read: signed; positive: by patterns of 0 and 1; pairs: each of these, then its negative");
  add("rows", po::value(&rows)->value_name("FILE|N|SHARE"),
      "which patterns were shown: a file of their numbers in that order, from 0, or so many of the first");
}

void PatternOptions::validate() const {
  if (!any()) {
    if (!rows.empty()) throw UsageError("--rows needs --patterns");
    return;
  }
  if (is_pattern_kind(patterns)) {
    Patterns{patterns, order, readings, {}}.validate(1, 1);  // its words; the sides are not known yet
  }
  if (!rows.empty()) parse_count(rows);
}

void PatternOptions::describe(nlohmann::ordered_json& json) const {
  if (!any()) return;
  json["patterns"] = patterns;
  json["order"] = order;
  json["readings"] = readings;
  if (!rows.empty()) json["rows"] = rows;
}

void PatternOptions::Chosen::check_shape(const std::string& name, Index height, Index width) const {
  if (!sides || *sides == std::pair(height, width)) return;
  throw Error(name + " has " + std::to_string(height) + " × " + std::to_string(width) +
              " pixels, and the mask " + std::to_string(sides->first) + " × " +
              std::to_string(sides->second));
}

PatternOptions::Chosen PatternOptions::load(Index block) const {
  Chosen chosen;
  if (!any()) return chosen;
  if (is_pattern_kind(patterns)) {
    if (block > 0) throw UsageError("--block takes no patterns but those of a matrix in a file");
    chosen.patterns = Patterns{patterns, order, readings, {}};
    chosen.count = rows.empty() ? std::nullopt : parse_count(rows);
    if (!rows.empty() && !chosen.count) chosen.patterns->rows = read_rows(rows);
  } else if (block > 0) {
    chosen.of_block = read_block_matrix(patterns, block * block);
  } else if (has_image_extension(patterns)) {
    read_mask(patterns, chosen);
  } else {
    throw UsageError(
        "--patterns must be hadamard, dct, pixel, a picture, or with --block a file of a matrix; got " +
        patterns);
  }
  return chosen;
}

}  // namespace isr
