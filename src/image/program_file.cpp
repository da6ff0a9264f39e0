#include "image/program_file.h"

#include <sys/auxv.h>

#include <system_error>

namespace isr {

namespace fs = std::filesystem;

fs::path program_file() {
  std::error_code failed;
  const fs::path known = fs::read_symlink("/proc/self/exe", failed);
  if (!failed) return known;
  const auto* called = reinterpret_cast<const char*>(::getauxval(AT_EXECFN));
  return called ? fs::canonical(called, failed) : fs::path();
}

}  // namespace isr
