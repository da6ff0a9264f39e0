#include "formats/array_file.h"

#include <algorithm>
#include <cctype>
#include <cmath>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <limits>
#include <memory>
#include <optional>
#include <sstream>

#include "base/error.h"
#include "base/foreign_text.h"
#include "base/memory.h"
#include "base/npy.h"
#include "base/npy_header.h"
#include "formats/mat_file.h"
#include "formats/npz_file.h"
#include "formats/text_table.h"
#include "image/image_file.h"

namespace isr {
namespace fs = std::filesystem;
namespace {

using Eigen::Index;
using Shape = std::vector<std::int64_t>;

constexpr const char* array_formats = ".npy, .npz, .mat, .csv, .tsv, .txt and pictures";

[[noreturn]] void fail(const std::string& name, const std::string& why) {
  throw Error("cannot read " + name + ": " + why);
}

std::string lower_extension(const fs::path& file) {
  std::string extension = file.extension().string();
  std::transform(extension.begin(), extension.end(), extension.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return extension;
}

bool holds_several(const fs::path& file) {
  const std::string extension = lower_extension(file);
  return extension == ".npz" || extension == ".mat";
}

// "data.mat:y" is the variable y of data.mat, unless there is a file of the whole name.
struct ArrayName {
  fs::path file;
  std::string variable;  // empty: not given
};

ArrayName parse_name(const std::string& name) {
  std::error_code ignored;
  const auto colon = name.rfind(':');
  if (colon == std::string::npos || fs::exists(name, ignored)) return {name, ""};
  const fs::path file = name.substr(0, colon);
  if (!holds_several(file)) return {name, ""};
  return {file, name.substr(colon + 1)};
}

void check_regular(const fs::path& file) {
  std::error_code error;
  const fs::file_status status = fs::status(file, error);
  if (!fs::exists(status)) fail(file.string(), "there is no such file");
  if (!fs::is_regular_file(status)) fail(file.string(), "it is not a regular file");
  if (std::ifstream in(file, std::ios::binary); !in) fail(file.string(), std::strerror(errno));
}

// Rows and columns: axes of length 1 beyond the second are dropped, the first ones first. Empty: neither a
// vector nor a matrix.
std::optional<std::pair<Index, Index>> matrix_size(Shape shape) {
  if (shape.empty()) return {{1, 1}};
  for (std::size_t axis = shape.size(); axis-- > 0 && shape.size() > 2;)
    if (shape[axis] == 1) shape.erase(shape.begin() + static_cast<std::ptrdiff_t>(axis));
  if (shape.size() > 2) return {};
  return {{shape[0], shape.size() == 2 ? shape[1] : 1}};
}

bool is_wanted(const ArrayEntry& entry, const WantedArray& wanted) {
  const auto size = matrix_size(entry.shape);
  return entry.numbers && size && size->first > 0 && size->second > 0 &&
         wanted.fits(size->first, size->second);
}

bool is_vector(const ArrayEntry& entry) {
  const auto size = matrix_size(entry.shape);
  return size && std::min(size->first, size->second) == 1;
}

std::string described(const ArrayEntry& entry) {
  std::string text = printable(entry.name) + " (";
  for (std::size_t axis = 0; axis < entry.shape.size(); ++axis)
    text += (axis > 0 ? " × " : "") + std::to_string(entry.shape[axis]);
  return text + (entry.shape.empty() ? "" : " ") + entry.type + ")";
}

std::string contents(const std::vector<ArrayEntry>& entries) {
  constexpr std::size_t most = 12;
  if (entries.empty()) return "it holds nothing";
  std::string list = "it holds ";
  for (std::size_t i = 0; i < std::min(most, entries.size()); ++i)
    list += (i > 0 ? ", " : "") + described(entries[i]);
  if (entries.size() > most) list += " and " + std::to_string(entries.size() - most) + " more";
  return list;
}

// The variable that was named, or else the only one that fits.
const ArrayEntry& choose(const ArrayName& name, const std::vector<ArrayEntry>& entries,
                         const WantedArray& wanted) {
  const std::string file = name.file.string();
  if (!name.variable.empty()) {
    const auto found = std::find_if(entries.begin(), entries.end(),
                                    [&](const ArrayEntry& entry) { return entry.name == name.variable; });
    if (found == entries.end())
      throw Error(file + " has no variable " + printable(name.variable) + "; " + contents(entries));
    if (!is_wanted(*found, wanted))
      throw Error(described(*found) + " of " + file + " is not " + wanted.what + "; " + contents(entries));
    return *found;
  }
  std::vector<const ArrayEntry*> fitting;
  for (const ArrayEntry& entry : entries)
    if (is_wanted(entry, wanted)) fitting.push_back(&entry);
  if (fitting.empty())
    throw Error(file + " has no variable that is " + wanted.what + "; " + contents(entries));
  std::vector<const ArrayEntry*> vectors;
  for (const ArrayEntry* entry : fitting)
    if (is_vector(*entry)) vectors.push_back(entry);
  if (wanted.rather_vector && vectors.size() == 1) return *vectors[0];
  if (fitting.size() > 1)
    throw Error(file + " has more than one variable that is " + wanted.what + ": name one, as in " + file +
                ":" + fitting[0]->name + "; " + contents(entries));
  return *fitting[0];
}

template <typename Scalar>
NumberArray<Scalar> from_npy(const std::string& name, const NpyArray<Scalar>& array) {
  using RowMajor = Eigen::Matrix<Scalar, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;
  const auto size = matrix_size(array.shape);
  if (!size)
    fail(name, "it has " + std::to_string(array.shape.size()) + " axes; a vector or a matrix is needed");
  const auto as_matrix = [&](const std::vector<Scalar>& values) -> Eigen::MatrixX<Scalar> {
    if (values.empty()) return {};
    return Eigen::Map<const RowMajor>(values.data(), size->first, size->second);
  };
  return {name, as_matrix(array.values), as_matrix(array.imaginary)};
}

// A .npy file in memory, read without a copy of it.
class MemoryBuffer : public std::streambuf {
 public:
  explicit MemoryBuffer(std::string& bytes) { setg(bytes.data(), bytes.data(), bytes.data() + bytes.size()); }
};

ArrayEntry npz_entry(const NpzFile& archive, const fs::path& file, const std::string& name) {
  constexpr std::int64_t most_header = 1 << 16;
  auto [head, length] = archive.bytes(name, most_header);
  MemoryBuffer buffer(head);
  std::istream in(&buffer);
  ArrayEntry entry{name, {}, "no numbers", false};
  try {
    const NpyHeader header = read_npy_header(in, length, file.string() + ":" + name, Complex::accepted);
    entry.shape = header.shape;
    entry.type = npy_type_name(header.type);
    entry.numbers = true;
  } catch (const Error&) {  // text, objects, or no array at all: in the list, but never chosen
  }
  return entry;
}

template <typename Scalar>
NumberArray<Scalar> read_npz(const ArrayName& name, const WantedArray& wanted) {
  const NpzFile archive(name.file);
  std::vector<ArrayEntry> entries;
  for (const std::string& member : archive.names()) entries.push_back(npz_entry(archive, name.file, member));
  const ArrayEntry& entry = choose(name, entries, wanted);
  auto [bytes, length] = archive.bytes(entry.name, std::numeric_limits<std::int64_t>::max());
  MemoryBuffer buffer(bytes);
  std::istream in(&buffer);
  const std::string full = name.file.string() + ":" + entry.name;
  return from_npy(full, read_npy<Scalar>(in, length, full, Complex::accepted));
}

template <typename Scalar>
NumberArray<Scalar> read_mat_variable(const ArrayName& name, const WantedArray& wanted) {
  std::vector<ArrayEntry> entries;
  for (const mat::Variable& variable : mat_variables(name.file))
    entries.push_back(
        {variable.name, {variable.shape.begin(), variable.shape.end()}, variable.type, variable.numbers});
  const ArrayEntry& entry = choose(name, entries, wanted);
  const auto size = *matrix_size(entry.shape);
  const std::string full = name.file.string() + ":" + entry.name;
  const double needed = 24.0 * static_cast<double>(size.first) * static_cast<double>(size.second);
  if (needed > static_cast<double>(available_memory()))
    fail(full, "it needs " + shown_bytes(needed) + " of memory; there is not enough");
  const mat::Values values = read_mat(name.file, entry.name);
  const auto as_matrix = [&](const std::vector<double>& all) -> Eigen::MatrixX<Scalar> {
    if (all.empty()) return {};
    return Eigen::Map<const Eigen::MatrixXd>(all.data(), size.first, size.second).template cast<Scalar>();
  };
  if (values.real.size() != static_cast<std::size_t>(size.first * size.second))
    fail(full, "the file is damaged: values are missing");
  return {full, as_matrix(values.real), as_matrix(values.imaginary)};
}

template <typename Scalar>
NumberArray<Scalar> read_text(const std::string& name) {
  std::ifstream in(name, std::ios::binary);
  std::ostringstream text;
  if (fs::file_size(name) > 0) text << in.rdbuf();
  const TextTable table = parse_text_table(text.view(), name);
  return {name, table.values.cast<Scalar>(), table.imaginary.cast<Scalar>()};
}

template <typename Scalar>
NumberArray<Scalar> read_picture(const std::string& name) {
  std::vector<std::string> notes;
  const Image image = load_image(name, {}, notes);
  if (image.channels() != 1) fail(name, "it is a picture in colour; an array of grey values is needed");
  using RowMajor = Eigen::Matrix<float, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;
  return {
      name, Eigen::Map<const RowMajor>(image.pixels.data(), image.height, image.width).cast<Scalar>(), {}};
}

template <typename Scalar>
NumberArray<Scalar> read_any(const ArrayName& name, const WantedArray& wanted) {
  check_regular(name.file);
  const std::string file = name.file.string(), extension = lower_extension(name.file);
  if (extension == ".npz") return read_npz<Scalar>(name, wanted);
  if (extension == ".mat") return read_mat_variable<Scalar>(name, wanted);
  if (extension == ".npy") return from_npy(file, read_npy<Scalar>(name.file, Complex::accepted));
  if (extension == ".csv" || extension == ".tsv" || extension == ".txt") return read_text<Scalar>(file);
  if (has_image_extension(name.file)) return read_picture<Scalar>(file);
  fail(file, "what it is must be seen from the end of its name: " + std::string(array_formats));
}

template <typename Scalar>
void check_finite(const std::string& name, const Eigen::MatrixX<Scalar>& values) {
  for (Index c = 0; c < values.cols(); ++c)
    for (Index r = 0; r < values.rows(); ++r)
      if (!std::isfinite(values(r, c)))
        throw Error(name + " holds a value that is not finite, or too large, at (" + std::to_string(r) +
                    ", " + std::to_string(c) + ")");
}

}  // namespace

template <typename Scalar>
NumberArray<Scalar> read_array(const std::string& name, const WantedArray& wanted) {
  NumberArray<Scalar> array = read_any<Scalar>(parse_name(name), wanted);
  const Index rows = array.values.rows(), columns = array.values.cols();
  if (array.values.size() == 0) fail(array.name, "it is empty");
  if (!wanted.fits(rows, columns))
    throw Error(array.name + " is an array of " + std::to_string(rows) + " × " + std::to_string(columns) +
                ", and not " + wanted.what);
  check_finite(array.name, array.values);
  check_finite(array.name, array.imaginary);
  return array;
}

template NumberArray<float> read_array<float>(const std::string& name, const WantedArray& wanted);
template NumberArray<double> read_array<double>(const std::string& name, const WantedArray& wanted);

}  // namespace isr
