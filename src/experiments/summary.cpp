#include "experiments/summary.h"

#include <sstream>

#include "base/text.h"

namespace isr {
namespace {

std::string count(const std::optional<double>& iteration) {
  return iteration ? grouped(*iteration) : "never";
}

std::string range(const std::optional<std::pair<double, double>>& window) {
  if (!window) return "none | 0";
  return grouped(window->first) + "–" + grouped(window->second) + " | " +
         grouped(window->second - window->first);
}

std::string value_of(const ComparedNumber& comparison, double value) {
  return comparison.authors < 0 ? fixed(value, 3) : grouped(value);  // a minimum, or an iteration
}

void write_claims(const std::vector<Claim>& claims, std::ostream& out) {
  if (claims.empty()) return;
  out << "## What the paper says, measured\n\n| claim | holds | measured | test |\n|---|---|---|---|\n";
  for (const Claim& claim : claims) {
    out << "| " << claim.statement << " | " << (claim.holds ? "yes" : "**no**") << " | " << claim.evidence
        << " | " << claim.test << " |\n";
  }
  out << "\n";
}

void write_comparisons(const std::vector<ComparedNumber>& comparisons, std::ostream& out) {
  if (comparisons.empty()) return;
  out << "## Beside the authors' code\n\nIterations, and minima of the median log₂ ‖w − w*‖². With the "
         "paper's "
         "seed the data are those of the authors' code and the tolerance is that of rounding; with another "
         "seed it is the spread over draws of the noise.\n\n"
         "| figure | N | quantity | measured | authors | tolerance | within "
         "|\n|---|---|---|---|---|---|---|\n";
  for (const ComparedNumber& comparison : comparisons) {
    out << "| " << to_string(comparison.figure) << " | " << comparison.depth << " | " << comparison.quantity
        << " | " << (comparison.measured ? value_of(comparison, *comparison.measured) : "never") << " | "
        << value_of(comparison, comparison.authors) << " | ±"
        << (comparison.authors < 0 ? fixed(comparison.tolerance, 2) : grouped(comparison.tolerance)) << " | "
        << (comparison.within() ? "yes" : "**no**") << " |\n";
  }
  out << "\n";
}

std::string settings(const ExperimentOptions& options) {
  std::ostringstream out;
  out << "n = " << options.n << ", p = " << options.p << ", σ = " << options.noise << ", seed "
      << options.seed;
  if (options.replicates > 1) out << ", " << options.replicates << " replicates";
  return out.str();
}

std::string run_cells(const DepthRun& run) {
  std::ostringstream out;
  out << "| " << run.depth << " | " << scientific(run.init) << " | " << scientific(run.step) << " | "
      << grouped(static_cast<double>(run.iterations)) << " | ";
  return out.str();
}

void write_paths(const std::vector<CoordinatePath>& paths, const char* title, std::ostream& out) {
  if (paths.empty()) return;
  out << title
      << "| N | w₀ | η | iterations | window | size | off-support max &#124;w&#124; passes the bound | "
         "least ‖w − w*‖² | 90 % of each coordinate | seconds |\n|---|---|---|---|---|---|---|---|---|---|\n";
  for (const CoordinatePath& path : paths) {
    out << run_cells(path.run) << range(path.window()) << " | " << count(path.magnitude_fitted) << " | "
        << fixed(path.least_error, 4) << " at " << grouped(path.least_error_iteration) << " | ";
    for (std::size_t i = 0; i < path.ninety_percent.size(); ++i) {
      out << (i ? ", " : "") << count(path.ninety_percent[i]);
    }
    out << " | " << fixed(path.seconds, 2) << " |\n";
  }
  out << "\n";
}

void write_curves(const std::vector<ErrorCurve>& curves, const char* title, std::ostream& out) {
  if (curves.empty()) return;
  out << title
      << "| N | w₀ | η | iterations | window | size | minimum (log₂) | at | last (log₂) | diverged | "
         "seconds |\n|---|---|---|---|---|---|---|---|---|---|---|\n";
  for (const ErrorCurve& curve : curves) {
    out << run_cells(curve.run) << range(curve.window) << " | " << fixed(curve.minimum, 3) << " ± "
        << fixed(curve.minimum_deviation, 3) << " | " << grouped(curve.minimum_iteration) << " | "
        << (curve.error.empty() ? "" : fixed(curve.error.back().median, 3)) << " | " << curve.diverged
        << " | " << fixed(curve.seconds, 2) << " |\n";
  }
  out << "\n";
}

void write_study(const CoordinateStudy& study, std::ostream& out) {
  out << "## " << to_string(study.options.figure) << "\n\n" << settings(study.options) << "\n\n";
  out << "The window begins when every coordinate of the support is within 0.1 of w*, and ends when the "
         "largest off the support passes w₀^(1/4).\n\n";
  write_paths(study.paths, study.flow.empty() ? "" : "Gradient descent:\n\n", out);
  write_paths(study.flow, "Gradient flow (iteration = τ/η):\n\n", out);
}

void write_study(const ErrorStudy& study, std::ostream& out) {
  const ReferenceErrors& references = study.references;
  out << "## " << to_string(study.options.figure) << "\n\n" << settings(study.options) << "\n\n";
  out << "log₂ ‖w − w*‖², median over the replicates; the window is where it is within 0.5 of its minimum. "
         "Least squares: "
      << fixed(references.least_squares.median, 3)
      << "; ridge, 5-fold cross-validated: " << fixed(references.ridge.median, 3) << ".\n\n";
  write_curves(study.curves, study.flow.empty() ? "" : "Gradient descent:\n\n", out);
  write_curves(study.flow, "Gradient flow (iteration = τ/η):\n\n", out);
}

}  // namespace

SuiteSummary summarize(const Suite& suite) {
  return {compare_with_authors(suite), test_claims(suite)};
}

std::string summary_markdown(const Suite& suite, const SuiteSummary& summary) {
  std::ostringstream out;
  out << "# The paper's synthetic experiments\n\n";
  write_claims(summary.claims, out);
  write_comparisons(summary.comparisons, out);
  for (const auto& study : suite.coordinates) write_study(*study, out);
  for (const auto& study : suite.errors) write_study(*study, out);
  return out.str();
}

}  // namespace isr
