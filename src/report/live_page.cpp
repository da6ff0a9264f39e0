#include "report/live_page.h"

#include <cmath>

#include "report/compare_data.h"
#include "report/compare_page_parts.h"
#include "report/frame_codec.h"
#include "report/page_template.h"

namespace isr {
namespace {

nlohmann::json digit_json(const LabelledImage& digit) {
  std::vector<std::uint8_t> bytes;
  for (const float value : digit.image.pixels.reshaped())
    bytes.push_back(static_cast<std::uint8_t>(std::lround(255 * value)));
  return {{"source", digit.source}, {"label", digit.label}, {"pixels", base64(bytes)}};
}

std::string compressed(std::span<const std::uint8_t> bytes) {
  return base64(deflated(bytes, 9));
}

}  // namespace

std::string live_page(const std::vector<LabelledImage>& digits, const LiveEngine& engine) {
  nlohmann::json data{{"isr", ISR_VERSION},
                      {"window", {{"definition", window_definition}}},
                      {"digits", nlohmann::json::array()}};
  for (const auto& digit : digits) data["digits"].push_back(digit_json(digit));
  std::vector<std::uint8_t> script(engine.script.begin(), engine.script.end());
  const std::string worker = page_parts::worker;
  script.insert(script.end(), worker.begin(), worker.end());
  return fill_page({.policy = "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline' "
                              "'wasm-unsafe-eval' blob:; worker-src blob:; img-src data: blob:",
                    .css = std::string(page_parts::css) + page_parts::live_css,
                    .live = page_parts::live_html,
                    .script = page_parts::live_script,
                    .data = std::move(data),
                    .more = data_element("isr-engine", compressed(script)) +
                            data_element("isr-module", compressed(engine.module))});
}

}  // namespace isr
