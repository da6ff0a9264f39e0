// Finds and loads the module of image codecs.
#pragma once

#include "image/codecs.h"

namespace isr {

struct Codecs {
  codecs::Decode decode;
  codecs::EncodeTiff encode_tiff;
};

// The module's functions; loads it at the first call. Throws Error when it is missing or broken.
const Codecs& image_codecs();

}  // namespace isr
