// The boundary between isr and its module for MATLAB's .mat files: matio and HDF5 behind it take long to
// load, and are opened at the first such file.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

namespace isr::mat {

struct Variable {
  std::string name;
  std::vector<std::size_t> shape;
  std::string type;      // of MATLAB: "double", "struct", …
  bool numbers = false;  // numbers or logical values, sparse ones too
};

// In MATLAB's order, first index fastest.
struct Values {
  std::vector<std::size_t> shape;
  std::vector<double> real, imaginary;  // imaginary: empty where the variable is real
};

struct NamedFloats {
  std::string name;  // a letter, then letters, digits and _
  std::vector<std::size_t> shape;
  std::vector<float> values;
};

// Each is false, with a reason in `why`, when it fails; `path` names a regular file.
using List = bool (*)(const char* path, std::vector<Variable>& variables, std::string& why);
using Read = bool (*)(const char* path, const char* name, Values& values, std::string& why);
using Write = bool (*)(const char* path, const std::vector<NamedFloats>& variables, std::string& why);  // v5

inline constexpr const char* list_symbol = "isr_mat_list";
inline constexpr const char* read_symbol = "isr_mat_read";
inline constexpr const char* write_symbol = "isr_mat_write";

}  // namespace isr::mat
