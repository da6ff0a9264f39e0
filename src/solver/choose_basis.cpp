#include "solver/choose_basis.h"

#include <algorithm>
#include <cmath>
#include <vector>

#include "base/error.h"
#include "solver/recover.h"

namespace isr {
namespace {

constexpr Index most_pictures = 4;
constexpr Index most_side_in_boxes = 64;
constexpr double clearly_less = 0.8;  // of the error of an earlier candidate
constexpr double negligible = 1e-3;   // error: below it rounding and the end of the path decide which is less
constexpr double clearly_more =
    1.25;  // of what an earlier candidate predicts, 1 − error: where noise is most

double held_out_error(const Problem& problem, const RecoverOptions& options, const Cancelled& cancelled) {
  const Recoverer recoverer(problem, {cancelled, {}, {}});
  double sum = 0;
  for (Index picture = 0; picture < recoverer.pictures(); ++picture) {
    const StoppingPoint point = recoverer.stopping_point(picture, options);
    if (cancelled && cancelled()) throw Error("cancelled");
    const auto& errors = point.held_out.errors;
    const double least = errors.empty() ? 1 : *std::min_element(errors.begin(), errors.end());
    sum += std::isfinite(least) ? std::min(least, 1.0) : 1;
  }
  return sum / static_cast<double>(recoverer.pictures());
}

}  // namespace

BasisChoice choose_basis(const Problem& problem, const std::optional<Model>& model,
                         const Cancelled& cancelled) {
  std::vector<BasisChoice> candidates{
      {"pixel", Model::nonnegative}, {"pixel", Model::signed_model}, {"cdf97", Model::signed_model}};
  if (std::max(problem.model.height, problem.model.width) <= most_side_in_boxes)
    candidates.push_back({"boxes", Model::nonnegative});
  Problem asked = problem;
  asked.measurements = problem.measurements.leftCols(
      std::min(problem.measurements.cols(), most_pictures * problem.model.channels));
  std::optional<BasisChoice> best;
  for (BasisChoice& candidate : candidates) {
    if (model && *model != candidate.model) continue;
    asked.model.basis = candidate.basis;
    asked.operators = operators_of(problem.operators.sensing, asked.model);
    RecoverOptions options;
    options.model = candidate.model;
    options.shifts = 1;
    options.stop.rule = StopRule::hold_out;
    options.stop.hold_out = HoldOut{20, 1};
    candidate.held_out_error = held_out_error(asked, options, cancelled);
    if (!best ||
        (best->held_out_error > negligible &&
         candidate.held_out_error < clearly_less * best->held_out_error) ||
        1 - candidate.held_out_error > clearly_more * (1 - best->held_out_error))
      best = candidate;
  }
  return *best;
}

}  // namespace isr
