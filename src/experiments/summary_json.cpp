#include "experiments/summary.h"
#include "report/results.h"

namespace isr {
namespace {

using Json = nlohmann::ordered_json;

Json optional_number(const std::optional<double>& value) {
  return value ? Json(*value) : Json(nullptr);
}

Json window_json(const std::optional<std::pair<double, double>>& window) {
  return window ? Json{window->first, window->second} : Json(nullptr);
}

Json settings_json(const ExperimentOptions& options) {
  Json json;
  json["measurements"] = options.n;
  json["unknowns"] = options.p;
  json["signal"] = options.signal.empty() ? Json("N(0, 1)") : Json(options.signal);
  json["noise"] = options.noise;
  json["seed"] = options.seed;
  json["replicates"] = options.replicates;
  return json;
}

Json run_json(const DepthRun& run) {
  return {{"depth", run.depth}, {"w0", run.init}, {"step", run.step}, {"iterations", run.iterations}};
}

Json path_json(const CoordinatePath& path) {
  Json json = run_json(path.run);
  json["status"] = to_string(path.status);
  json["seconds"] = path.seconds;
  json["learned"] = optional_number(path.learned);
  json["noise_fitted"] = optional_number(path.noise_fitted);
  json["noise_fitted_absolute"] = optional_number(path.magnitude_fitted);
  json["window"] = window_json(path.window());
  for (const auto& iteration : path.ninety_percent)
    json["ninety_percent"].push_back(optional_number(iteration));
  json["least_error"] = path.least_error;
  json["least_error_iteration"] = path.least_error_iteration;
  return json;
}

Json curve_json(const ErrorCurve& curve) {
  Json json = run_json(curve.run);
  json["seconds"] = curve.seconds;
  json["diverged"] = curve.diverged;
  json["minimum_log2"] = curve.minimum;
  json["minimum_standard_error"] = curve.minimum_deviation;
  json["minimum_iteration"] = curve.minimum_iteration;
  json["window"] = window_json(curve.window);
  if (!curve.error.empty()) json["last_log2"] = curve.error.back().median;
  return json;
}

Json quartiles_json(const Quartiles& quartiles) {
  return {{"lower", quartiles.lower}, {"median", quartiles.median}, {"upper", quartiles.upper}};
}

Json study_json(const CoordinateStudy& study) {
  Json json = settings_json(study.options);
  for (const CoordinatePath& path : study.paths) json["depths"].push_back(path_json(path));
  for (const CoordinatePath& path : study.flow) json["flow"].push_back(path_json(path));
  return json;
}

Json study_json(const ErrorStudy& study) {
  Json json = settings_json(study.options);
  json["least_squares_log2"] = quartiles_json(study.references.least_squares);
  json["ridge_log2"] = quartiles_json(study.references.ridge);
  for (const ErrorCurve& curve : study.curves) json["depths"].push_back(curve_json(curve));
  for (const ErrorCurve& curve : study.flow) json["flow"].push_back(curve_json(curve));
  return json;
}

}  // namespace

Json summary_json(const Suite& suite, const SuiteSummary& summary) {
  Json json;
  json["solver"] = suite.options.solver == PathSolver::descent ? "gd" : "flow";
  json["seconds"] = suite.seconds;
  json["peak_memory_bytes"] = peak_memory_bytes();
  for (const auto& study : suite.coordinates) {
    json["figures"][to_string(study->options.figure)] = study_json(*study);
  }
  for (const auto& study : suite.errors) {
    json["figures"][to_string(study->options.figure)] = study_json(*study);
  }
  json["comparisons"] = Json::array();
  for (const ComparedNumber& comparison : summary.comparisons) {
    json["comparisons"].push_back({{"figure", to_string(comparison.figure)},
                                   {"depth", comparison.depth},
                                   {"quantity", comparison.quantity},
                                   {"measured", optional_number(comparison.measured)},
                                   {"authors", comparison.authors},
                                   {"tolerance", comparison.tolerance},
                                   {"within", comparison.within()}});
  }
  json["claims"] = Json::array();
  for (const Claim& claim : summary.claims) {
    json["claims"].push_back({{"statement", claim.statement},
                              {"test", claim.test},
                              {"evidence", claim.evidence},
                              {"holds", claim.holds}});
  }
  return json;
}

}  // namespace isr
