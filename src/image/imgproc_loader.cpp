#include "image/imgproc.h"
#include "image/module.h"

namespace isr::imgproc {
namespace {

Functions load() {
  const Module module("libisr_imgproc.so", "picture processing");
  return {reinterpret_cast<Resize>(module.function(resize_symbol)),
          reinterpret_cast<Ssim>(module.function(ssim_symbol)),
          reinterpret_cast<Inferno>(module.function(inferno_symbol))};
}

}  // namespace

const Functions& functions() {
  static const Functions loaded = load();
  return loaded;
}

}  // namespace isr::imgproc
