#include "formats/mat_file.h"

#include <cstdint>
#include <fstream>

#include "base/atomic_file.h"
#include "base/error.h"
#include "image/module.h"

namespace isr {
namespace {

namespace fs = std::filesystem;

struct MatFunctions {
  mat::List list;
  mat::Read read;
  mat::Write write;
};

const MatFunctions& functions() {
  static const MatFunctions loaded = [] {
    const Module module("libisr_mat.so", "functions for .mat files");
    return MatFunctions{reinterpret_cast<mat::List>(module.function(mat::list_symbol)),
                        reinterpret_cast<mat::Read>(module.function(mat::read_symbol)),
                        reinterpret_cast<mat::Write>(module.function(mat::write_symbol))};
  }();
  return loaded;
}

// matio fills up what is missing at the end of a file with zeros. These walk over its variables instead.

std::uint64_t number_at(std::ifstream& in, std::uint64_t place, int bytes, bool big_endian) {
  unsigned char raw[8] = {};
  in.seekg(static_cast<std::streamoff>(place));
  in.read(reinterpret_cast<char*>(raw), bytes);
  std::uint64_t number = 0;
  for (int i = 0; i < bytes; ++i) number = number << 8 | raw[big_endian ? i : bytes - 1 - i];
  return number;
}

// Version 5: after 128 bytes, variables of a type (4 bytes), their length (4 bytes) and so many bytes.
bool is_whole_v5(std::ifstream& in, std::uint64_t length, bool big_endian) {
  std::uint64_t place = 128;
  while (in && place + 8 <= length) place += 8 + number_at(in, place + 4, 4, big_endian);
  return in && place == length;
}

// Version 4: a type MOPT of decimal digits, rows, columns, whether complex, the length of the name (4 bytes
// each), the name, the numbers.
bool is_whole_v4(std::ifstream& in, std::uint64_t length, bool big_endian) {
  constexpr std::uint64_t sizes[] = {8, 4, 4, 2, 2, 1};
  std::uint64_t place = 0;
  while (in && place + 20 <= length) {
    std::uint64_t fields[5];
    for (std::uint64_t k = 0; k < 5; ++k) fields[k] = number_at(in, place + 4 * k, 4, big_endian);
    const auto [type, rows, columns, parts, name] = fields;
    const std::uint64_t precision = type / 10 % 10;
    if (precision > 5 || parts > 1 || name > length) return false;
    const double bytes = static_cast<double>(rows) * static_cast<double>(columns) *
                         static_cast<double>((parts + 1) * sizes[precision]);
    if (bytes > static_cast<double>(length)) return false;
    place += 20 + name + static_cast<std::uint64_t>(bytes);
  }
  return in && place == length;
}

void check_whole(const fs::path& file) {
  std::ifstream in(file, std::ios::binary);
  const std::uint64_t length = fs::file_size(file);
  std::string head(128, ' ');
  in.read(head.data(), 128);
  in.clear();
  const bool big_endian = head.compare(126, 2, "MI") == 0;
  bool whole = true;
  if (big_endian || head.compare(126, 2, "IM") == 0) {
    const char major = head[big_endian ? 124 : 125];
    if (major == 1) whole = is_whole_v5(in, length, big_endian);  // 2: HDF5, which looks after itself
  } else if (head[0] == 0 || head[1] == 0) {                      // a type below 2^16, as version 4 has it
    whole = is_whole_v4(in, length, head[0] == 0 && (head[2] != 0 || head[3] != 0));
  }
  if (!whole)
    throw Error("cannot read " + file.string() + ": it is a .mat file that is damaged or cut short");
}

}  // namespace

std::vector<mat::Variable> mat_variables(const fs::path& file) {
  check_whole(file);
  std::vector<mat::Variable> variables;
  std::string why;
  if (!functions().list(file.c_str(), variables, why))
    throw Error("cannot read " + file.string() + ": " + why);
  return variables;
}

mat::Values read_mat(const fs::path& file, const std::string& variable) {
  mat::Values values;
  std::string why;
  if (!functions().read(file.c_str(), variable.c_str(), values, why))
    throw Error("cannot read " + variable + " of " + file.string() + ": " + why);
  return values;
}

void write_mat(const fs::path& file, const std::vector<mat::NamedFloats>& variables) {
  AtomicFile whole(file);
  std::string why;
  if (!functions().write(whole.temporary_path().c_str(), variables, why))
    throw Error("cannot write " + file.string() + ": " + why);
  whole.commit();
}

}  // namespace isr
