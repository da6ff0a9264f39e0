#include "report/compare_data.h"

#include <cmath>
#include <filesystem>

#include "base/text.h"

namespace isr {
namespace {

using Json = nlohmann::json;

// Six significant digits; what is not finite becomes null.
Json rounded(double value) {
  if (!std::isfinite(value)) return nullptr;
  return Json::parse(formatted("%.6g", value));
}

template <typename Value>
Json column(const std::vector<PathMoment>& moments, Value value) {
  Json numbers = Json::array();
  for (const auto& moment : moments) numbers.push_back(rounded(value(moment)));
  return numbers;
}

Json traces(const Eigen::MatrixXf& values) {
  Json rows = Json::array();
  for (Eigen::Index i = 0; i < values.rows(); ++i) {
    Json row = Json::array();
    for (Eigen::Index t = 0; t < values.cols(); ++t) row.push_back(std::round(1e4 * values(i, t)) / 1e4);
    rows.push_back(std::move(row));
  }
  return rows;
}

std::string variant_name(const Comparison& comparison) {
  bool inits = false, noises = false;
  for (const auto& variant : comparison.variants) {
    inits |= variant.init != comparison.variants[0].init;
    noises |= variant.noise != comparison.variants[0].noise;
  }
  return inits && noises ? "Rows" : noises ? "Noises" : "Starts";
}

}  // namespace

const char* const window_definition =
    "is the time from the first to the last moment shown with a PSNR within 0.5 dB of the best one (of 58.9 "
    "dB, "
    "the PSNR of a picture rounded to 8 bits, when the best is higher). PSNR: peak 1, values clipped to [0, "
    "1].";

nlohmann::json image_words(const LabelledImage& image) {
  return {{"source", std::filesystem::path(image.source).filename().string()},
          {"label", image.label},
          {"height", image.image.height},
          {"width", image.image.width},
          {"channels", image.image.channels()}};
}

nlohmann::json path_numbers(const ComparedPath& path) {
  const auto& moments = path.moments;
  return {{"image", path.image},
          {"variant", path.variant},
          {"depth", path.depth},
          {"eta", path.step},
          {"settled", path.settled_time},
          {"status", path.status},
          {"reaches_limit", path.reaches_limit},
          {"seconds", rounded(path.seconds)},
          {"time", column(moments, [](const auto& m) { return m.flow_time; })},
          {"psnr", column(moments, [](const auto& m) { return m.psnr; })},
          {"relative_error", column(moments, [](const auto& m) { return m.relative_error; })},
          {"residual", column(moments, [](const auto& m) { return m.residual; })},
          {"held_out_residual", column(moments, [](const auto& m) { return m.held_out_residual; })},
          {"off_support_max", column(moments, [](const auto& m) { return m.off_support; })},
          {"on_support_min", column(moments, [](const auto& m) { return m.on_support; })},
          {"support", column(moments, [](const auto& m) { return static_cast<double>(m.support); })},
          {"window", {path.window.first, path.window.last}},
          {"decades", path.window_decades()},
          {"stops", path.stops},
          {"coordinates", {{"on", traces(path.coordinates.on)}, {"off", traces(path.coordinates.off)}}}};
}

nlohmann::json comparison_words(const Comparison& comparison) {
  Json page = {{"isr", ISR_VERSION},
               {"title", comparison.title},
               {"subtitle", comparison.subtitle},
               {"command", comparison.command},
               {"findings", findings(comparison)},
               {"settings", comparison.settings},
               {"depths", comparison.depths},
               {"variant_name", variant_name(comparison)},
               {"chosen_rule", comparison.chosen_rule}};
  page["window"]["definition"] = window_definition;
  page["variants"] = Json::array();
  for (const auto& variant : comparison.variants)
    page["variants"].push_back({{"label", variant.label},
                                {"short", variant.short_name},
                                {"init", variant.init},
                                {"noise", variant.noise}});
  page["rules"] = Json::array();
  for (const auto& rule : comparison.rules)
    page["rules"].push_back({{"key", rule.key}, {"name", rule.name}, {"meaning", rule.meaning}});
  return page;
}

}  // namespace isr
