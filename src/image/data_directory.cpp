#include "image/data_directory.h"

#include <system_error>

#include "base/error.h"

namespace isr {

namespace fs = std::filesystem;

fs::path data_directory() {
  std::error_code ignored;
  const fs::path program = fs::read_symlink("/proc/self/exe", ignored);
  const fs::path installed = program.parent_path().parent_path() / ISR_INSTALL_DATA_SUBDIR;
  for (const fs::path& candidate : {installed, fs::path(ISR_SOURCE_DATA_DIR)})
    if (fs::is_directory(candidate / "mnist", ignored)) return candidate;
  throw Error("isr's data is missing: neither " + installed.string() + " nor " + ISR_SOURCE_DATA_DIR +
              " holds mnist/; install isr again or run it from its source tree");
}

}  // namespace isr
