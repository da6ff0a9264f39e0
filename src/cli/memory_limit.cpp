#include "cli/memory_limit.h"

#include <cmath>

#include "base/error.h"
#include "base/memory.h"
#include "base/parallel.h"
#include "baselines/baselines.h"
#include "cli/picture_solving.h"

namespace isr {
namespace {

// Of the solvers of small problems with a matrix: the flow and the baselines keep it in double precision.
std::size_t dense_solver_bytes(const MeasurementModel& model) {
  const auto n = static_cast<std::size_t>(model.measurements), p = static_cast<std::size_t>(model.pixels());
  const auto threads = static_cast<std::size_t>(thread_count());
  if (is_solved_as_pictures(model, SolverOptions(), 0) || n > BaselineOptions{}.max_dense_bytes / 8 / p)
    return 0;
  if (model.basis != "pixel") {  // and each thread a few more, of all coefficients, in rounds
    const auto coefficients = static_cast<std::size_t>(coefficients_of(model));
    return 8 * n * coefficients * (1 + 4 * threads);
  }
  return 24 * n * p + 24 * threads * n * n;
}

}  // namespace

std::size_t estimated_bytes(const MeasurementModel& model, std::size_t images) {
  const Index coefficients = coefficients_of(model);
  const std::size_t values = static_cast<std::size_t>(model.pixels() * model.channels) * images;
  return estimated_operator_bytes(model) + dense_solver_bytes(model) +
         picture_solver_bytes(model, coefficients) + 6 * values * sizeof(float);
}

std::size_t parse_memory(const std::string& text) {
  if (text == "auto") return static_cast<std::size_t>(0.85 * static_cast<double>(available_memory()));
  std::size_t used = 0;
  double value = -1;
  try {
    value = std::stod(text, &used);
  } catch (const std::exception&) {
  }
  double unit = 1;
  const std::string rest = text.substr(used);
  if (rest == "K" || rest == "k")
    unit = 1e3;
  else if (rest == "M")
    unit = 1e6;
  else if (rest == "G")
    unit = 1e9;
  else if (!rest.empty())
    value = -1;
  if (!(value > 0) || !std::isfinite(value * unit) || value * unit > 1e18)
    throw UsageError("--max-memory must be a size such as 4G or 500M, or auto; got '" + text + "'");
  return static_cast<std::size_t>(value * unit);
}

void check_memory(const MeasurementModel& model, std::size_t images, std::size_t limit) {
  const std::size_t needed = estimated_bytes(model, images);
  if (needed <= limit) return;
  const bool matrix = is_dense_ensemble(model.ensemble) && model.block == 0;
  throw Error(
      "recovering " + std::to_string(model.width) + " x " + std::to_string(model.height) +
      " pixels by --ensemble " + model.ensemble + " needs about " + shown_bytes(static_cast<double>(needed)) +
      " of memory, and " + shown_bytes(static_cast<double>(limit)) + " may be used (--max-memory); " +
      (matrix ? "use --ensemble hadamard, which keeps no matrix, or a smaller picture (--resize, --crop)"
              : "use a smaller picture (--resize, --crop), --gray, or fewer pictures at once"));
}

}  // namespace isr
