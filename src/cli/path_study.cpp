#include "cli/path_study.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <set>

#include "metrics/metrics.h"

namespace isr {
namespace {

constexpr double visible_change = 1e-3;    // of ‖w*‖: less cannot be seen in a picture
constexpr double visible_decibels = 0.01;  //
constexpr int traces_shown = 12;           // coordinates on the support, and as many off it

Eigen::MatrixXf columns_of(const std::vector<Eigen::VectorXf>& vectors) {
  Eigen::MatrixXf matrix(vectors[0].size(), static_cast<Index>(vectors.size()));
  for (std::size_t i = 0; i < vectors.size(); ++i) matrix.col(static_cast<Index>(i)) = vectors[i];
  return matrix;
}

// ‖fitted − y‖ / ‖y‖ over some of the rows; NaN where there are none.
double residual_over(const std::vector<Index>& rows, Eigen::Ref<const Eigen::VectorXf> fitted,
                     const Eigen::VectorXf& y) {
  double squares = 0, norm = 0;
  for (const Index i : rows) {
    squares += std::pow(static_cast<double>(fitted[i]) - y[i], 2);
    norm += std::pow(y[i], 2);
  }
  return std::sqrt(squares / norm);
}

// Everything that is measured at every sample.
std::vector<PathMoment> measure(const SplitMeasurements& split, const PathSubject& subject,
                                const SampledPath& samples, const Eigen::MatrixXf& w,
                                const Eigen::MatrixXf& pixels) {
  Eigen::MatrixXf fitted(split.operators().system->rows(), w.cols());
  split.operators().system->apply(w, fitted);
  const float threshold = split.operators().synthesis ? support_threshold : 0.0f;
  std::vector<PathMoment> moments;
  for (Index i = 0; i < w.cols(); ++i) {
    PathMoment moment;
    moment.flow_time = samples.times[static_cast<std::size_t>(i)];
    moment.residual = samples.residuals[static_cast<std::size_t>(i)];
    moment.psnr = psnr(Image(subject.truth.height, subject.truth.width, pixels.col(i)), subject.truth);
    moment.relative_error = relative_error(pixels.col(i), subject.truth.pixels.col(0));
    moment.held_out_residual = residual_over(split.rows().held_out, fitted.col(i), subject.measurements);
    const SupportExtremes extremes = support_extremes(w.col(i), subject.coefficients, threshold);
    moment.off_support = extremes.off;
    moment.on_support = extremes.on;
    moment.support = support_size(w.col(i));
    moments.push_back(moment);
  }
  return moments;
}

// The part of the path on which something visible happens, with a decade of plateau before it.
struct VisiblePart {
  std::size_t first = 0, last = 0;
};

VisiblePart visible_part(const std::vector<PathMoment>& moments, const Eigen::MatrixXf& pixels,
                         double truth_norm) {
  const Index end = pixels.cols() - 1;
  const double visible = visible_change * truth_norm;
  Index rise = 0;
  while (rise < end && (pixels.col(rise + 1) - pixels.col(0)).norm() <= visible) ++rise;
  VisiblePart part;
  while (moments[part.first + 1].flow_time < 0.1 * moments[static_cast<std::size_t>(rise)].flow_time &&
         part.first + 1 < moments.size() - 1)
    ++part.first;
  const auto seen = [](double decibels) { return std::min(decibels, window_ceiling); };
  Index settled = end;
  while (settled > rise && (pixels.col(settled - 1) - pixels.col(end)).norm() <= visible &&
         std::abs(seen(moments[static_cast<std::size_t>(settled - 1)].psnr) - seen(moments.back().psnr)) <=
             visible_decibels)
    --settled;
  part.last = static_cast<std::size_t>(settled);
  while (part.last + 1 < moments.size() &&
         moments[part.last].flow_time < 3 * moments[static_cast<std::size_t>(settled)].flow_time)
    ++part.last;
  return part;
}

std::size_t least_held_out(const std::vector<PathMoment>& moments) {
  const auto least = std::min_element(moments.begin(), moments.end(), [](const auto& a, const auto& b) {
    return a.held_out_residual < b.held_out_residual;
  });
  return static_cast<std::size_t>(least - moments.begin());
}

// The first moment with a residual of at most this; none: the number of moments.
std::size_t first_below(const std::vector<PathMoment>& moments, double residual) {
  const auto first =
      std::find_if(moments.begin(), moments.end(), [&](const auto& m) { return m.residual <= residual; });
  return static_cast<std::size_t>(first - moments.begin());
}

std::size_t nearest_time(const std::vector<PathMoment>& moments, double time) {
  std::size_t nearest = 0;
  for (std::size_t i = 0; i < moments.size(); ++i)
    if (std::abs(std::log(moments[i].flow_time / time)) <
        std::abs(std::log(moments[nearest].flow_time / time)))
      nearest = i;
  return nearest;
}

// The stops, as indices of all samples.
std::map<std::string, std::size_t> find_stops(const SplitMeasurements& split, const PathSubject& subject,
                                              const std::vector<PathMoment>& moments,
                                              double iterations_time) {
  std::map<std::string, std::size_t> stops{{"oracle", best_moment(moments)}, {"limit", moments.size() - 1}};
  const auto add = [&](StopRule rule, std::size_t i) {
    if (i < moments.size()) stops[rule_key(rule)] = i;
  };
  if (!split.rows().held_out.empty()) add(StopRule::hold_out, least_held_out(moments));
  const Stop stop = resolved(subject.stop, subject.noise);
  if (stop.sigma > 0)
    add(StopRule::discrepancy,
        first_below(moments, discrepancy_residual(stop.factor, stop.sigma,
                                                  static_cast<Index>(split.rows().kept.size())) /
                                 split.kept_entries(subject.measurements).norm()));
  if (stop.rule == StopRule::residual) add(stop.rule, first_below(moments, stop.residual));
  if (stop.rule == StopRule::time) add(stop.rule, nearest_time(moments, stop.flow_time));
  if (stop.rule == StopRule::iterations) add(stop.rule, nearest_time(moments, iterations_time));
  return stops;
}

// The moments to show: spread over the visible part, and all those that have a meaning.
std::vector<std::size_t> choose_moments(const std::vector<PathMoment>& moments, const Eigen::MatrixXf& pixels,
                                        const VisiblePart& part, double truth_norm, std::size_t count,
                                        const std::set<std::size_t>& always) {
  std::vector<double> times, change;
  for (std::size_t i = part.first; i <= part.last; ++i) {
    times.push_back(moments[i].flow_time);
    const std::size_t before = std::max(i, part.first + 1) - 1;
    const auto seen = [](double decibels) { return std::clamp(decibels, 0.0, window_ceiling); };
    change.push_back((pixels.col(static_cast<Index>(i)) - pixels.col(static_cast<Index>(before))).norm() /
                         truth_norm +
                     std::abs(seen(moments[i].psnr) - seen(moments[before].psnr)) / 20);
  }
  std::set<std::size_t> chosen = always;
  for (const std::size_t i : spread_moments(times, change, count)) chosen.insert(part.first + i);
  return {chosen.begin(), chosen.end()};
}

// Coordinates spread over the ranks of `size`, largest first.
std::vector<Index> spread_over_ranks(std::vector<Index> indices, const Eigen::VectorXf& size) {
  std::stable_sort(indices.begin(), indices.end(), [&](Index a, Index b) { return size[a] > size[b]; });
  const std::size_t count = std::min<std::size_t>(traces_shown, indices.size());
  std::vector<Index> chosen;
  // Of a large support the small coordinates are most: there, ranks a constant factor apart.
  const auto size_of = static_cast<double>(indices.size());
  const bool large = indices.size() > 2000;
  for (std::size_t k = 0; k < count; ++k) {
    const double share = static_cast<double>(k) / static_cast<double>(count);
    chosen.push_back(
        indices[static_cast<std::size_t>(large ? 4 * std::pow(size_of / 4, share) : share * size_of)]);
  }
  return chosen;
}

CoordinateTraces trace(const Eigen::MatrixXf& w, const std::vector<std::size_t>& shown,
                       const Eigen::VectorXf& truth, float threshold) {
  std::vector<Index> on, off;
  for (Index i = 0; i < truth.size(); ++i) (std::abs(truth[i]) > threshold ? on : off).push_back(i);
  on = spread_over_ranks(on, truth.cwiseAbs());
  off = spread_over_ranks(off, w.rightCols(1).cwiseAbs());
  const auto rows = [&](const std::vector<Index>& indices) {
    Eigen::MatrixXf values(static_cast<Index>(indices.size()), static_cast<Index>(shown.size()));
    for (Index i = 0; i < values.rows(); ++i)
      for (Index t = 0; t < values.cols(); ++t)
        values(i, t) =
            w(indices[static_cast<std::size_t>(i)], static_cast<Index>(shown[static_cast<std::size_t>(t)]));
    return values;
  };
  return {rows(on), rows(off)};
}

}  // namespace

const char* rule_key(StopRule rule) {
  switch (rule) {
    case StopRule::automatic:
    case StopRule::hold_out:
      return "hold-out";
    case StopRule::residual:
      return "residual";
    case StopRule::discrepancy:
      return "discrepancy";
    case StopRule::time:
      return "time";
    case StopRule::iterations:
      return "iterations";
    case StopRule::limit:
      return "limit";
    case StopRule::oracle:
      return "oracle";
  }
  return "";
}

ComparedPath study_path(const SplitMeasurements& split, const PathSubject& subject,
                        const PathRequest& request) {
  const auto start = std::chrono::steady_clock::now();
  const Eigen::VectorXf y = split.kept_entries(subject.measurements);
  FollowedPath solved = follow_path(split, y, request);
  const std::chrono::duration<double> seconds = std::chrono::steady_clock::now() - start;
  const Eigen::MatrixXf w = columns_of(solved.samples.w);
  const Eigen::MatrixXf pixels = split.operators().pixels(w);
  const std::vector<PathMoment> all = measure(split, subject, solved.samples, w, pixels);
  const double truth_norm = subject.truth.pixels.norm();
  const VisiblePart part = visible_part(all, pixels, truth_norm);
  const StoppingWindow window = stopping_window(all);
  const auto stops = find_stops(split, subject, all, solved.step * static_cast<double>(request.iterations));
  std::set<std::size_t> always{window.first, window.last};
  for (const auto& [rule, i] : stops) always.insert(i);
  const std::vector<std::size_t> shown =
      choose_moments(all, pixels, part, truth_norm, request.moments, always);

  ComparedPath path;
  const auto place = [&](std::size_t i) {
    return static_cast<std::size_t>(std::lower_bound(shown.begin(), shown.end(), i) - shown.begin());
  };
  for (const std::size_t i : shown) {
    path.moments.push_back(all[i]);
    path.pictures.add(Image(subject.truth.height, subject.truth.width, pixels.col(static_cast<Index>(i))));
  }
  path.window = {place(window.first), place(window.last)};
  for (const auto& [rule, i] : stops) path.stops[rule] = place(i);
  path.depth = request.network.depth;
  path.step = solved.step;
  path.status = solved.status;
  path.seconds = seconds.count();
  path.settled_time = all[part.last].flow_time;
  path.coordinates =
      trace(w, shown, subject.coefficients, split.operators().synthesis ? support_threshold : 0.0f);
  return path;
}

}  // namespace isr
