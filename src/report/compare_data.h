// The data of a page that compares depths, all but its frames: the contract is in compare_page.h. What
// computes in the browser (src/web) speaks it too.
#pragma once

#include <nlohmann/json.hpp>

#include "report/comparison.h"

namespace isr {

// What the early-stopping window is: it "is the time …".
extern const char* const window_definition;

// An entry of "images" without "truth".
nlohmann::json image_words(const LabelledImage& image);

// An entry of "runs" without "frames".
nlohmann::json path_numbers(const ComparedPath& path);

// Everything but "exact", "images" and "runs".
nlohmann::json comparison_words(const Comparison& comparison);

}  // namespace isr
