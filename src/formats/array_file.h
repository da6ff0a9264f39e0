// Arrays of numbers in the files that people have: NumPy's .npy and .npz, text (.csv, .tsv, .txt), MATLAB's
// .mat, and pictures.
#pragma once

#include <Eigen/Core>
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

namespace isr {

// What an array must be for its use.
struct WantedArray {
  std::string what;                                      // e.g. "a matrix of 784 columns", for messages
  std::function<bool(Eigen::Index, Eigen::Index)> fits;  // of rows and columns
  bool rather_vector = false;                            // of several that fit the only vector is taken
};

// A vector is one row or one column, as the file has it.
template <typename Scalar>
struct NumberArray {
  std::string name;                  // file, and variable where the file holds several: "data.mat:y"
  Eigen::MatrixX<Scalar> values;     // of complex numbers the real parts
  Eigen::MatrixX<Scalar> imaginary;  // 0 × 0 where all numbers are real
  bool is_complex() const { return imaginary.size() > 0; }
};

// Reads the array that `name` names: a file, or "file.npz:variable" and "file.mat:variable". Of several
// variables without a name the only one that fits is taken. Axes of length 1 beyond the second do not count.
//   .npy, .npz        float32, float64, complex64, complex128, (u)int8 to (u)int64, bool
//   .mat              versions 4, 5 (7) and 7.3: numbers, logical values, sparse matrices
//   .csv, .tsv, .txt  see text_table.h
//   pictures          grey values in [0, 1], a row of the array for a row of pixels
// Throws Error, one sentence with the file's name: when it is missing, damaged or of another kind; when no
// variable, or more than one, fits, with a list of what the file holds; and when a value is not finite.
template <typename Scalar>
NumberArray<Scalar> read_array(const std::string& name, const WantedArray& wanted);

// One of the arrays of a file: what is known of it without reading it.
struct ArrayEntry {
  std::string name;
  std::vector<std::int64_t> shape;
  std::string type;      // e.g. "float64", "double", "text"
  bool numbers = false;  // false: nothing that can be read as numbers
};

}  // namespace isr
