#include "image/codecs_loader.h"

#include <cstdlib>
#include <string>

#include "image/module.h"

namespace isr {
namespace {

Codecs load() {
  // OpenCV reads its own limit from the environment when it is loaded.
  setenv("OPENCV_IO_MAX_IMAGE_PIXELS", std::to_string(codecs::most_pixels).c_str(), 0);
  const Module module("libisr_codecs.so", "picture codecs");
  return {reinterpret_cast<codecs::Decode>(module.function(codecs::decode_symbol)),
          reinterpret_cast<codecs::EncodeTiff>(module.function(codecs::encode_tiff_symbol))};
}

}  // namespace

const Codecs& image_codecs() {
  static const Codecs codecs = load();
  return codecs;
}

}  // namespace isr
