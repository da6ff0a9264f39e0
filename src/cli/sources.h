// Where images come from: picture files, folders and digits.
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "cli/command_line.h"
#include "image/image.h"

namespace isr {

struct SourceOptions {
  std::vector<std::string> sources;
  std::string mnist_directory;  // empty: see find_mnist_directory
  bool gray = false;            // see ImageEdits for these five
  std::string resize, crop, white;
  int page = 0;  // 0: not given

  void add_to(CommandLine& command_line);
  void describe(nlohmann::ordered_json& json) const;

  // All images, in order. What was done to a file that the user did not ask for is said on stderr unless
  // `quiet`. Throws Error for a file that cannot be read, UsageError for an edit that does not fit.
  std::vector<LabelledImage> load(bool quiet) const;
};

}  // namespace isr
