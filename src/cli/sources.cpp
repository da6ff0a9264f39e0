#include "cli/sources.h"

#include <iostream>

#include "image/image_file.h"
#include "image/mnist.h"

namespace isr {

namespace fs = std::filesystem;
namespace po = boost::program_options;

namespace {

// The picture files that a source names: itself, or those of the folder.
std::vector<fs::path> files_of(const std::string& source) {
  std::error_code ignored;
  return fs::is_directory(source, ignored) ? image_files_in(source) : std::vector<fs::path>{source};
}

}  // namespace

void SourceOptions::add_to(CommandLine& command_line) {
  auto add = command_line.group("Input").add_options();
  add("source", po::value(&sources)->value_name("SOURCE"),
      "picture files (PNG, JPEG, TIFF, BMP, WebP, PGM, PPM), folders of them, or digits such as "
      "mnist:train:0-9,15");
  add("mnist-dir", po::value(&mnist_directory)->value_name("DIR"),
      "folder of the MNIST files; default: $ISR_MNIST_DIR, the cache of tools/fetch-mnist, the bundled "
      "digits");
  add("white", po::value(&white)->value_name("auto|MAX"),
      "the value that is white in the files, such as 4095; auto: the largest in each; without it the largest "
      "of "
      "the file's type, 1 for floating point");
  add("page", po::value(&page)->value_name("K")->notifier([](int k) {
    if (k < 1) throw UsageError("--page must be at least 1");
  }),
      "page of the TIFF files, from 1; without it the first, and a note where there are more");
  add("crop", po::value(&crop)->value_name("WxH[+X+Y]"),
      "keep this part of each picture; without +X+Y its middle");
  add("resize", po::value(&resize)->value_name("SIZE"),
      "then scale: WIDTHxHEIGHT, the longer side in pixels, or a percentage such as 50%");
  add("gray", po::bool_switch(&gray), "then turn colours into grey");
  command_line.positional("source");
}

void SourceOptions::describe(nlohmann::ordered_json& json) const {
  json["source"] = sources;
  if (!white.empty()) json["white"] = white;
  if (page != 0) json["page"] = page;
  if (!crop.empty()) json["crop"] = crop;
  if (!resize.empty()) json["resize"] = resize;
  if (gray) json["gray"] = true;
}

std::vector<LabelledImage> SourceOptions::load(bool quiet) const {
  ImageEdits edits;
  if (!white.empty()) edits.white = parse_white(white);
  if (page > 0) edits.page = page;
  if (!crop.empty()) edits.crop = parse_crop(crop);
  edits.resize = resize;
  edits.gray = gray;
  std::vector<LabelledImage> images;
  std::vector<std::string> notes;
  for (const auto& source : sources) {
    if (source.starts_with("mnist:")) {
      for (auto& digit : load_mnist(parse_mnist_source(source), find_mnist_directory(mnist_directory))) {
        digit.image = edited(std::move(digit.image), edits);
        images.push_back(std::move(digit));
      }
      continue;
    }
    for (const fs::path& file : files_of(source))
      images.push_back({load_image(file, edits, notes), file.string(), file.stem().string()});
  }
  if (!quiet)
    for (const auto& note : notes) std::cerr << "isr: " << note << "\n";
  return images;
}

}  // namespace isr
