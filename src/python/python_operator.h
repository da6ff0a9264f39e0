// Matrices of Python that are known by their products alone: of scipy.sparse, LinearOperators.
#pragma once

#include <pybind11/pybind11.h>

#include "sensing/linear_operator.h"

namespace isr::python {

// The operator whose products are those of Python's callables; each call takes the interpreter's lock.
//   apply(x)      float32 (p, B) -> (n, B)
//   adjoint(y)    float32 (n, B) -> (p, B)
//   dense()       float64 (n, p), the matrix itself
//   norms         float64 (p,), ‖X_j‖², or None where they are not known
// Results of another shape, or that are no numbers, throw as ValueError does.
OperatorPtr make_python_operator(Index rows, Index cols, pybind11::object apply, pybind11::object adjoint,
                                 pybind11::object dense, const pybind11::object& norms);

}  // namespace isr::python
