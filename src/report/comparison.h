// Depths (and starts, and noises) side by side: what `isr compare` found, as its page, charts and film show
// it.
#pragma once

#include <cstdint>
#include <map>
#include <nlohmann/json.hpp>
#include <string>
#include <utility>
#include <vector>

#include "image/image.h"
#include "metrics/path_metrics.h"

namespace isr {

// Pictures of one shape, each value kept as a whole number of thousandths (within ±32).
struct FrameSequence {
  int height = 0, width = 0, channels = 1;
  std::vector<std::vector<std::int16_t>> frames;  // channel after channel, each row by row

  void add(const Image& image);
  Image image(std::size_t i) const;
};

// A way to choose the stopping time. The key "oracle" is the highest PSNR, "limit" the end of the path.
struct ComparedRule {
  std::string key;      // e.g. "hold-out"
  std::string name;     // e.g. "hold-out"
  std::string meaning;  // half a sentence for the legend
};

// What the rows of the matrix differ in.
struct ComparedVariant {
  double init = 1e-3;      // w0
  double noise = 0;        // σ
  std::string label;       // "w0 = 10⁻³", "σ = 2"; empty when there is one variant
  std::string short_name;  // "10⁻³"
};

// Some coordinates of w along the path: rows are coordinates, columns the path's moments.
struct CoordinateTraces {
  Eigen::MatrixXf on, off;  // where the truth is not 0, and where it is
};

// The path of one image at one depth and variant.
struct ComparedPath {
  std::size_t image = 0, variant = 0;  // indices into Comparison::images and ::variants
  int depth = 2;
  double step = 0;                           // η: τ/η is the number of gradient descent iterations
  std::vector<PathMoment> moments;           // ascending flow time
  FrameSequence pictures;                    // one for each moment
  CoordinateTraces coordinates;              //
  StoppingWindow window;                     // indices of moments
  std::map<std::string, std::size_t> stops;  // rule key → moment; a rule that chose none is absent
  double settled_time = 0;                   // τ from which nothing visible changes: the axis may end there
  std::string status;                        // how the path ended, in words
  bool reaches_limit = false;                // its end is the limit τ → ∞
  double seconds = 0;                        // spent on it

  const PathMoment& at(const std::string& rule) const { return moments[stops.at(rule)]; }

  // The end of the path is still within the window: nothing is lost by not stopping.
  bool window_open() const { return window.last + 1 == moments.size(); }

  // Width of the window in decades of flow time; an open window is counted to settled_time.
  double window_decades() const;
};

struct Comparison {
  std::string title;                                          // the sources
  std::string subtitle;                                       // the measurements in a line
  std::string command;                                        // as typed
  std::string chosen_rule;                                    // the key of the rule asked for
  std::vector<std::pair<std::string, std::string>> settings;  // name, value
  std::vector<int> depths;
  std::vector<ComparedVariant> variants;
  std::vector<ComparedRule> rules;
  std::vector<LabelledImage> images;
  std::vector<ComparedPath> paths;  // image by image, variant by variant, depth by depth

  const ComparedPath& path(std::size_t image, std::size_t variant, std::size_t depth_index) const {
    return paths[(image * variants.size() + variant) * depths.size() + depth_index];
  }
};

// Sentences computed from the numbers, the most telling first: which depth has the widest window, what each
// depth reaches at best, what the chosen rule and going to the limit cost.
std::vector<std::string> findings(const Comparison& comparison);

// A name for an image in a sentence or a title: its label with its source (of a file: without the folders).
std::string display_name(const LabelledImage& image);

}  // namespace isr
