// NumPy's .npy files. Format: https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html
#pragma once

#include <Eigen/Core>
#include <cstdint>
#include <filesystem>
#include <iosfwd>
#include <span>
#include <string>
#include <vector>

namespace isr {

// What a .npy file says about its array.
struct NpyHeader {
  std::string type;                 // e.g. "<f8": byte order, kind (f, i, u or b), bytes an entry
  bool fortran_order = false;       // first index fastest
  std::vector<std::int64_t> shape;  // empty for a single number
  std::int64_t size = 1;            // the number of entries
  std::int64_t data_offset = 0;     // bytes before the first entry
};

// An array in C order (last index fastest).
template <typename Scalar>
struct NpyArray {
  std::vector<std::int64_t> shape;
  std::vector<Scalar> values;
  std::vector<Scalar> imaginary{};  // of complex entries; empty where these are real
};

enum class Complex { refused, accepted };  // complex64 and complex128

// Reads the header of a file of version 1, 2 or 3 and checks it against the length of the file. Accepted:
// float32, float64, (u)int 8 to 64 and bool, little or big endian, C or Fortran order, any number of axes.
// Everything else throws Error, a sentence with the file's name and what it found: no .npy file, an .npz
// archive, another type (float16, complex, object, structured, text, …), a malformed or unknown header,
// a size that overflows, too few or too many bytes after the header.
NpyHeader read_npy_header(const std::filesystem::path& path);

// Reads the whole array, converted to Scalar (float or double; 64-bit integers are rounded to it, bool is 0
// and 1). Throws as read_npy_header does, and when the array would not fit in the machine's memory.
template <typename Scalar>
NpyArray<Scalar> read_npy(const std::filesystem::path& path, Complex complex = Complex::refused);

// The same from a stream that holds so many bytes, such as a member of an archive; `name` is for messages.
NpyHeader read_npy_header(std::istream& in, std::int64_t bytes, const std::string& name,
                          Complex complex = Complex::refused);
template <typename Scalar>
NpyArray<Scalar> read_npy(std::istream& in, std::int64_t bytes, const std::string& name,
                          Complex complex = Complex::refused);

// As read_npy, for an array with one axis (a column) or two; others throw Error.
template <typename Scalar = float>
Eigen::MatrixX<Scalar> read_npy_matrix(const std::filesystem::path& path);

// Writes an array given in C order, atomically (AtomicFile), as a little-endian file of version 1. The values
// must be as many as the shape says. Throws Error when the file cannot be written.
void write_npy(const std::filesystem::path& path, const std::vector<std::int64_t>& shape,
               std::span<const float> values);
void write_npy(const std::filesystem::path& path, const std::vector<std::int64_t>& shape,
               std::span<const double> values);

// A matrix as an array of shape (rows, cols).
void write_npy(const std::filesystem::path& path, const Eigen::MatrixXf& matrix);
void write_npy(const std::filesystem::path& path, const Eigen::MatrixXd& matrix);

}  // namespace isr
