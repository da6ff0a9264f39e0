#include "base/npy.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cerrno>
#include <cstring>
#include <fstream>

#include "base/atomic_file.h"
#include "base/error.h"
#include "base/memory.h"
#include "base/npy_header.h"

namespace isr {
namespace fs = std::filesystem;
namespace {

static_assert(std::endian::native == std::endian::little, "the .npy reader assumes a little-endian machine");

constexpr std::string_view magic{"\x93NUMPY", 6};
constexpr std::int64_t max_header_length = 1 << 20;

[[noreturn]] void fail(const std::string& name, const std::string& why) {
  throw Error("cannot read " + name + ": " + why);
}

// Kind and bytes an entry of the types that are read; the byte order apart.
struct EntryType {
  char kind;
  int bytes;
  bool swapped;
};

EntryType entry_type(const std::string& name, const std::string& type, Complex complex) {
  const std::string_view kinds[] = {"f4", "f8", "i1", "i2", "i4", "i8", "u1", "u2", "u4", "u8", "b1"};
  const bool has_order = !type.empty() && std::string_view("<>=|").find(type[0]) != std::string_view::npos;
  const std::string body = has_order ? type.substr(1) : type;
  if (complex == Complex::accepted && (body == "c8" || body == "c16"))
    return {'c', body == "c8" ? 8 : 16, type[0] == '>'};
  if (std::find(std::begin(kinds), std::end(kinds), body) == std::end(kinds))
    fail(name, "its type is " + npy_type_name(type) +
                   ", which is not supported; use float32, float64, (u)int8 to (u)int64 or bool");
  return {body[0], body[1] - '0', type[0] == '>'};
}

std::string shape_text(const std::vector<std::int64_t>& shape) {
  const std::string text = format_npy_dictionary({"", false, shape});
  const auto open = text.find('(');
  return text.substr(open, text.find(')') - open + 1);
}

// The number of entries, or an error when it or its bytes cannot be counted.
std::int64_t checked_size(const std::string& name, const std::vector<std::int64_t>& shape) {
  std::int64_t size = 1, bytes = 0;
  bool overflow = false;
  for (const std::int64_t length : shape) overflow |= __builtin_mul_overflow(size, length, &size);
  if (std::find(shape.begin(), shape.end(), 0) != shape.end()) return 0;
  if (overflow || __builtin_mul_overflow(size, std::int64_t{8}, &bytes))
    fail(name, "the shape " + shape_text(shape) + " in its header is too large");
  return size;
}

void check_length(const std::string& name, const NpyHeader& header, int entry_bytes,
                  std::int64_t file_bytes) {
  const std::int64_t expected = header.size * entry_bytes, found = file_bytes - header.data_offset;
  if (found == expected) return;
  const std::string counts = std::to_string(expected) + " bytes of data expected for shape " +
                             shape_text(header.shape) + " of " + npy_type_name(header.type) + ", " +
                             std::to_string(found) + " found";
  fail(name, (found < expected ? "the file is truncated: " : "the file is too long: ") + counts);
}

std::ifstream open_regular(const fs::path& path) {
  std::error_code error;
  const fs::file_status status = fs::status(path, error);
  if (!fs::exists(status)) fail(path.string(), "there is no such file");
  if (!fs::is_regular_file(status)) fail(path.string(), "it is not a regular file");
  std::ifstream in(path, std::ios::binary);
  if (!in) fail(path.string(), std::strerror(errno));
  return in;
}

std::uint32_t header_length(const std::string& name, std::istream& in, NpyHeader& header) {
  std::array<unsigned char, 12> head{};
  in.read(reinterpret_cast<char*>(head.data()), 8);
  const std::string_view start(reinterpret_cast<char*>(head.data()), 8);
  if (in && start.starts_with("PK")) fail(name, "it is an .npz archive; save one array with numpy.save");
  if (!in || !start.starts_with(magic)) fail(name, "it is not a .npy file");
  const int version = head[6];
  if (version < 1 || version > 3 || head[7] != 0)
    fail(name, "its .npy version " + std::to_string(version) + "." + std::to_string(head[7]) +
                   " is not supported; versions 1.0, 2.0 and 3.0 are");
  const int length_bytes = version == 1 ? 2 : 4;
  in.read(reinterpret_cast<char*>(head.data()) + 8, length_bytes);
  if (!in) fail(name, "the file is truncated within its header");
  std::uint32_t length = 0;
  for (int i = length_bytes; i-- > 0;) length = length << 8 | head[8 + static_cast<std::size_t>(i)];
  header.data_offset = 8 + length_bytes + std::int64_t{length};
  return length;
}

NpyHeader read_header(const std::string& name, std::istream& in, std::int64_t bytes, Complex complex) {
  NpyHeader header;
  const std::uint32_t length = header_length(name, in, header);
  if (length > max_header_length)
    fail(name, "its header claims " + std::to_string(length) + " bytes; at most 1048576 are accepted");
  std::string text(length, '\0');
  in.read(text.data(), static_cast<std::streamsize>(length));
  if (!in) fail(name, "the file is truncated within its header");
  try {
    NpyDictionary dictionary = parse_npy_dictionary(text);
    header.type = std::move(dictionary.type);
    header.fortran_order = dictionary.fortran_order;
    header.shape = std::move(dictionary.shape);
  } catch (const std::invalid_argument& error) {
    fail(name, error.what());
  }
  const EntryType type = entry_type(name, header.type, complex);
  header.size = checked_size(name, header.shape);
  check_length(name, header, type.bytes, bytes);
  return header;
}

template <typename Stored, typename Scalar>
void convert_as(const char* bytes, std::size_t count, bool swapped, Scalar* out) {
  for (std::size_t i = 0; i < count; ++i) {
    std::array<char, sizeof(Stored)> entry;
    std::memcpy(entry.data(), bytes + i * sizeof(Stored), sizeof(Stored));
    if (swapped) std::reverse(entry.begin(), entry.end());
    out[i] = static_cast<Scalar>(std::bit_cast<Stored>(entry));
  }
}

template <typename Scalar>
void convert(const EntryType& type, const char* bytes, std::size_t count, Scalar* out) {
  const auto as = [&]<typename Stored>(Stored) { convert_as<Stored>(bytes, count, type.swapped, out); };
  switch (type.kind) {
    case 'f':
      return type.bytes == 4 ? as(float{}) : as(double{});
    case 'b':
      for (std::size_t i = 0; i < count; ++i) out[i] = bytes[i] != 0 ? Scalar(1) : Scalar(0);
      return;
    case 'i':
      return type.bytes == 1   ? as(std::int8_t{})
             : type.bytes == 2 ? as(std::int16_t{})
             : type.bytes == 4 ? as(std::int32_t{})
                               : as(std::int64_t{});
    default:
      return type.bytes == 1   ? as(std::uint8_t{})
             : type.bytes == 2 ? as(std::uint16_t{})
             : type.bytes == 4 ? as(std::uint32_t{})
                               : as(std::uint64_t{});
  }
}

// Walks the entries of an array in Fortran order, giving each its place in C order.
class FortranOrder {
 public:
  explicit FortranOrder(const std::vector<std::int64_t>& shape)
      : shape_(shape), index_(shape.size(), 0), stride_(shape.size(), 1) {
    for (std::size_t axis = shape.size(); axis-- > 1;) stride_[axis - 1] = stride_[axis] * shape[axis];
  }

