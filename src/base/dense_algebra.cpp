#include "base/dense_algebra.h"

#include <stdexcept>

#include "base/packed_kernel.h"
#include "base/vector_kernel.h"

namespace isr {
namespace {

void require(bool fits, const char* rule) {
  if (!fits) throw std::invalid_argument(rule);
}

std::size_t size(Eigen::Index count) {
  return static_cast<std::size_t>(count);
}

}  // namespace

double* DenseWorkspace::reserve(Eigen::Index rows, int operands) {
  const std::size_t needed = static_cast<std::size_t>(operands) * packed_workspace(size(rows));
  if (memory_.size() < needed) memory_.resize(needed);
  return memory_.data();
}

void weighted_syrk(const Eigen::MatrixXd& x, const Eigen::VectorXd& d, Eigen::MatrixXd& h,
                   DenseWorkspace& workspace) {
  require(d.size() == x.cols(), "weighted_syrk: d must have a value for each column of x");
  require(&h != &x, "weighted_syrk: h must be another matrix than x");
  h.resize(x.rows(), x.rows());
  weighted_syrk_kernel(x.data(), d.data(), size(x.rows()), size(x.cols()), h.data(),
                       workspace.reserve(x.rows()));
}

void symmetric_product(const Eigen::MatrixXd& a, const Eigen::MatrixXd& b, Eigen::MatrixXd& h,
                       DenseWorkspace& workspace) {
  require(a.rows() == b.rows() && a.cols() == b.cols(), "symmetric_product: a and b must have one shape");
  require(&h != &a && &h != &b, "symmetric_product: h must be another matrix than a and b");
  h.resize(a.rows(), a.rows());
  symmetric_product_kernel(a.data(), b.data(), size(a.rows()), size(a.cols()), h.data(),
                           workspace.reserve(a.rows(), 2));
}

void add_weighted_columns(const Eigen::MatrixXd& x, std::span<const std::size_t> columns,
                          std::span<const double> changes, SumPrecision precision, Eigen::MatrixXd& h,
                          DenseWorkspace& workspace) {
  require(columns.size() == changes.size(), "add_weighted_columns: each column must have its change");
  require(h.rows() == x.rows() && h.cols() == x.rows(), "add_weighted_columns: h must have the rows of x");
  require(&h != &x, "add_weighted_columns: h must be another matrix than x");
  for (const std::size_t column : columns)
    require(column < size(x.cols()), "add_weighted_columns: x must have all of the columns");
  const WeightedColumns chosen{x.data(), columns.data(), changes.data(), columns.size()};
  const auto kernel =
      precision == SumPrecision::in_single ? add_columns_in_single_kernel : add_columns_kernel;
  kernel(chosen, size(x.rows()), h.data(), workspace.reserve(x.rows(), 2));
}

Eigen::Index cholesky(Eigen::MatrixXd& a, DenseWorkspace& workspace) {
  require(a.rows() == a.cols(), "cholesky: a must be square");
  return static_cast<Eigen::Index>(cholesky_kernel(a.data(), size(a.rows()), workspace.reserve(a.rows())));
}

void solve_lower(const Eigen::MatrixXd& l, Eigen::VectorXd& b) {
  require(l.rows() == l.cols() && b.size() == l.rows(), "solve_lower: l must be square and b as long as it");
  solve_lower_kernel(l.data(), size(l.rows()), b.data());
}

void solve_lower_transposed(const Eigen::MatrixXd& l, Eigen::VectorXd& b) {
  require(l.rows() == l.cols() && b.size() == l.rows(),
          "solve_lower_transposed: l must be square and b as long as it");
  solve_lower_transposed_kernel(l.data(), size(l.rows()), b.data());
}

void multiply(const Eigen::MatrixXd& x, const Eigen::VectorXd& w, Eigen::VectorXd& y) {
  require(w.size() == x.cols(), "multiply: w must have a value for each column of x");
  require(&w != &y, "multiply: y must be another vector than w");
  y.resize(x.rows());
  multiply_kernel(x.data(), size(x.rows()), size(x.cols()), w.data(), y.data());
}

void multiply_transposed(const Eigen::MatrixXd& x, const Eigen::VectorXd& r, Eigen::VectorXd& g) {
  require(r.size() == x.rows(), "multiply_transposed: r must have a value for each row of x");
  require(&r != &g, "multiply_transposed: g must be another vector than r");
  g.resize(x.cols());
  multiply_transposed_kernel(x.data(), size(x.rows()), size(x.cols()), r.data(), g.data());
}

}  // namespace isr
