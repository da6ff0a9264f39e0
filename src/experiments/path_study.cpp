#include "experiments/path_study.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <set>

#include "base/error.h"
#include "metrics/metrics.h"
#include "solver/path_sampler.h"

namespace isr {
namespace {

constexpr double visible_change = 1e-3;    // of ‖w*‖: less cannot be seen in a picture
constexpr double visible_decibels = 0.01;  //
constexpr int traces_shown = 12;           // coordinates on the support, and as many off it

// A column for each moment; channels one after the other.
Eigen::MatrixXf columns_of(const std::vector<Eigen::MatrixXf>& moments) {
  Eigen::MatrixXf matrix(moments[0].size(), static_cast<Index>(moments.size()));
  for (std::size_t i = 0; i < moments.size(); ++i) matrix.col(static_cast<Index>(i)) = moments[i].reshaped();
  return matrix;
}

Image image_of(const PathSubject& subject, Eigen::Ref<const Eigen::VectorXf> pixels) {
  return Image(subject.truth.height, subject.truth.width,
               pixels.reshaped(subject.truth.pixels.rows(), subject.truth.pixels.cols()));
}

float support_threshold_of(const PathSubject& subject) {
  return subject.problem.operators.synthesis ? support_threshold : 0.0f;
}

// Everything that is measured at every sample.
std::vector<PathMoment> measure(const PathSubject& subject, const SampledPath& samples,
                                const Eigen::MatrixXf& w, const Eigen::MatrixXf& pixels) {
  std::vector<PathMoment> moments;
  for (Index i = 0; i < w.cols(); ++i) {
    PathMoment moment;
    moment.flow_time = samples.times[static_cast<std::size_t>(i)];
    moment.residual = samples.residuals[static_cast<std::size_t>(i)];
    moment.psnr = psnr(image_of(subject, pixels.col(i)), subject.truth);
    moment.relative_error = relative_error(pixels.col(i), subject.truth.pixels.reshaped());
    const SupportExtremes extremes =
        support_extremes(w.col(i), subject.coefficients, support_threshold_of(subject));
    moment.off_support = extremes.off;
    moment.on_support = extremes.on;
    moment.support = support_size(w.col(i));
    moments.push_back(moment);
  }
  return moments;
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

std::size_t moment_of(const StoppingPoint& point, const std::vector<PathMoment>& moments) {
  if (point.flow_time) return nearest_time(moments, *point.flow_time);
  if (point.residual) return std::min(first_below(moments, *point.residual), moments.size() - 1);
  return moments.size() - 1;
}

void set_held_out(std::vector<PathMoment>& moments, const StoppingPoint& point) {
  if (point.held_out.positions.empty()) return;
  for (PathMoment& moment : moments)
    moment.held_out_residual =
        point.held_out.at(point.position == Position::time ? moment.flow_time : 1 / moment.residual);
}

namespace {

struct Followed {
  SampledPath samples;
  Recovery end;
  std::vector<StoppingPoint> points;  // of the rules
  double seconds = 0;
};

// Incomplete once it is cancelled.
Followed follow(const PathSubject& subject, const RecoverOptions& options, const std::vector<Stop>& stops,
                const Cancelled& cancelled) {
  const auto start = std::chrono::steady_clock::now();
  const bool exact = plan(subject.problem.model, subject.problem.noise, options).is_exact();
  PathSampler sampler(exact ? 24 : 4, exact ? 0.03 : 0.2, exact ? 12 : 2);
  Followed followed;
  for (const Stop& stop : stops) {
    RecoverOptions by_rule = options;
    by_rule.stop = stop;
    followed.points.push_back(subject.recoverer.stopping_point(subject.picture, by_rule));
    if (cancelled && cancelled()) return followed;
    if (const auto& time = followed.points.back().flow_time) sampler.want_time(*time);
    if (const auto& residual = followed.points.back().residual) sampler.want_residual(*residual);
  }
  followed.end =
      subject.recoverer.trace(subject.picture, options, [&](const Path& path) { sampler.add(path); });
  if (cancelled && cancelled()) return followed;
  followed.samples = sampler.take();
  const std::chrono::duration<double> seconds = std::chrono::steady_clock::now() - start;
  followed.seconds = seconds.count();
  if (followed.samples.times.size() < 2)
    throw Error("the path of depth " + std::to_string(options.depth) + " has no moments (" +
                describe(followed.end) + "); choose a smaller step");
  return followed;
}

}  // namespace

ComparedPath study_path(const PathSubject& subject, const RecoverOptions& options,
                        const std::vector<Stop>& stops, std::size_t moments, const Cancelled& cancelled) {
  const Followed followed = follow(subject, options, stops, cancelled);
  if (cancelled && cancelled()) return {};
  const Eigen::MatrixXf w = columns_of(followed.samples.w);
  Eigen::MatrixXf pixels(subject.truth.pixels.size(), w.cols());
  for (Index i = 0; i < w.cols(); ++i)
    pixels.col(i) =
        subject.problem.operators.pixels(followed.samples.w[static_cast<std::size_t>(i)]).reshaped();
  std::vector<PathMoment> all = measure(subject, followed.samples, w, pixels);
  const double truth_norm = subject.truth.pixels.norm();
  const VisiblePart part = visible_part(all, pixels, truth_norm);
  const StoppingWindow window = stopping_window(all);
  std::map<std::string, std::size_t> found{{"oracle", best_moment(all)}, {"limit", all.size() - 1}};
  for (std::size_t k = 0; k < stops.size(); ++k) {
    found[rule_name(stops[k].rule)] = moment_of(followed.points[k], all);
    set_held_out(all, followed.points[k]);
  }
  std::set<std::size_t> always{window.first, window.last};
  for (const auto& [rule, i] : found) always.insert(i);
  const std::vector<std::size_t> shown = choose_moments(all, pixels, part, truth_norm, moments, always);

  ComparedPath path;
  const auto place = [&](std::size_t i) {
    return static_cast<std::size_t>(std::lower_bound(shown.begin(), shown.end(), i) - shown.begin());
  };
  for (const std::size_t i : shown) {
    path.moments.push_back(all[i]);
    path.pictures.add(image_of(subject, pixels.col(static_cast<Index>(i))));
  }
  path.window = {place(window.first), place(window.last)};
  for (const auto& [rule, i] : found) path.stops[rule] = place(i);
  path.depth = options.depth;
  path.step = options.step.value_or(Plan().step) / (options.depth * options.depth);
  path.status = to_string(followed.end.status);
  path.reaches_limit = followed.end.status == Status::limit_reached;
  path.seconds = followed.seconds;
  path.settled_time = all[part.last].flow_time;
  path.coordinates = trace(w, shown, subject.coefficients, support_threshold_of(subject));
  return path;
}

}  // namespace isr
