#include "image/data_directory.h"

#include <dlfcn.h>

#include <system_error>

#include "base/error.h"
#include "image/installation.h"

namespace isr {

namespace fs = std::filesystem;

namespace {

// The folder of the program or, in Python, of the module that this is part of.
fs::path own_folder() {
  Dl_info info{};
  if (dladdr(reinterpret_cast<const void*>(&data_directory), &info) == 0 || !info.dli_fname) return {};
  return fs::path(info.dli_fname).parent_path();
}

}  // namespace

fs::path data_directory() {
  std::error_code ignored;
  const fs::path installed = installation_prefix() / ISR_INSTALL_DATA_SUBDIR;
  for (const fs::path& candidate : {installed, own_folder() / "data", fs::path(ISR_SOURCE_DATA_DIR)})
    if (candidate.is_absolute() && fs::is_directory(candidate / "mnist", ignored)) return candidate;
  throw Error("isr's data is missing: neither " + installed.string() + " nor " + ISR_SOURCE_DATA_DIR +
              " holds mnist/; install isr again or run it from its source tree");
}

}  // namespace isr
