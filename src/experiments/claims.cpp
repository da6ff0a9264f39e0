#include "experiments/claims.h"

#include <algorithm>
#include <cmath>

#include "base/text.h"

namespace isr {
namespace {

// A recovery counts as good below this log2 ‖w − w*‖²: an error of 1/16, for ‖w*‖² = 5.
constexpr double good_error = -4;

// "N = 2: 410; N = 3: 3,096"
class Evidence {
 public:
  Evidence& add(int depth, const std::string& value) {
    text_ += (text_.empty() ? "N = " : "; N = ") + std::to_string(depth) + ": " + value;
    return *this;
  }
  const std::string& text() const { return text_; }

 private:
  std::string text_;
};

double width(const std::optional<std::pair<double, double>>& window) {
  return window ? window->second - window->first : 0;
}

Claim smaller_start_widens(const ErrorStudy& small, const ErrorStudy& large) {
  Claim claim;
  claim.statement = "A smaller initialization widens the early-stopping window";
  claim.test = "at each depth, more iterations with median log₂ error below −4 from w₀ = " +
               scientific(small.options.runs[0].init) +
               " than from w₀ = " + scientific(large.options.runs[0].init);
  Evidence evidence;
  claim.holds = true;
  for (std::size_t i = 0; i < small.curves.size(); ++i) {
    const double wide = width(iterations_below(small.curves[i], good_error));
    const double narrow = width(iterations_below(large.curves[i], good_error));
    evidence.add(small.curves[i].run.depth, grouped(wide) + " against " + grouped(narrow));
    claim.holds = claim.holds && wide > narrow;
  }
  claim.evidence = evidence.text();
  return claim;
}

Claim depth_widens(const ErrorStudy& study) {
  Claim claim;
  claim.statement = "Depth widens the early-stopping window";
  claim.test =
      "from the same w₀, the window grows with the depth: more iterations, and from the least to the "
      "greatest depth a larger ratio of its end to its beginning";
  Evidence evidence;
  claim.holds = true;
  double previous = 0, first_ratio = 0, ratio = 0;
  for (const ErrorCurve& curve : study.curves) {
    const double size = width(curve.window);
    ratio = curve.window ? curve.window->second / std::max(1.0, curve.window->first) : 0;
    if (first_ratio == 0) first_ratio = ratio;
    evidence.add(curve.run.depth, grouped(size) + " iterations, ratio " + fixed(ratio, 2));
    claim.holds = claim.holds && size > previous;
    previous = size;
  }
  claim.holds = claim.holds && ratio > first_ratio;
  claim.evidence = evidence.text();
  return claim;
}

Claim depth_allows_larger_start(const CoordinateStudy& study) {
  Claim claim;
  claim.statement = "Depth allows a larger initialization";
  claim.test = "from a large w₀ = " + scientific(study.options.runs[0].init) +
               ", the least ‖w − w*‖² along the path falls with the depth";
  Evidence evidence;
  claim.holds = true;
  double previous = std::numeric_limits<double>::infinity();
  for (const CoordinatePath& path : study.paths) {
    evidence.add(path.run.depth, fixed(path.least_error, 4));
    claim.holds = claim.holds && path.least_error < previous;
    previous = path.least_error;
  }
  claim.evidence = evidence.text();
  return claim;
}

Claim learns_incrementally(const CoordinateStudy& study) {
  Claim claim;
  claim.statement = "Learning is incremental: large coordinates first";
  claim.test = "at each depth, coordinates reach 90 % of w* in the order of their size, the largest first";
  Evidence evidence;
  claim.holds = true;
  const std::vector<double>& signal = study.options.signal;
  for (const CoordinatePath& path : study.paths) {
    std::string times;
    for (std::size_t i = 0; i < signal.size(); ++i) {
      times += (i ? ", " : "") + (path.ninety_percent[i] ? grouped(*path.ninety_percent[i]) : "never");
      for (std::size_t j = 0; j < signal.size(); ++j) {
        if (signal[i] <= signal[j]) continue;
        claim.holds = claim.holds && path.ninety_percent[i] &&
                      (!path.ninety_percent[j] || *path.ninety_percent[i] < *path.ninety_percent[j]);
      }
    }
    evidence.add(path.run.depth, times);
  }
  claim.evidence = evidence.text();
  return claim;
}

Claim large_start_acts_like_ridge(const ErrorStudy& study) {
  constexpr double tolerance = 0.15;
  Claim claim;
  claim.statement = "From a large initialization descent stopped early acts like ridge regression";
  claim.test =
      "at each depth, the least median log₂ error is within 0.15 of cross-validated ridge (or below "
      "it), and below least squares by more than 1";
  const double ridge = study.references.ridge.median, least_squares = study.references.least_squares.median;
  Evidence evidence;
  claim.holds = true;
  for (const ErrorCurve& curve : study.curves) {
    evidence.add(curve.run.depth, fixed(curve.minimum, 2));
    claim.holds = claim.holds && curve.minimum < ridge + tolerance && curve.minimum < least_squares - 1;
  }
  claim.evidence =
      evidence.text() + "; ridge: " + fixed(ridge, 2) + "; least squares: " + fixed(least_squares, 2);
  return claim;
}

// Depths ascend, from the same w0: the claims about depth can be tested.
bool depths_compare(const std::vector<DepthRun>& runs) {
  for (std::size_t i = 1; i < runs.size(); ++i) {
    if (runs[i].depth <= runs[i - 1].depth || runs[i].init != runs[0].init) return false;
  }
  return runs.size() > 1;
}

}  // namespace

std::optional<std::pair<double, double>> iterations_below(const ErrorCurve& curve, double level) {
  std::optional<std::pair<double, double>> range;
  for (std::size_t i = 0; i < curve.iteration.size(); ++i) {
    if (curve.error[i].median >= level) continue;
    if (!range) range = {curve.iteration[i], curve.iteration[i]};
    range->second = curve.iteration[i];
  }
  return range;
}

std::vector<Claim> test_claims(const Suite& suite) {
  std::vector<Claim> claims;
  if (const ErrorStudy* study = suite.error_study(Figure::early_stopping_error)) {
    if (suite.larger_start) claims.push_back(smaller_start_widens(*study, *suite.larger_start));
    if (depths_compare(study->options.runs)) claims.push_back(depth_widens(*study));
  }
  const CoordinateStudy* start = suite.coordinate_study(Figure::initialization);
  if (start && depths_compare(start->options.runs)) claims.push_back(depth_allows_larger_start(*start));
  if (const CoordinateStudy* study = suite.coordinate_study(Figure::incremental)) {
    claims.push_back(learns_incrementally(*study));
  }
  if (const ErrorStudy* study = suite.error_study(Figure::kernel)) {
    claims.push_back(large_start_acts_like_ridge(*study));
  }
  return claims;
}

}  // namespace isr
