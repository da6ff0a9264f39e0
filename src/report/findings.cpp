#include <algorithm>
#include <cmath>
#include <filesystem>
#include <limits>

#include "report/comparison.h"

#include "base/text.h"

namespace isr {
namespace {

std::string decibels(double value) {
  return std::isinf(value) ? "∞ dB" : fixed(value, 1) + " dB";
}

// "a", "a and b", "a, b and c".
std::string listed(const std::vector<std::string>& parts) {
  std::string text;
  for (std::size_t i = 0; i < parts.size(); ++i)
    text += (i == 0 ? "" : i + 1 == parts.size() ? " and " : ", ") + parts[i];
  return text;
}

// The middle one, or the mean of the two in the middle; of infinite values infinity.
double median(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  const std::size_t middle = values.size() / 2;
  return values.size() % 2 == 1 ? values[middle] : (values[middle - 1] + values[middle]) / 2;
}

// What one depth does, over all images and variants. PSNRs are as in the table, with no bound.
struct DepthSummary {
  int depth = 0;
  double decades = 0;                    // the median width of the window
  std::vector<double> best, end;         // PSNR at the best time and at the end of each path
  std::vector<double> with_rule, loss;   // of the paths that the rule ends: PSNR there, best minus that
  std::vector<double> best_beside_rule;  // of the same paths
  std::size_t open = 0;                  // windows that last until the end of the path
  bool reaches_limit = true;             // all paths

