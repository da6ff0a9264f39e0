#include "report/compare_page.h"

#include <cmath>
#include <filesystem>

#include "base/parallel.h"
#include "base/text.h"
#include "image/image_file.h"
#include "report/compare_page_parts.h"
#include "report/frame_codec.h"

namespace isr {
namespace {

using Json = nlohmann::json;

constexpr int longest_webp_side = 16383;

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

Json exact_frames(const FrameSequence& sequence) {
  return {{"encoding", "delta16-deflate"}, {"data", base64(delta_deflate(sequence))}};
}

Json webp_frames(const FrameSequence& sequence, float quality) {
  Json files = Json::array();
  for (std::size_t i = 0; i < sequence.frames.size(); ++i)
    files.push_back(base64(webp(shrunk(sequence.image(i), longest_webp_side), quality)));
  return {{"encoding", "webp"}, {"data", std::move(files)}};
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

Json image_json(const LabelledImage& image, bool exact) {
  FrameSequence truth;
  truth.add(shrunk(image.image, longest_webp_side));
  return {{"source", std::filesystem::path(image.source).filename().string()},
          {"label", image.label},
          {"height", truth.height},
          {"width", truth.width},
          {"channels", image.image.channels()},
          {"truth", exact ? exact_frames(truth) : webp_frames(truth, -1)}};
}

Json path_json(const ComparedPath& path, bool exact, float quality) {
  const auto& moments = path.moments;
  return {{"image", path.image},
          {"variant", path.variant},
          {"depth", path.depth},
          {"eta", path.step},
          {"settled", path.settled_time},
          {"status", path.status},
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
          {"frames", exact ? exact_frames(path.pictures) : webp_frames(path.pictures, quality)},
          {"coordinates", {{"on", traces(path.coordinates.on)}, {"off", traces(path.coordinates.off)}}}};
}

std::string variant_name(const Comparison& comparison) {
  bool inits = false, noises = false;
  for (const auto& variant : comparison.variants) {
    inits |= variant.init != comparison.variants[0].init;
    noises |= variant.noise != comparison.variants[0].noise;
  }
  return inits && noises ? "Rows" : noises ? "Noises" : "Starts";
}

Json page_json(const Comparison& comparison, const PageOptions& options) {
  int side = 0;
  for (const auto& image : comparison.images) side = std::max({side, image.image.height, image.image.width});
  const bool exact = side <= options.exact_side;
  Json page = {{"isr", ISR_VERSION},
               {"title", comparison.title},
               {"subtitle", comparison.subtitle},
               {"command", comparison.command},
               {"findings", findings(comparison)},
               {"settings", comparison.settings},
               {"exact", exact},
               {"depths", comparison.depths},
               {"variant_name", variant_name(comparison)},
               {"chosen_rule", comparison.chosen_rule}};
  page["window"]["definition"] =
      "is the time from the first to the last moment shown with a PSNR within 0.5 dB of the best one (of "
      "58.9 dB, "
      "the PSNR of a picture rounded to 8 bits, when the best is higher). PSNR: peak 1, values clipped to "
      "[0, 1].";
  page["variants"] = Json::array();
  for (const auto& variant : comparison.variants)
    page["variants"].push_back({{"label", variant.label},
                                {"short", variant.short_name},
                                {"init", variant.init},
                                {"noise", variant.noise}});
  page["rules"] = Json::array();
  for (const auto& rule : comparison.rules)
    page["rules"].push_back({{"key", rule.key}, {"name", rule.name}, {"meaning", rule.meaning}});
  std::vector<Json> images(comparison.images.size()), runs(comparison.paths.size());
  parallel_for(images.size(), [&](std::size_t i) { images[i] = image_json(comparison.images[i], exact); });
  parallel_for(runs.size(),
               [&](std::size_t i) { runs[i] = path_json(comparison.paths[i], exact, options.webp_quality); });
  page["images"] = std::move(images);
  page["runs"] = std::move(runs);
  return page;
}

// JSON that may stand inside a script element: no "<".
std::string script_safe(const std::string& json) {
  std::string safe;
  safe.reserve(json.size());
  for (const char c : json)
    if (c == '<')
      safe += "\\u003c";
    else
      safe += c;
  return safe;
}

void put(std::string& page, const std::string& place, const std::string& text) {
  page.replace(page.find(place), place.size(), text);
}

}  // namespace

std::string compare_page(const Comparison& comparison, const PageOptions& options) {
  std::string page = page_parts::html;
  put(page, "<!--CSS-->", page_parts::css);
  put(page, "<!--JS-->", page_parts::script);
  put(page, "<!--DATA-->", script_safe(page_json(comparison, options).dump()));
  return page;
}

}  // namespace isr
