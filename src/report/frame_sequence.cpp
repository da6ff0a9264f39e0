#include <algorithm>
#include <cmath>

#include "report/comparison.h"

namespace isr {

void FrameSequence::add(const Image& image) {
  if (frames.empty()) {
    height = image.height;
    width = image.width;
    channels = image.channels();
  }
  std::vector<std::int16_t> frame(static_cast<std::size_t>(image.pixels.size()));
  const float* value = image.pixels.data();
  for (auto& thousandths : frame)
    thousandths = static_cast<std::int16_t>(std::lround(1000 * std::clamp(*value++, -32.0f, 32.0f)));
  frames.push_back(std::move(frame));
}

Image FrameSequence::image(std::size_t i) const {
  Image image(height, width, channels);
  std::transform(frames[i].begin(), frames[i].end(), image.pixels.data(),
                 [](std::int16_t thousandths) { return static_cast<float>(thousandths) / 1000; });
  return image;
}

}  // namespace isr
