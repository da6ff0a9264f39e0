// Parts of isr that are loaded at their first use, since the libraries behind them take long to load.
#pragma once

#include <filesystem>

namespace isr {

// The file of a module, beside the installed program or in its build tree; empty where it is in neither.
std::filesystem::path module_file(const char* file_name);

// Loads the module of this file name, "libisr_codecs.so", once; `what` ("picture codecs") is for messages.
// Throws Error when it is missing or broken.
class Module {
 public:
  Module(const char* file_name, const char* what);

  // The address of a function. Throws Error when the module has none of this name: it is of another version.
  void* function(const char* symbol) const;

 private:
  void* handle_;
  const char *file_name_, *what_;
};

}  // namespace isr
