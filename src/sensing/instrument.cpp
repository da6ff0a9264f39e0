#include "sensing/instrument.h"

#include <Eigen/QR>
#include <algorithm>
#include <cmath>
#include <memory>
#include <numeric>
#include <utility>

#include "base/error.h"
#include "sensing/composite_operator.h"
#include "sensing/corrected_operator.h"
#include "sensing/matrix_operator.h"
#include "sensing/random.h"
#include "sensing/row_subset.h"
#include "sensing/with_outliers.h"

namespace isr {
namespace {

using Eigen::MatrixXd;
using Eigen::VectorXd;

constexpr int most_degree = 20;

bool in_pairs(const MeasurementModel& model) {
  return model.patterns && model.patterns->readings == "pairs";
}

VectorXd poisson_deviations(const MatrixXd& counts) {
  if (counts.minCoeff() < 0)
    throw Error("the measurements are no counts of a Poisson process: one is negative");
  constexpr double anscombe = 3.0 / 8;
  return (counts.rowwise().mean().array() + anscombe).sqrt();
}

// One less the other of each pair.
void subtract_pairs(Problem& problem, VectorXd& sigma) {
  MeasurementModel& model = problem.model;
  const MatrixXd y = problem.measurements;
  const auto first = Eigen::seq(0, Eigen::last, 2), second = Eigen::seq(1, Eigen::last, 2);
  problem.measurements = y(first, Eigen::all) - y(second, Eigen::all);
  if (sigma.size() > 0)
    sigma = (sigma(first).array().square() + sigma(second).array().square()).sqrt().matrix().eval();
  problem.noise *= std::sqrt(2.0), problem.picture_noise *= std::sqrt(2.0);
  model.measurements /= 2;
  model.patterns->readings = "signed";
  problem.operators = make_operators(model);
}

// An orthonormal basis of weights times the polynomials of this degree in the number of the measurement.
MatrixXd polynomials(const VectorXd& weights, int degree) {
  const Index n = weights.size();
  MatrixXd columns(n, std::min<Index>(degree + 1, n));
  const VectorXd t = VectorXd::LinSpaced(n, -1, 1);
  VectorXd before = VectorXd::Zero(n), legendre = VectorXd::Ones(n);
  for (Index k = 0; k < columns.cols(); ++k) {
    columns.col(k) = weights.cwiseProduct(legendre);
    const double order = static_cast<double>(k);
    const VectorXd next =
        ((2 * order + 1) * t.cwiseProduct(legendre) - order * before) / (order + 1);  // Bonnet's recursion
    before = std::exchange(legendre, next);
  }
  return columns.householderQr().householderQ() * MatrixXd::Identity(n, columns.cols());
}

CorrectedOperator::Faults faults_of(const Problem& problem, const Instrument& instrument,
                                    const VectorXd& sigma) {
  const Index n = problem.measurements.rows();
  CorrectedOperator::Faults faults;
  if (sigma.size() > 0) faults.weights = sigma.cwiseInverse();
  const VectorXd weights = sigma.size() > 0 ? faults.weights : VectorXd::Ones(n);
  const bool positive = problem.model.patterns && problem.model.patterns->readings == "positive";
  if (instrument.offset) {
    faults.q = polynomials(weights, *instrument.offset);
    faults.damping = VectorXd::Ones(faults.q.cols());
  } else if (positive) {
    // Of (1·1ᵀ + H)/2 the mean has the singular value √(np)/2, and all else √p/2.
    faults.q = weights.normalized();
    faults.damping = VectorXd::Constant(1, 1 - 1 / std::sqrt(static_cast<double>(n)));
  }
  return faults;
}

// The numbers of `all` readings, or pairs of them, those of the lowest frequencies first.
std::vector<Index> by_frequency(const MeasurementModel& model, Index all) {
  std::vector<Index> numbers(static_cast<std::size_t>(all));
  std::iota(numbers.begin(), numbers.end(), Index{0});
  if (!model.patterns) return numbers;
  const std::vector<Index> frequencies = frequencies_of(*model.patterns, model.height, model.width);
  const std::vector<Index>& shown = model.patterns->rows;
  const auto frequency = [&](Index k) {
    return frequencies[static_cast<std::size_t>(shown.empty() ? k : shown[static_cast<std::size_t>(k)])];
  };
  std::stable_sort(numbers.begin(), numbers.end(),
                   [&](Index a, Index b) { return frequency(a) < frequency(b); });
  return numbers;
}

// A part of an operator that it keeps.
struct OwnedRows {
  OwnedRows(OperatorPtr op, std::vector<Index> rows) : whole(std::move(op)), part(*whole, std::move(rows)) {}
  OperatorPtr whole;
  RowSubset part;
};

}  // namespace

void Instrument::validate(Index readings) const {
  if (sigma.size() > 0 && sigma.size() != readings)
    throw UsageError("sigma must have a value for each of the " + std::to_string(readings) +
                     " readings; it has " + std::to_string(sigma.size()));
  if (sigma.size() > 0 && !(sigma.minCoeff() > 0 && sigma.allFinite()))
    throw UsageError("sigma must be positive numbers");
  if (sigma.size() > 0 && poisson) throw UsageError("poisson and sigma exclude each other");
  if (offset && (*offset < 0 || *offset > most_degree))
    throw UsageError("offset must be a degree from 0 to " + std::to_string(most_degree) + "; got " +
                     std::to_string(*offset));
}

Problem corrected(Problem problem, const Instrument& instrument) {
  instrument.validate(problem.measurements.rows());
  VectorXd sigma = instrument.poisson ? poisson_deviations(problem.measurements) : instrument.sigma;
  if (in_pairs(problem.model)) subtract_pairs(problem, sigma);
  CorrectedOperator::Faults faults = faults_of(problem, instrument, sigma);
  if (instrument.offset && faults.q.cols() >= problem.measurements.rows())
    throw UsageError("offset of degree " + std::to_string(*instrument.offset) + " leaves nothing of " +
                     std::to_string(problem.measurements.rows()) + " measurements");
  if (faults.weights.size() == 0 && faults.q.cols() == 0 && !instrument.outliers) return problem;

  MeasurementModel& model = problem.model;
  const OperatorPtr sensing = problem.operators.sensing;
  auto seen = std::make_shared<CorrectedOperator>(sensing, faults);
  problem.measurements = seen->corrected(std::move(problem.measurements));
  model.weighted = sigma.size() > 0;
  if (model.weighted) problem.noise = 1, problem.picture_noise.resize(0);
  model.corrected = true;
  problem.operators.sensing = seen;
  if (instrument.outliers) {
    // Columns as long as those of X: with the balance λ = 1 for Gaussian matrices of unit columns.
    faults.outliers = std::sqrt(mean_squared_column(*seen));
    if (!(faults.outliers > 0)) throw Error("the measurements see nothing of the unknowns");
    seen = std::make_shared<CorrectedOperator>(sensing, faults);
    model.outliers = true;
    problem.operators.sensing = seen;
    problem.operators.beside = 2 * seen->rows();
    if (problem.operators.synthesis)
      problem.operators.synthesis = with_outliers(problem.operators.synthesis, problem.operators.beside);
  }
  problem.operators.system = problem.operators.synthesis
                                 ? compose(problem.operators.sensing, problem.operators.synthesis)
                                 : problem.operators.sensing;
  return problem;
}

Problem with_readings(Problem problem, const std::vector<Index>& rows) {
  MeasurementModel& model = problem.model;
  problem.measurements = MatrixXd(problem.measurements(rows, Eigen::all));
  model.measurements = static_cast<Index>(rows.size());
  if (model.patterns) {
    const Index step = in_pairs(model) ? 2 : 1;
    std::vector<Index> shown;
    for (std::size_t k = 0; k < rows.size(); k += static_cast<std::size_t>(step)) {
      const Index number = rows[k] / step;
      shown.push_back(model.patterns->rows.empty() ? number
                                                   : model.patterns->rows[static_cast<std::size_t>(number)]);
    }
    model.patterns->rows = std::move(shown);
    problem.operators = make_operators(model);
    return problem;
  }
  const LinearOperator& whole = *problem.operators.sensing;
  OperatorPtr part;
  if (is_dense_ensemble(model.ensemble) && model.block == 0) {
    part = make_matrix(MatrixXd(whole.dense()(rows, Eigen::all)));
  } else {
    const auto owned = std::make_shared<OwnedRows>(problem.operators.sensing, rows);
    part = {owned, &owned->part};
  }
  problem.operators = operators_of(part, model);
  return problem;
}

std::vector<Index> random_readings(const Problem& problem, double share, std::uint32_t seed) {
  if (!(share > 0 && share <= 1)) throw UsageError("keep must be a share above 0% and up to 100%");
  const Index step = in_pairs(problem.model) ? 2 : 1;
  const Index all = problem.measurements.rows() / step;
  const auto count = std::max<Index>(1, std::llround(share * static_cast<double>(all)));
  std::vector<Index> numbers = by_frequency(problem.model, all);
  const bool equal = !problem.model.patterns || problem.model.patterns->kind == "pixel";
  RandomStream stream = RandomStream::named(seed, "kept readings");
  for (Index k = equal ? 0 : count / 2; k < count; ++k)
    std::swap(numbers[static_cast<std::size_t>(k)],
              numbers[static_cast<std::size_t>(k) + stream.below(static_cast<std::size_t>(all - k))]);
  numbers.resize(static_cast<std::size_t>(count));
  std::sort(numbers.begin(), numbers.end());
  std::vector<Index> rows;
  for (const Index number : numbers)
    for (Index part = 0; part < step; ++part) rows.push_back(number * step + part);
  return rows;
}

}  // namespace isr
