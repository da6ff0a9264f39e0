#include "base/column_runs.h"

#include <algorithm>
#include <optional>
#include <stdexcept>

namespace isr {

using Eigen::Index;
using Eigen::VectorXd;

namespace {

constexpr int most_left_out = 8;  // columns in a row

// The column's place in the run, if it is one of it.
std::optional<int> place_in(const ColumnRuns::Run& run, const std::vector<ColumnRuns::Entry>& column) {
  const int place =
      column.empty() || run.entries.empty() ? run.length : column.front().row - run.entries.front().row;
  const auto is_moved = [&](const ColumnRuns::Entry& a, const ColumnRuns::Entry& b) {
    return b.row == a.row + place && b.value == a.value;
  };
  const bool fits =
      place >= run.length && place <= run.length + most_left_out &&
      std::equal(run.entries.begin(), run.entries.end(), column.begin(), column.end(), is_moved);
  return fits ? std::optional(place) : std::nullopt;
}

void add_multiples(const std::vector<Multiple>& multiples, const VectorXd& from, VectorXd& to) {
  add_multiples_kernel(multiples.data(), multiples.size(), from.data(), to.data());
}

}  // namespace

ColumnRuns::ColumnRuns(const Eigen::SparseMatrix<double>& s) : rows_(s.rows()), factors_(s.cols()) {
  if (!s.isCompressed()) throw std::invalid_argument("ColumnRuns: s must be compressed");
  for (int j = 0; j < s.cols(); ++j) {
    std::vector<Entry> column;
    for (Eigen::SparseMatrix<double>::InnerIterator entry(s, j); entry; ++entry)
      column.push_back({static_cast<int>(entry.row()), entry.value()});
    factors_[j] = column.empty() || column.front().value == 0 ? 1 : column.front().value;
    for (Entry& entry : column) entry.value /= factors_[j];
    std::optional<int> place;
    if (!runs_.empty()) place = place_in(runs_.back(), column);
    if (!place) {
      runs_.push_back({static_cast<int>(places_), 0, std::move(column)});
      place = 0;
    }
    runs_.back().length = *place + 1;
    place_.push_back(runs_.back().first + *place);
    places_ = place_.back() + 1;
  }
  for (const Run& run : runs_)
    for (const auto& [row, value] : run.entries) {
      forward_.push_back({value, run.first, run.length, row});
      backward_.push_back({value, row, run.length, run.first});
    }
}

void ColumnRuns::multiply(const VectorXd& w, VectorXd& y) const {
  VectorXd placed = VectorXd::Zero(places_);
  placed(place_) = factors_.cwiseProduct(w);
  y.setZero(rows_);
  add_multiples(forward_, placed, y);
}

void ColumnRuns::multiply_transposed(const VectorXd& y, VectorXd& z) const {
  VectorXd placed = VectorXd::Zero(places_);
  add_multiples(backward_, y, placed);
  z = factors_.cwiseProduct(placed(place_));
}

namespace {

// Calls body(run, a, b) for each pair of entries of each run's first column, b not above a.
template <class Body>
void for_pairs(const ColumnRuns& s, const Body& body) {
  for (const ColumnRuns::Run& run : s.runs())
    for (auto a = run.entries.begin(); a != run.entries.end(); ++a)
      for (auto b = a; b != run.entries.end(); ++b) body(run, *a, *b);
}

// Where each diagonal begins, 1 and on; −1 for those that are all zero.
std::vector<int> diagonals_of(const ColumnRuns& s) {
  std::vector<int> begin(static_cast<std::size_t>(s.rows()), -1);
  for_pairs(s, [&](const ColumnRuns::Run&, const ColumnRuns::Entry& a, const ColumnRuns::Entry& b) {
    begin[static_cast<std::size_t>(b.row - a.row)] = 1;
  });
  int next = 1;
  for (int offset = 0; offset < s.rows(); ++offset)
    if (int& place = begin[static_cast<std::size_t>(offset)]; place > 0) {
      place = next;
      next += static_cast<int>(s.rows()) - offset;
    }
  return begin;
}

Index length_of(const std::vector<int>& diagonal) {
  Index length = 1;
  for (std::size_t offset = 0; offset < diagonal.size(); ++offset)
    if (diagonal[offset] > 0) length += static_cast<Index>(diagonal.size() - offset);
  return length;
}

// Those that make the diagonals of the weights.
std::vector<Multiple> multiples_of(const ColumnRuns& s, const std::vector<int>& diagonal) {
  std::vector<Multiple> multiples;
  for_pairs(s, [&](const ColumnRuns::Run& run, const ColumnRuns::Entry& a, const ColumnRuns::Entry& b) {
    const int begin = diagonal[static_cast<std::size_t>(b.row - a.row)];
    multiples.push_back({a.value * b.value, run.first, run.length, begin + a.row});
  });
  return multiples;
}

// S D Sᵀ with the place of each entry in the diagonals as its value.
Eigen::SparseMatrix<double> places_of(const ColumnRuns& s, const std::vector<int>& diagonal,
                                      const std::vector<Multiple>& multiples) {
  std::vector<bool> taken(static_cast<std::size_t>(s.places()), false),
      used(static_cast<std::size_t>(length_of(diagonal)), false);
  for (const int place : s.place_of_column()) taken[static_cast<std::size_t>(place)] = true;
  for (const Multiple& multiple : multiples)
    for (int k = 0; k < multiple.length; ++k)
      if (taken[static_cast<std::size_t>(multiple.first + k)])
        used[static_cast<std::size_t>(multiple.place + k)] = true;
  const int m = static_cast<int>(diagonal.size());
  std::vector<Eigen::Triplet<double>> entries;
  for (int offset = 0; offset < m; ++offset) {
    const int begin = diagonal[static_cast<std::size_t>(offset)];
    for (int i = 0; begin > 0 && i + offset < m; ++i) {
      if (!used[static_cast<std::size_t>(begin + i)]) continue;
      entries.emplace_back(i + offset, i, begin + i);
      if (offset > 0) entries.emplace_back(i, i + offset, begin + i);
    }
  }
  Eigen::SparseMatrix<double> matrix(m, m);
  matrix.setFromTriplets(entries.begin(), entries.end());
  return matrix;
}

}  // namespace

WeightedProducts::WeightedProducts(const ColumnRuns& s) : WeightedProducts(s, diagonals_of(s)) {}

WeightedProducts::WeightedProducts(const ColumnRuns& s, const std::vector<int>& diagonal)
    : s_(s),
      diagonals_(length_of(diagonal)),
      multiples_(multiples_of(s, diagonal)),
      products_(places_of(s, diagonal, multiples_)),
      places_(products_.values().begin(), products_.values().end()),
      weights_(VectorXd::Zero(s.places())) {}

const PairedColumns& WeightedProducts::update(const VectorXd& d) {
  if (d.size() != s_.cols())
    throw std::invalid_argument("WeightedProducts: d must have a value a column of s");
  weights_(s_.place_of_column()) = d.cwiseProduct(s_.factors().cwiseAbs2());
  diagonals_.setZero();
  add_multiples(multiples_, weights_, diagonals_);
  std::vector<double>& values = products_.values();
  for (std::size_t k = 0; k < values.size(); ++k) values[k] = diagonals_[places_[k]];
  return products_;
}

}  // namespace isr
