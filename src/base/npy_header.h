// The text of a .npy header: a Python dictionary such as {'descr': '<f8', 'fortran_order': False, 'shape':
// (3, 4), }
#pragma once

#include <cstdint>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace isr {

struct NpyDictionary {
  std::string type;
  bool fortran_order = false;
  std::vector<std::int64_t> shape;
};

// Parses it; accepts what NumPy writes and has written (Python 2's "3L" too). Throws std::invalid_argument
// with half a sentence that continues "FILE: ".
NpyDictionary parse_npy_dictionary(std::string_view text);

// The opposite, for writing.
std::string format_npy_dictionary(const NpyDictionary& dictionary);

// "<f8" -> "float64", "<c16" -> "complex128", …: the name by which a user knows a type.
std::string npy_type_name(std::string_view type);

}  // namespace isr
