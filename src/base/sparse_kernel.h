// What products with sparse matrices are made of, in double precision, by vector multiply-adds. On the
// calling thread; each sum has its fixed order.
#pragma once

#include <cstddef>

namespace isr {

// A sparse matrix of m rows by pairs of columns: those of pair q, columns 2q and 2q + 1, are entries begin[q]
// … begin[q + 1] − 1 of `row`, with two values each.
struct SparsePairs {
  std::size_t rows;
  const int *begin, *row;
  const double* values;
  std::size_t pairs;
};

// c = X b, n × 2·pairs without gaps. x holds the n × m matrix X by stripes of stripe_rows rows, the last
// filled up with zeros, each stripe column after column: a product reads it from the first to the last, and
// what it reads at a time does not compete for the same places in the cache, as columns of a power of two
// values would.
inline constexpr std::size_t stripe_rows = 16;
void multiply_pairs_kernel(const double* x, std::size_t n, const SparsePairs& b, double* c);

// to[place + k] += factor · from[first + k] for k = 0 … length − 1.
struct Multiple {
  double factor;
  int first, length, place;
};

// One after the other.
void add_multiples_kernel(const Multiple* multiples, std::size_t count, const double* from, double* to);

}  // namespace isr
