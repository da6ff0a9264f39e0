#include "sensing/problem.h"

#include <algorithm>
#include <cmath>

#include "base/error.h"
#include "base/foreign_text.h"
#include "sensing/composite_operator.h"
#include "sensing/matrix_operator.h"
#include "sensing/structured_operators.h"

namespace isr {

namespace {

std::string joined(const std::vector<std::string>& words) {
  std::string text;
  for (const auto& word : words) text += (text.empty() ? "" : ", ") + word;
  return text;
}

}  // namespace

Eigen::MatrixXf Operators::pixels(ConstColumns w) const {
  if (!synthesis) return w.topRows(w.rows() - beside);
  Eigen::MatrixXf image(synthesis->rows(), w.cols());
  synthesis->apply(w, image);
  return image.topRows(image.rows() - beside);
}

const std::vector<std::string>& ensemble_names() {
  static const std::vector<std::string> names{"gaussian", "rademacher", "biased-sign", "hadamard", "dct"};
  return names;
}

bool is_dense_ensemble(const std::string& name) {
  return name != "hadamard" && name != "dct" && name != given_operator && name != pattern_ensemble;
}

Index count_blocks(Index height, Index width, Index block) {
  return ((height + block - 1) / block) * ((width + block - 1) / block);
}

std::string describe_ensemble(const MeasurementModel& model) {
  return model.patterns ? describe(*model.patterns) : model.ensemble;
}

namespace {

// The operator of the model's ensemble on p values.
OperatorPtr make_sensing(const MeasurementModel& model, Index n, Index p) {
  if (model.of_block) {
    if (model.of_block->rows() != n || model.of_block->cols() != p)
      throw UsageError("the matrix of a block must be " + std::to_string(n) + " × " + std::to_string(p) +
                       "; it is " + std::to_string(model.of_block->rows()) + " × " +
                       std::to_string(model.of_block->cols()));
    return model.of_block;
  }
  const auto& names = ensemble_names();
  if (std::find(names.begin(), names.end(), model.ensemble) == names.end())
    throw UsageError("ensemble " + printable(model.ensemble) + " is unknown; it is one of " + joined(names));
  if (model.ensemble == "hadamard") return make_randomized_hadamard(n, p, model.seed);
  if (model.ensemble == "dct") return make_randomized_dct(n, p, model.seed);
  return make_ensemble(parse_ensemble(model.ensemble), n, p, model.seed, model.positive_probability);
}

OperatorPtr make_block_sensing(const MeasurementModel& model) {
  if (model.block > most_block_side)
    throw UsageError("the block must have a side of at most " + std::to_string(most_block_side) + " pixels");
  const Index blocks = count_blocks(model.height, model.width, model.block);
  if (model.measurements % blocks != 0)
    throw UsageError("in block mode the measurements must be a multiple of the " + std::to_string(blocks) +
                     " blocks; got " + std::to_string(model.measurements));
  return make_block_operator(make_sensing(model, model.measurements / blocks, model.block * model.block),
                             model.height, model.width, model.block);
}

}  // namespace

Operators make_operators(const MeasurementModel& model) {
  if (model.patterns)
    return operators_of(make_patterns(*model.patterns, model.measurements, model.height, model.width), model);
  return operators_of(
      model.block > 0 ? make_block_sensing(model) : make_sensing(model, model.measurements, model.pixels()),
      model);
}

Operators operators_of(OperatorPtr sensing, const MeasurementModel& model) {
  Operators operators;
  operators.sensing = std::move(sensing);
  basis_info(model.basis);
  if (model.basis == "pixel") {
    operators.system = operators.sensing;
  } else {
    operators.synthesis = make_basis(model.basis, model.height, model.width);
    operators.system = compose(operators.sensing, operators.synthesis);
  }
  return operators;
}

Index coefficients_of(const MeasurementModel& model) {
  const Index beside = model.outliers ? 2 * model.measurements : 0;
  const Index atoms = model.basis == "boxes" ? 16 : model.basis.ends_with("-ti") ? 13 : 1;
  return atoms * model.pixels() + beside;
}

std::size_t estimated_operator_bytes(const MeasurementModel& model) {
  const auto side = static_cast<double>(model.block), pixels = static_cast<double>(model.pixels());
  const double blocks = model.block > 0 ? std::ceil(static_cast<double>(model.height) / side) *
                                              std::ceil(static_cast<double>(model.width) / side)
                                        : 1;
  const double entries =
      static_cast<double>(model.measurements) / blocks * (model.block > 0 ? side * side : pixels);
  double bytes = 12 * pixels;                              // signs, rows, vectors between operators
  const double each = model.ensemble == given_matrix ? 12  // in single and double precision
                      : model.ensemble == to_string(Ensemble::gaussian) ? 4
                                                                        : 0.25;
  if (is_dense_ensemble(model.ensemble)) bytes += entries * each;
  if (model.basis == "boxes") bytes += 12.0 * 100 * pixels;
  return bytes < 1e18 ? static_cast<std::size_t>(bytes) : std::numeric_limits<std::size_t>::max() / 2;
}

namespace {

// Small matrices measure in double precision: rounding would be noise that no solver could fit.
bool measures_in_double(const MeasurementModel& model) {
  constexpr Index most_entries = Index{1} << 24;
  return is_dense_ensemble(model.ensemble) && model.measurements <= most_entries / model.pixels();
}

// Φ x, column by column, so that the bits are the same on every machine.
Eigen::MatrixXd measure(const MeasurementModel& model, const LinearOperator& sensing, ConstColumns pixels) {
  if (measures_in_double(model)) {
    const Eigen::MatrixXd matrix = sensing.dense();
    Eigen::MatrixXd y = Eigen::MatrixXd::Zero(matrix.rows(), pixels.cols());
    for (Index b = 0; b < pixels.cols(); ++b)
      for (Index j = 0; j < matrix.cols(); ++j) y.col(b) += double{pixels(j, b)} * matrix.col(j);
    return y;
  }
  Eigen::MatrixXf y(sensing.rows(), pixels.cols());
  sensing.apply(pixels, y);
  return y.cast<double>();
}

}  // namespace

std::size_t estimated_measuring_bytes(const MeasurementModel& model) {
  return measures_in_double(model) ? static_cast<std::size_t>(8 * model.measurements * model.pixels()) : 0;
}

namespace {

Problem given_problem(OperatorPtr x, const char* ensemble, const MatrixView& y, double noise) {
  if (y.rows() != x->rows())
    throw UsageError("y must have a row for each of the " + std::to_string(x->rows()) +
                     " rows of X; it has " + std::to_string(y.rows()));
  if (y.cols() == 0) throw UsageError("y must have at least one column");
  if (!y.allFinite()) throw UsageError("y holds a value that is not a finite number");
  if (!std::isnan(noise) && !(noise >= 0 && std::isfinite(noise)))
    throw UsageError("noise must be a number of at least 0; got " + std::to_string(noise));
  MeasurementModel model;
  model.height = 1, model.width = x->cols();
  model.is_picture = false;
  model.measurements = x->rows();
  model.ensemble = ensemble;
  model.seed = 0;  // of what is held out: as of arrays that come from files
  return {model, operators_of(std::move(x), model), y, noise};
}

template <class Stored, class Matrix>
Problem matrix_problem(const Matrix& x, const MatrixView& y, double noise) {
  if (x.size() == 0) throw UsageError("X must have at least one row and one column");
  if (!x.allFinite()) throw UsageError("X holds a value that is not a finite number");
  return given_problem(make_matrix(Stored(x)), given_matrix, y, noise);
}

}  // namespace

Problem make_problem(const MatrixView& x, const MatrixView& y, double noise) {
  return matrix_problem<Eigen::MatrixXd>(x, y, noise);
}

Problem make_problem(const FloatMatrixView& x, const MatrixView& y, double noise) {
  return matrix_problem<DenseMatrix::RowMajor>(x, y, noise);
}

Problem make_problem(OperatorPtr x, const MatrixView& y, double noise) {
  return given_problem(std::move(x), given_operator, y, noise);
}

Problem simulate(const MeasurementModel& model, ConstColumns pixels, double noise) {
  return simulate(model, make_operators(model), pixels, noise);
}

Problem simulate(const MeasurementModel& model, const Operators& operators, ConstColumns pixels,
                 double noise) {
  Problem problem{model, operators, {}, noise};
  problem.measurements = add_noise(measure(model, *problem.operators.sensing, pixels), noise, model.seed);
  return problem;
}

}  // namespace isr
