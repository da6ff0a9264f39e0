#include "image/module.h"

#include <dlfcn.h>

#include <filesystem>
#include <string>

#include "base/error.h"
#include "image/program_file.h"

namespace isr {
namespace {

namespace fs = std::filesystem;

fs::path module_path(const char* file_name, const char* what) {
  std::error_code ignored;
  const fs::path program = program_file();
  const fs::path installed = program.parent_path().parent_path() / ISR_INSTALL_LIB_SUBDIR / file_name;
  for (const fs::path& candidate : {installed, fs::path(ISR_BUILD_LIB_DIR) / file_name})
    if (fs::exists(candidate, ignored)) return candidate;
  throw Error(std::string("isr's ") + what + " are missing: there is no " + installed.string() +
              "; install isr again or run it from its build tree");
}

}  // namespace

Module::Module(const char* file_name, const char* what)
    : handle_(dlopen(module_path(file_name, what).c_str(), RTLD_NOW | RTLD_LOCAL)),
      file_name_(file_name),
      what_(what) {
  if (handle_ == nullptr) throw Error(std::string("cannot load isr's ") + what + ": " + dlerror());
}

void* Module::function(const char* symbol) const {
  void* address = dlsym(handle_, symbol);
  if (address == nullptr)
    throw Error(std::string(file_name_) + " does not hold the " + what_ +
                " of this version of isr; install isr again");
  return address;
}

}  // namespace isr
