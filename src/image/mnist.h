// The MNIST handwritten digits.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "image/image.h"

namespace isr {

enum class MnistSplit { train, test };

// Digits named on the command line: "mnist:train:0-9,15" or "mnist:test:3".
struct MnistSelection {
  MnistSplit split = MnistSplit::train;
  std::vector<std::size_t> indices;  // 0-based, in the order given
};

// True when the text starts with "mnist:".
bool is_mnist_source(std::string_view source);

// Throws UsageError, saying what is expected, when the text is not of that form.
MnistSelection parse_mnist_source(std::string_view source);

// The folder with the four IDX files (plain or .gz), the first that exists of: `chosen`, the
// environment's ISR_MNIST_DIR, the cache ($XDG_CACHE_HOME/isr/mnist, or ~/.cache/isr/mnist) and the digits
// that come with isr (the first 100 of each split). Throws Error when a folder named by the user has no such
// files.
std::filesystem::path find_mnist_directory(const std::filesystem::path& chosen = {});

// The digits with values pixel/255, their labels, and sources such as "mnist:train:15". Throws Error for
// files that are missing, damaged or do not match each other, and for a digit beyond what is there (how to
// fetch all).
std::vector<LabelledImage> load_mnist(const MnistSelection& selection,
                                      const std::filesystem::path& directory);

}  // namespace isr
