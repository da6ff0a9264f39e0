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

// What one depth does, over all images and variants.
struct DepthSummary {
  int depth = 0;
  double decades = 0, best = 0, loss_by_rule = 0, worst_loss_by_rule = 0,
         loss_at_limit = 0;                                   // means; a maximum
  double highest = -std::numeric_limits<double>::infinity();  // best PSNR of all
  std::size_t paths = 0, with_rule = 0, open = 0;  // open: the window lasts until the end of the path
};

DepthSummary summarize(const Comparison& comparison, std::size_t depth_index) {
  DepthSummary summary{.depth = comparison.depths[depth_index]};
  for (const auto& path : comparison.paths) {
    if (path.depth != summary.depth) continue;
    const double best = path.at("oracle").psnr, seen = std::min(best, window_ceiling);
    ++summary.paths;
    summary.decades += path.window_decades();
    summary.best += seen;
    summary.highest = std::max(summary.highest, best);
    summary.open += path.window_open();
    summary.loss_at_limit += std::max(0.0, seen - path.at("limit").psnr);
    if (!path.stops.contains(comparison.chosen_rule)) continue;
    const double loss = std::max(0.0, seen - path.at(comparison.chosen_rule).psnr);
    ++summary.with_rule;
    summary.loss_by_rule += loss;
    summary.worst_loss_by_rule = std::max(summary.worst_loss_by_rule, loss);
  }
  const auto paths = static_cast<double>(summary.paths);
  summary.decades /= paths;
  summary.best /= paths;
  summary.loss_at_limit /= paths;
  if (summary.with_rule > 0) summary.loss_by_rule /= static_cast<double>(summary.with_rule);
  return summary;
}

std::string on_average(const Comparison& comparison) {
  const std::size_t runs = comparison.images.size() * comparison.variants.size();
  return runs > 1 ? " on average over " + std::to_string(runs) + " runs" : "";
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

// Depth 1 has no sparsity: its window is about a worse picture, so it is not ranked with the others.
std::string about_windows(const std::vector<DepthSummary>& deep, const Comparison& comparison) {
  std::vector<DepthSummary> never, closing;  // windows all open until the limit, or not
  for (const auto& depth : deep) (depth.open == depth.paths ? never : closing).push_back(depth);
  if (closing.empty())
    return "Nothing has to be stopped early here: at every depth from 2 on, the limit of the path is within "
           "0.5 dB "
           "of its best picture.";
  std::sort(closing.begin(), closing.end(),
            [](const auto& a, const auto& b) { return a.decades > b.decades; });
  const std::string average = on_average(comparison);
  std::vector<std::string> widths;
  for (const auto& depth : closing)
    widths.push_back(fixed(depth.decades, 2) + " at " + depth_text(depth.depth));
  if (!never.empty())
    return "At " + depths_text(never) +
           " the early-stopping window never closes: the limit is within 0.5 dB of the " +
           "best picture. It is " + listed(widths) + " decades of flow time wide" + average + ".";
  const std::string widest = fixed(closing[0].decades, 2) + " decades of flow time" + average;
  if (closing.size() == 1)
    return "The early-stopping window of " + depth_text(closing[0].depth) + " is " + widest + " wide.";
  return "Depth " + std::to_string(closing[0].depth) + " has the widest early-stopping window: " + widest +
         ", against " + listed({widths.begin() + 1, widths.end()}) + ".";
}

std::string about_best(const std::vector<DepthSummary>& deep, const DepthSummary* control,
                       const Comparison& comparison) {
  std::vector<std::string> parts;
  for (const auto& depth : deep) {
    const std::string bound = depth.best >= window_ceiling - 0.05 ? "at least " : "";
    parts.push_back(bound + decibels(depth.best) + " at " + depth_text(depth.depth));
  }
  std::string text =
      deep.empty() ? "" : "At its best time the picture has " + listed(parts) + on_average(comparison);
  if (!control) return text + ".";
  const std::string no_depth =
      "depth 1, plain least squares, never gives more than " + decibels(control->highest);
  if (deep.empty()) return "Without depth there is no sparsity: " + no_depth + ".";
  return text + "; " + no_depth + ".";
}

std::string about_rule(const std::vector<DepthSummary>& deep, const Comparison& comparison) {
  double worst = 0, mean = 0;
  std::size_t paths = 0;
  for (const auto& depth : deep) {
    worst = std::max(worst, depth.worst_loss_by_rule);
    mean += depth.loss_by_rule * static_cast<double>(depth.with_rule);
    paths += depth.with_rule;
  }
  if (paths == 0 || comparison.chosen_rule == "limit" || comparison.chosen_rule == "oracle") return "";
  std::string name = comparison.chosen_rule;
  for (const auto& rule : comparison.rules)
    if (rule.key == comparison.chosen_rule) name = rule.name;
  if (worst < 0.05)
    return "The rule “" + name +
           "”, which does not see the truth, finds the best time: it loses less than 0.1 dB.";
  if (paths == 1) return "The rule “" + name + "” stops " + decibels(worst) + " below the best.";
  return "The rule “" + name + "”, which does not see the truth, stops " +
         decibels(mean / static_cast<double>(paths)) + " below the best on average and " + decibels(worst) +
         " at most.";
}

std::string about_limit(const std::vector<DepthSummary>& deep) {
  const auto worst = std::max_element(deep.begin(), deep.end(), [](const auto& a, const auto& b) {
    return a.loss_at_limit < b.loss_at_limit;
  });
  if (worst == deep.end() || worst->loss_at_limit < window_decibels) return "";
  return "Never stopping costs most at " + depth_text(worst->depth) + ": " + decibels(worst->loss_at_limit) +
         " between its best time and the limit.";
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
  add(about_best(deep, control.paths > 0 ? &control : nullptr, comparison));
  add(about_rule(deep, comparison));
  add(about_limit(deep));
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
