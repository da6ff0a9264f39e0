// numpy's arrays as Eigen's matrices, and back.
#pragma once

#include <pybind11/numpy.h>

#include <Eigen/Core>
#include <memory>
#include <utility>

namespace isr::python {

template <class Value>
using Array = pybind11::array_t<Value, 0>;
template <class Value>
using Matrix = Eigen::Matrix<Value, Eigen::Dynamic, Eigen::Dynamic>;
template <class Value>
using View = Eigen::Map<const Matrix<Value>, 0, Eigen::Stride<Eigen::Dynamic, Eigen::Dynamic>>;

// The array's own memory, of one or two dimensions, in any order. Strides are whole numbers of values (see
// isr/_arrays.py).
template <class Value>
View<Value> view(const Array<Value>& array) {
  const auto stride = [&](pybind11::ssize_t axis) {
    return array.strides(axis) / static_cast<pybind11::ssize_t>(sizeof(Value));
  };
  if (array.ndim() == 1) return {array.data(), array.shape(0), 1, {array.shape(0), stride(0)}};
  return {array.data(), array.shape(0), array.shape(1), {stride(1), stride(0)}};
}

// An array that owns the matrix: no copy.
template <class Value>
pybind11::array_t<Value> to_array(Matrix<Value> matrix) {
  auto owned = std::make_unique<Matrix<Value>>(std::move(matrix));
  Matrix<Value>& kept = *owned;
  const pybind11::capsule owner(owned.release(),
                                [](void* memory) { delete static_cast<Matrix<Value>*>(memory); });
  const auto size = static_cast<pybind11::ssize_t>(sizeof(Value));
  return {{kept.rows(), kept.cols()}, {size, size * kept.rows()}, kept.data(), owner};
}

}  // namespace isr::python
