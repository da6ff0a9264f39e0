#include "image/module.h"

#include <dlfcn.h>

#include <filesystem>
#include <string>

#include "base/error.h"
#include "image/installation.h"

namespace isr {

namespace fs = std::filesystem;

fs::path module_file(const char* file_name) {
  std::error_code ignored;
  for (const fs::path& folder : {installation_prefix() / ISR_INSTALL_LIB_SUBDIR, fs::path(ISR_BUILD_LIB_DIR)})
    if (fs::exists(folder / file_name, ignored)) return folder / file_name;
  return {};
}

Module::Module(const char* file_name, const char* what) : file_name_(file_name), what_(what) {
  const fs::path file = module_file(file_name);
  if (file.empty())
    throw Error(std::string("isr's ") + what + " are missing: there is no " + ISR_INSTALL_LIB_SUBDIR + "/" +
                file_name + "; install isr again or run it from its build tree");
  handle_ = dlopen(file.c_str(), RTLD_NOW | RTLD_LOCAL);
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
