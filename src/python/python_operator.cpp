#include "python_operator.h"

#include <pybind11/numpy.h>

#include <algorithm>
#include <string>

#include "base/error.h"

namespace isr::python {
namespace {

namespace py = pybind11;

template <class Value>
using Columns2D = py::array_t<Value, py::array::f_style | py::array::forcecast>;

// Copied both ways: what Python keeps of its arguments outlives the call.
template <class Value>
Columns2D<Value> checked(const py::object& result, const char* name, Index rows, Index columns) {
  auto array = Columns2D<Value>::ensure(result);
  if (!array) throw py::error_already_set();
  if (array.ndim() != 2 || array.shape(0) != rows || array.shape(1) != columns)
    throw UsageError(std::string("X must give an array of ") + std::to_string(rows) + " x " +
                     std::to_string(columns) + " for its " + name + "; its shape is " +
                     std::string(py::str(array.attr("shape"))));
  return array;
}

class PythonOperator final : public LinearOperator {
 public:
  PythonOperator(Index rows, Index cols, py::object apply, py::object adjoint, py::object dense,
                 Eigen::VectorXd norms)
      : rows_(rows),
        cols_(cols),
        apply_(std::move(apply)),
        adjoint_(std::move(adjoint)),
        dense_(std::move(dense)),
        norms_(std::move(norms)) {}
  ~PythonOperator() override {
    const py::gil_scoped_acquire acquired;
    for (py::object* callable : {&apply_, &adjoint_, &dense_}) callable->release().dec_ref();
  }
  PythonOperator(const PythonOperator&) = delete;
  PythonOperator& operator=(const PythonOperator&) = delete;

  Index rows() const override { return rows_; }
  Index cols() const override { return cols_; }
  void apply(ConstColumns x, Columns y) const override { product(apply_, "products", x, y); }
  void adjoint(ConstColumns y, Columns x) const override { product(adjoint_, "adjoint products", y, x); }
  Eigen::MatrixXd dense() const override {
    const py::gil_scoped_acquire acquired;
    const auto array = checked<double>(dense_(), "matrix", rows_, cols_);
    return Eigen::Map<const Eigen::MatrixXd>(array.data(), rows_, cols_);
  }
  Eigen::VectorXd known_squared_norms() const override { return norms_; }
  std::size_t memory_bytes() const override { return 0; }

 private:
  static void product(const py::object& callable, const char* name, ConstColumns from, Columns to) {
    const py::gil_scoped_acquire acquired;
    Columns2D<float> argument({from.rows(), from.cols()});
    for (Index c = 0; c < from.cols(); ++c)
      std::copy_n(from.col(c).data(), from.rows(), argument.mutable_data(0, c));
    const auto result = checked<float>(callable(argument), name, to.rows(), to.cols());
    for (Index c = 0; c < to.cols(); ++c) std::copy_n(result.data(0, c), to.rows(), to.col(c).data());
  }

  Index rows_, cols_;
  py::object apply_, adjoint_, dense_;
  Eigen::VectorXd norms_;
};

}  // namespace

OperatorPtr make_python_operator(Index rows, Index cols, py::object apply, py::object adjoint,
                                 py::object dense, const py::object& norms) {
  Eigen::VectorXd squares;
  if (!norms.is_none()) {
    const auto array = py::array_t<double, py::array::forcecast>::ensure(norms);
    if (!array || array.size() != cols) throw UsageError("norms must have a value for each column of X");
    squares.resize(cols);
    for (Index j = 0; j < cols; ++j) squares[j] = array.at(j);
  }
  return std::make_shared<PythonOperator>(rows, cols, std::move(apply), std::move(adjoint), std::move(dense),
                                          std::move(squares));
}

}  // namespace isr::python
