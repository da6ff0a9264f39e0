#include "solver/plan.h"

#include <algorithm>
#include <cmath>

#include "base/error.h"
#include "base/parallel.h"
#include "solver/newton_factory.h"

namespace isr {
namespace {

// w0 when the user gives none, relative to the size of w or of each coefficient. The limit is sparsest
// from a start close to zero; a path that is read, to stop on it, is long from there, and shows
// what it has to show from the paper's start. Of the small coefficients of a photograph none is zero.
constexpr double sparse_start = 1e-10, picture_start = 0.05, plain_start = 1e-3;

// Work of a factorization, n²p multiplications, up to which a problem in a basis is solved exactly.
constexpr double most_work = 2e8;

// Of a picture measured by a matrix, in a dictionary of small atoms, up to which its limit is found exactly:
// n² times its pixels, the multiplications of a factorization.
constexpr double most_dictionary_work = 1 << 30;

bool has_matrix(const MeasurementModel& model) {
  return is_dense_ensemble(model.ensemble) && model.block == 0;
}

// Measured by a matrix of its pixels, in a dictionary whose atoms are sparse?
bool has_sparse_atoms(const MeasurementModel& model) {
  return has_matrix(model) && model.basis == "boxes" && !model.outliers;
}

bool is_plain(const MeasurementModel& model) {
  return has_matrix(model) && model.basis == "pixel";
}

// By a matrix in double precision, or by products?
bool is_exact(const MeasurementModel& model, const Stop& stop) {
  const Index n = model.measurements, p = coefficients_of(model);
  if (!NewtonFactory::serves(n, p)) return false;
  if (is_plain(model)) return true;
  const double entries = static_cast<double>(n) * static_cast<double>(p);
  if (entries * static_cast<double>(std::min(n, p)) <= most_work) return true;
  const auto pixels = static_cast<double>(model.pixels());
  return stop.rule == StopRule::limit && has_sparse_atoms(model) &&
         static_cast<double>(n) * static_cast<double>(n) * pixels <= most_dictionary_work;
}

// Bytes beside the operators; what each thread needs for itself counts for each.
std::size_t bytes_of(const Plan& plan, const MeasurementModel& model) {
  const auto n = static_cast<double>(model.measurements), p = static_cast<double>(coefficients_of(model));
  const auto threads = static_cast<double>(thread_count()), channels = static_cast<double>(model.channels);
  const double pixels = static_cast<double>(model.pixels());
  double bytes = 0;
  if (plan.is_exact()) {
    const double rank = std::min(n, p), vectors = 40;
    const double matrices = plan.sized ? threads : 1;  // each round of each thread has its own
    // A second one while the first is made or factored; atoms and their products are about 500 values a
    // pixel.
    constexpr double of_atoms = 250;
    const double matrix = has_sparse_atoms(model) ? (n + of_atoms) * pixels : n * p;
    bytes = 8 * (matrices * 2 * matrix + threads * (2 * rank * rank + vectors * (n + p)));
  } else {
    const double of_coefficients = plan.path == PathKind::descent ? 16 : 20, of_measurements = 8;
    bytes = 4 * channels * (of_coefficients * p + of_measurements * n + 4 * pixels);
    if (!plan.one_by_one) bytes *= threads;
  }
  return bytes < 1e18 ? static_cast<std::size_t>(bytes) : std::numeric_limits<std::size_t>::max() / 2;
}

void choose_steps(Plan& plan, const RecoverOptions& options) {
  plan.iterations = options.iterations;
  plan.step = options.step.value_or(plan.step);
  plan.step_rule = options.step_rule.value_or(options.step      ? StepRule::constant
                                              : plan.one_by_one ? StepRule::adaptive
                                                                : StepRule::constant);
}

}  // namespace

const char* to_string(SolverKind kind) {
  return kind == SolverKind::gradient_flow ? "flow" : "gd";
}

SolverKind parse_solver(const std::string& name) {
  if (name == "flow") return SolverKind::gradient_flow;
  if (name == "gd") return SolverKind::gradient_descent;
  throw UsageError("solver " + name + " is unknown; it is gd (gradient descent) or flow (gradient flow)");
}

void RecoverOptions::validate() const {
  Parametrization{depth, Model::signed_model, init.value_or(1)}.validate();
  stop.validate();
  if (rounds < 0 || rounds > 100)
    throw UsageError("rounds must lie between 0 and 100; got " + std::to_string(rounds));
  if (shifts < 1 || shifts > 64)
    throw UsageError("shifts must lie between 1 and 64; got " + std::to_string(shifts));
  if (step && !(*step > 0 && std::isfinite(*step)))
    throw UsageError("step must be a positive number; got " + std::to_string(*step));
  if (iterations < 0) throw UsageError("iterations must not be negative; got " + std::to_string(iterations));
  if (!(tolerance > 0 && tolerance <= 0.5))
    throw UsageError("tolerance must satisfy 0 < tolerance <= 0.5; got " + std::to_string(tolerance));
  if (limit_residual && !(*limit_residual > 0 && *limit_residual < 1))
    throw UsageError("the residual of the limit must lie between 0 and 1; got " +
                     std::to_string(*limit_residual));
}

Plan plan(const MeasurementModel& model, double noise, const RecoverOptions& options) {
  options.validate();
  const BasisInfo& basis = basis_info(model.basis);
  Plan plan;
  plan.stop = resolved(options.stop, noise);
  plan.seed = options.seed.value_or(model.seed);
  plan.network.depth = options.depth;
  plan.network.model = options.model.value_or(basis.nonnegative && model.is_picture ? Model::nonnegative
                                                                                    : Model::signed_model);

  const bool descends = options.solver == SolverKind::gradient_descent;
  const bool exact = !descends && is_exact(model, plan.stop);
  plan.path = descends ? PathKind::descent : exact ? PathKind::newton_flow : PathKind::reweighted_flow;
  plan.one_by_one = !exact && !is_plain(model);
  plan.equal_columns = plan.one_by_one && !model.corrected && model.ensemble != given_operator &&
                       model.ensemble != given_matrix;
  choose_steps(plan, options);

  plan.sized = model.basis != "pixel" && options.depth > 1;
  plan.rounds = plan.sized && !(descends && !plan.one_by_one) ? options.rounds : 0;
  plan.shifts = plan.rounds > 0 && basis.square && !descends && !model.outliers ? options.shifts : 1;
  plan.reads_fit = plan.sized || plan.one_by_one;
  plan.relative_start = plan.sized || !options.init;
  const bool sparse =
      options.depth > 1 && (plan.sized ? plan.network.model == Model::nonnegative
                                       : plan.one_by_one || plan.stop.rule == StopRule::limit);
  plan.network.init = options.init.value_or(sparse ? sparse_start : plan.sized ? picture_start : plain_start);
  plan.tolerance = options.tolerance;
  plan.limit_residual = options.limit_residual.value_or(exact ? 1e-8 : 5e-5);
  plan.rough_residual = exact ? 1e-4 : 5e-3;
  if (!plan.stop.hold_out) plan.stop.hold_out = plan.one_by_one ? HoldOut{20, 1} : HoldOut{20, 10};
  // On pictures fitting as badly as the truth does is near the best.
  if (plan.reads_fit && !plan.stop.factor) plan.stop.factor = 1;
  plan.bytes = bytes_of(plan, model);
  return plan;
}

}  // namespace isr
