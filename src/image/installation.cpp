#include "image/installation.h"

#include <sys/auxv.h>

#include <system_error>

namespace isr {

namespace fs = std::filesystem;

fs::path installation_prefix() {
  std::error_code failed;
  fs::path program = fs::read_symlink("/proc/self/exe", failed);
  if (failed) {
    // NOLINTNEXTLINE(performance-no-int-to-ptr): getauxval gives addresses as numbers.
    const auto* called = reinterpret_cast<const char*>(::getauxval(AT_EXECFN));
    program = called ? fs::canonical(called, failed) : fs::path();
  }
  return program.parent_path().parent_path();
}

}  // namespace isr
