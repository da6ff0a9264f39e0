#include "image/codecs_loader.h"

#include <dlfcn.h>

#include <cstdlib>
#include <filesystem>

#include "base/error.h"

namespace isr {
namespace {

namespace fs = std::filesystem;

constexpr const char* module_name = "libisr_codecs.so";

fs::path module_path() {
  std::error_code ignored;
  const fs::path program = fs::read_symlink("/proc/self/exe", ignored);
  const fs::path installed = program.parent_path().parent_path() / ISR_INSTALL_LIB_SUBDIR / module_name;
  for (const fs::path& candidate : {installed, fs::path(ISR_BUILD_LIB_DIR) / module_name})
    if (fs::exists(candidate, ignored)) return candidate;
  throw Error("isr's picture codecs are missing: there is no " + installed.string() +
              "; install isr again or run it from its build tree");
}

Codecs load() {
  // OpenCV reads its own limit from the environment when it is loaded.
  setenv("OPENCV_IO_MAX_IMAGE_PIXELS", std::to_string(codecs::most_pixels).c_str(), 0);
  const fs::path path = module_path();
  void* module = dlopen(path.c_str(), RTLD_NOW | RTLD_LOCAL);
  if (module == nullptr) throw Error("cannot load isr's picture codecs: " + std::string(dlerror()));
  const auto decode = reinterpret_cast<codecs::Decode>(dlsym(module, codecs::decode_symbol));
  const auto encode = reinterpret_cast<codecs::EncodePng>(dlsym(module, codecs::encode_png_symbol));
  if (decode == nullptr || encode == nullptr)
    throw Error(path.string() + " is not the picture codecs of this version of isr; install isr again");
  return {decode, encode};
}

}  // namespace

const Codecs& image_codecs() {
  static const Codecs codecs = load();
  return codecs;
}

}  // namespace isr