  bool never_closes() const { return open == best.size(); }
};

DepthSummary summarize(const Comparison& comparison, std::size_t depth_index) {
  DepthSummary summary;
  summary.depth = comparison.depths[depth_index];
  std::vector<double> decades;
  for (const auto& path : comparison.paths) {
    if (path.depth != summary.depth) continue;
    const double best = path.at("oracle").psnr;
    decades.push_back(path.window_decades());
    summary.best.push_back(best);
    summary.end.push_back(path.at("limit").psnr);
    summary.open += path.window_open();
    summary.reaches_limit = summary.reaches_limit && path.reaches_limit;
    if (!path.stops.contains(comparison.chosen_rule)) continue;
    const double stopped = path.at(comparison.chosen_rule).psnr;
    summary.with_rule.push_back(stopped);
    summary.best_beside_rule.push_back(best);
    summary.loss.push_back(best > stopped ? best - stopped : 0);
  }
  if (!decades.empty()) summary.decades = median(decades);
  return summary;
}

// " (median of 3 runs)" where a number stands for several.
std::string of_runs(const Comparison& comparison) {
  const std::size_t runs = comparison.images.size() * comparison.variants.size();
  return runs > 1 ? " (median of " + std::to_string(runs) + " runs)" : "";
}

std::string depth_text(int depth) {
  return "depth " + std::to_string(depth);
}

// "depth 2", "depths 2 and 3".
std::string depths_text(const std::vector<DepthSummary>& depths) {
  std::vector<std::string> numbers;
  for (const auto& depth : depths) numbers.push_back(std::to_string(depth.depth));
  return (numbers.size() > 1 ? "depths " : "depth ") + listed(numbers);
}

std::string end_text(const std::vector<DepthSummary>& depths) {
  return std::all_of(depths.begin(), depths.end(), [](const auto& depth) { return depth.reaches_limit; })
             ? "the limit"
             : "the end of the path";
}

// How near the end of paths with open windows comes to the best picture.
std::string nearness(const std::vector<DepthSummary>& depths) {
  for (const auto& depth : depths)
    for (std::size_t i = 0; i < depth.best.size(); ++i)
      if (!(depth.end[i] >= depth.best[i] - window_decibels))
        return "has at least " + fixed(window_ceiling - window_decibels, 1) +
               " dB or is within 0.5 dB of its best picture (8 bits show no more than " +
               fixed(window_ceiling, 1) + " dB)";
  return "is within 0.5 dB of its best picture";
}

// Its windows are as wide as this, or wider where some do not close.
std::string width_text(const DepthSummary& depth) {
  return (depth.open > 0 ? "at least " : "") + fixed(depth.decades, 2);
}

// Depth 1 has no sparsity: its window is about a worse picture, so it is not ranked with the others.
std::string about_windows(const std::vector<DepthSummary>& deep, const Comparison& comparison) {
  std::vector<DepthSummary> never, closing;
  for (const auto& depth : deep) (depth.never_closes() ? never : closing).push_back(depth);
  if (closing.empty())
    return "Nothing has to be stopped early here: at every depth from 2 on, " + end_text(deep) + " " +
           nearness(deep) + ".";
  std::stable_sort(closing.begin(), closing.end(),
                   [](const auto& a, const auto& b) { return a.decades > b.decades; });
  std::vector<std::string> widths;
  for (const auto& depth : closing) widths.push_back(width_text(depth) + " at " + depth_text(depth.depth));
  if (!never.empty())
    return "At " + depths_text(never) + " the early-stopping window never closes: " + end_text(never) + " " +
           nearness(never) + ". It is " + listed(widths) + " decades of flow time wide" +
           of_runs(comparison) + ".";
  const std::string widest = width_text(closing[0]) + " decades of flow time" + of_runs(comparison);
  if (closing.size() == 1)
    return "The early-stopping window of " + depth_text(closing[0].depth) + " is " + widest + " wide.";
  const bool ranked =
      std::none_of(closing.begin() + 1, closing.end(), [](const auto& d) { return d.open > 0; }) &&
      closing[0].decades - closing[1].decades >= 0.005;
  if (!ranked)
    return "The early-stopping window is " + listed(widths) + " decades of flow time wide" +
           of_runs(comparison) + ".";
  return "Depth " + std::to_string(closing[0].depth) + " has the widest early-stopping window: " + widest +
         ", against " + listed({widths.begin() + 1, widths.end()}) + ".";
}

std::string about_best(const std::vector<DepthSummary>& deep, const DepthSummary* control,
                       const Comparison& comparison) {
  std::vector<std::string> parts;
  for (const auto& depth : deep)
    parts.push_back(decibels(median(depth.best)) + " at " + depth_text(depth.depth));
  std::string text =
      deep.empty() ? "" : "At its best time the picture has " + listed(parts) + of_runs(comparison);
  if (!control) return text + ".";
  const std::string no_depth = "depth 1, plain least squares, never gives more than " +
                               decibels(*std::max_element(control->best.begin(), control->best.end()));
  if (deep.empty()) return "Without depth there is no sparsity: " + no_depth + ".";
  return text + "; " + no_depth + ".";
}

std::string about_rule(const std::vector<DepthSummary>& deep, bool beside_control,
                       const Comparison& comparison) {
  std::vector<double> with_rule, best, loss;
  const auto append = [](std::vector<double>& to, const std::vector<double>& values) {
    to.insert(to.end(), values.begin(), values.end());
  };
  for (const auto& depth : deep) {
    append(with_rule, depth.with_rule);
    append(best, depth.best_beside_rule);
    append(loss, depth.loss);
  }
  if (loss.empty() || comparison.chosen_rule == "limit" || comparison.chosen_rule == "oracle") return "";
  std::string name = comparison.chosen_rule;
  for (const auto& rule : comparison.rules)
    if (rule.key == comparison.chosen_rule) name = rule.name;
  const std::string start = (beside_control ? "From depth 2 on the rule “" : "The rule “") + name +
                            "”, which does not see the truth, ";
  const double worst = *std::max_element(loss.begin(), loss.end());
  const double least = *std::min_element(with_rule.begin(), with_rule.end());
  if (worst < 0.05) return start + "finds the best time: it loses less than 0.1 dB.";
  if (least >= window_ceiling)
    return start + "gives " + decibels(least) + (loss.size() > 1 ? " or more" : "") +
           ": 8 bits show no more than " + fixed(window_ceiling, 1) + " dB.";
  if (loss.size() == 1)
    return start + "stops at " + decibels(with_rule[0]) + ", against " + decibels(best[0]) +
           " at the best time.";
  return start + "stops at " + decibels(median(with_rule)) + ", against " + decibels(median(best)) +
         " at the best times (medians of " + std::to_string(loss.size()) + " paths); the least is " +
         decibels(least) + ".";
}

std::string about_limit(const std::vector<DepthSummary>& deep, const Comparison& comparison) {
  const DepthSummary* worst = nullptr;
  double most = window_decibels;
  for (const auto& depth : deep) {
    const double cost = median(depth.best) - median(depth.end);
    const bool seen = median(depth.end) < window_ceiling - window_decibels;
    if (!seen || !(cost >= most)) continue;
    most = cost;
    worst = &depth;
  }
  if (worst == nullptr) return "";
  return std::string("Never stopping costs ") + (deep.size() > 1 ? "most at " : "at ") +
         depth_text(worst->depth) + ": from " + decibels(median(worst->best)) + " at the best time to " +
         decibels(median(worst->end)) + " at " + end_text({*worst}) + of_runs(comparison) + ".";
}

std::string about_variants(const Comparison& comparison) {
  if (comparison.variants.size() < 2) return "";
  const ComparedPath* best = nullptr;
  for (const auto& path : comparison.paths)
    if (!best || path.at("oracle").psnr > best->at("oracle").psnr) best = &path;
  return "The best picture of all, " + decibels(best->at("oracle").psnr) + ", comes from " +
         depth_text(best->depth) + " with " + comparison.variants[best->variant].label + ".";
}

}  // namespace

std::vector<std::string> findings(const Comparison& comparison) {
  std::vector<DepthSummary> deep;
  DepthSummary control;
  for (std::size_t d = 0; d < comparison.depths.size(); ++d) {
    if (comparison.depths[d] == 1)
      control = summarize(comparison, d);
    else
      deep.push_back(summarize(comparison, d));
  }
  std::vector<std::string> sentences;
  const auto add = [&](const std::string& sentence) {
    if (!sentence.empty()) sentences.push_back(sentence);
  };
  if (!deep.empty()) add(about_windows(deep, comparison));
  add(about_best(deep, !control.best.empty() ? &control : nullptr, comparison));
  add(about_rule(deep, !control.best.empty(), comparison));
  add(about_limit(deep, comparison));
  add(about_variants(comparison));
  return sentences;
}

double ComparedPath::window_decades() const {
  const double last = std::min(moments[window.last].flow_time, settled_time);
  return std::max(0.0, std::log10(last / moments[window.first].flow_time));
}

std::string display_name(const LabelledImage& image) {
  const std::string source = std::filesystem::path(image.source).filename().string();
  return image.label.empty() ? source : image.label + " (" + source + ")";
}

}  // namespace isr
