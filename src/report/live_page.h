// The page of `isr playground`: one HTML file that draws, measures and recovers in the browser, by isr's own
// code compiled to WebAssembly (src/web). It is the page of `isr compare` (compare_page.h) with parts before
// it.
//
// Its data are one JSON object, which src/report/compare_page/lab.js reads:
//   isr, window                       as in compare_page.h
//   digits                            [{source, label, pixels: base64 of 28 × 28 bytes}]
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "image/image.h"

namespace isr {

// What emscripten made of src/web: a script, and the module that it loads. Empty where the program was built
// without it (tools/playground builds one with it).
struct LiveEngine {
  std::span<const std::uint8_t> script, module;
};
LiveEngine live_engine();

// The whole file. The digits are 28 × 28, grey.
std::string live_page(const std::vector<LabelledImage>& digits, const LiveEngine& engine);

}  // namespace isr
