// Parts of isr that are loaded at their first use, since the libraries behind them take long to load.
#pragma once

namespace isr {

// Loads the module of this file name, "libisr_codecs.so", from beside the installed program or from its build
// tree, once; `what` ("picture codecs") is for messages. Throws Error when it is missing or broken.
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