  std::size_t next() {
    const std::int64_t here = place_;
    for (std::size_t axis = 0; axis < shape_.size(); ++axis) {
      place_ += stride_[axis];
      if (++index_[axis] < shape_[axis]) break;
      place_ -= stride_[axis] * shape_[axis];
      index_[axis] = 0;
    }
    return static_cast<std::size_t>(here);
  }

 private:
  std::vector<std::int64_t> shape_, index_, stride_;
  std::int64_t place_ = 0;
};

template <typename Scalar>
void allocate(const std::string& name, std::size_t size, std::vector<Scalar>& values) {
  const double needed = static_cast<double>(size) * sizeof(Scalar);
  try {
    if (needed > static_cast<double>(available_memory())) throw std::bad_alloc();
    values.resize(size);
  } catch (const std::bad_alloc&) {
    fail(name, "its array needs " + shown_bytes(needed) + " of memory; there is not enough");
  }
}

template <typename Scalar>
void write_values(const fs::path& path, const std::vector<std::int64_t>& shape,
                  std::span<const Scalar> values) {
  AtomicFile file(path);
  std::string header = format_npy_dictionary({sizeof(Scalar) == 4 ? "<f4" : "<f8", false, shape});
  const std::size_t prefix = magic.size() + 4;
  header.append(63 - (prefix + header.size()) % 64, ' ').append("\n");  // the data start at a multiple of 64
  const char version_and_length[] = {1, 0, static_cast<char>(header.size() & 255),
                                     static_cast<char>(header.size() >> 8)};
  file.stream() << magic << std::string_view(version_and_length, 4) << header;
  file.stream().write(reinterpret_cast<const char*>(values.data()),
                      static_cast<std::streamsize>(values.size_bytes()));
  file.commit();
}

}  // namespace

NpyHeader read_npy_header(const fs::path& path) {
  std::ifstream in = open_regular(path);
  return read_npy_header(in, static_cast<std::int64_t>(fs::file_size(path)), path.string());
}

NpyHeader read_npy_header(std::istream& in, std::int64_t bytes, const std::string& name, Complex complex) {
  return read_header(name, in, bytes, complex);
}

template <typename Scalar>
NpyArray<Scalar> read_npy(const fs::path& path, Complex complex) {
  std::ifstream in = open_regular(path);
  return read_npy<Scalar>(in, static_cast<std::int64_t>(fs::file_size(path)), path.string(), complex);
}

template <typename Scalar>
NpyArray<Scalar> read_npy(std::istream& in, std::int64_t bytes, const std::string& name, Complex complex) {
  const NpyHeader header = read_header(name, in, bytes, complex);
  EntryType type = entry_type(name, header.type, complex);
  const bool is_complex = type.kind == 'c';
  const std::size_t parts = is_complex ? 2 : 1;
  if (is_complex) type = {'f', type.bytes / 2, type.swapped};
  NpyArray<Scalar> array{header.shape, {}, {}};
  const auto size = static_cast<std::size_t>(header.size);
  const std::size_t entry = parts * static_cast<std::size_t>(type.bytes);
  allocate(name, size, array.values);
  if (is_complex) allocate(name, size, array.imaginary);

  constexpr std::size_t chunk = 1 << 16;
  std::vector<char> raw(chunk * entry);
  std::vector<Scalar> converted(chunk * parts);
  FortranOrder order(size > 0 ? header.shape : std::vector<std::int64_t>{});
  for (std::size_t done = 0; done < size;) {
    const std::size_t count = std::min(chunk, size - done);
    if (!in.read(raw.data(), static_cast<std::streamsize>(count * entry))) fail(name, "it cannot be read");
    convert(type, raw.data(), count * parts, converted.data());
    for (std::size_t i = 0; i < count; ++i) {
      const std::size_t place = header.fortran_order ? order.next() : done + i;
      array.values[place] = converted[i * parts];
      if (is_complex) array.imaginary[place] = converted[i * parts + 1];
    }
    done += count;
  }
  return array;
}

template NpyArray<float> read_npy<float>(const fs::path& path, Complex complex);
template NpyArray<double> read_npy<double>(const fs::path& path, Complex complex);
template NpyArray<float> read_npy<float>(std::istream& in, std::int64_t bytes, const std::string& name,
                                         Complex complex);
template NpyArray<double> read_npy<double>(std::istream& in, std::int64_t bytes, const std::string& name,
                                           Complex complex);

template <typename Scalar>
Eigen::MatrixX<Scalar> read_npy_matrix(const fs::path& path) {
  using RowMajor = Eigen::Matrix<Scalar, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;
  const NpyHeader header = read_npy_header(path);
  if (header.shape.empty() || header.shape.size() > 2)
    fail(path.string(), "its shape is " + shape_text(header.shape) + "; a vector or a matrix is needed");
  const NpyArray<Scalar> array = read_npy<Scalar>(path);
  const std::int64_t cols = array.shape.size() == 2 ? array.shape[1] : 1;
  return Eigen::Map<const RowMajor>(array.values.data(), array.shape[0], cols);
}

template Eigen::MatrixXf read_npy_matrix<float>(const fs::path& path);
template Eigen::MatrixXd read_npy_matrix<double>(const fs::path& path);

void write_npy(const fs::path& path, const std::vector<std::int64_t>& shape, std::span<const float> values) {
  write_values(path, shape, values);
}

void write_npy(const fs::path& path, const std::vector<std::int64_t>& shape, std::span<const double> values) {
  write_values(path, shape, values);
}

namespace {

template <typename Scalar>
void write_matrix(const fs::path& path, const Eigen::MatrixX<Scalar>& matrix) {
  const Eigen::Matrix<Scalar, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor> by_rows = matrix;
  write_values<Scalar>(path, {matrix.rows(), matrix.cols()},
                       {by_rows.data(), static_cast<std::size_t>(by_rows.size())});
}

}  // namespace

void write_npy(const fs::path& path, const Eigen::MatrixXf& matrix) {
  write_matrix(path, matrix);
}
void write_npy(const fs::path& path, const Eigen::MatrixXd& matrix) {
  write_matrix(path, matrix);
}

}  // namespace isr
