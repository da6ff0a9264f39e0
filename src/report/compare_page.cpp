#include "report/compare_page.h"

#include <algorithm>

#include "base/parallel.h"
#include "image/image_file.h"
#include "report/compare_data.h"
#include "report/compare_page_parts.h"
#include "report/frame_codec.h"
#include "report/page_template.h"

namespace isr {
namespace {

using Json = nlohmann::json;

constexpr int longest_webp_side = 16383;

Json exact_frames(const FrameSequence& sequence) {
  return {{"encoding", "delta16-deflate"}, {"data", base64(delta_deflate(sequence))}};
}

Json webp_frames(const FrameSequence& sequence, float quality) {
  Json files = Json::array();
  for (std::size_t i = 0; i < sequence.frames.size(); ++i)
    files.push_back(base64(webp(shrunk(sequence.image(i), longest_webp_side), quality)));
  return {{"encoding", "webp"}, {"data", std::move(files)}};
}

Json image_json(const LabelledImage& image, bool exact) {
  FrameSequence truth;
  truth.add(shrunk(image.image, longest_webp_side));
  Json json = image_words(image);
  json["height"] = truth.height;
  json["width"] = truth.width;
  json["truth"] = exact ? exact_frames(truth) : webp_frames(truth, -1);
  return json;
}

Json path_json(const ComparedPath& path, bool exact, float quality) {
  Json json = path_numbers(path);
  json["frames"] = exact ? exact_frames(path.pictures) : webp_frames(path.pictures, quality);
  return json;
}

Json page_json(const Comparison& comparison, const PageOptions& options) {
  int side = 0;
  for (const auto& image : comparison.images) side = std::max({side, image.image.height, image.image.width});
  const bool exact = side <= options.exact_side;
  Json page = comparison_words(comparison);
  page["exact"] = exact;
  std::vector<Json> images(comparison.images.size()), runs(comparison.paths.size());
  parallel_for(images.size(), [&](std::size_t i) { images[i] = image_json(comparison.images[i], exact); });
  parallel_for(runs.size(),
               [&](std::size_t i) { runs[i] = path_json(comparison.paths[i], exact, options.webp_quality); });
  page["images"] = std::move(images);
  page["runs"] = std::move(runs);
  return page;
}

}  // namespace

std::string compare_page(const Comparison& comparison, const PageOptions& options) {
  return fill_page({.policy = "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; "
                              "img-src data: blob:",
                    .css = page_parts::css,
                    .live = "",
                    .script = page_parts::script,
                    .data = page_json(comparison, options),
                    .more = ""});
}

}  // namespace isr
