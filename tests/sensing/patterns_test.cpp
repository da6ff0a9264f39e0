#include "sensing/patterns.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <numeric>
#include <set>

#include "base/error.h"
#include "sensing/operator_checks.h"

namespace isr {
namespace {

using Eigen::MatrixXd;
using testing::HasSubstr;

// H_2m = [H_m H_m; H_m −H_m].
MatrixXd sylvester(Index size) {
  MatrixXd h = MatrixXd::Ones(1, 1);
  while (h.rows() < size) {
    const MatrixXd half = h;
    h.resize(2 * half.rows(), 2 * half.rows());
    h << half, half, half, -half;
  }
  return h;
}

// The rows of Sylvester's matrix by their sign changes.
MatrixXd walsh(Index size) {
  const MatrixXd h = sylvester(size);
  MatrixXd sorted(size, size);
  for (Index r = 0; r < size; ++r) {
    Index changes = 0;
    for (Index c = 1; c < size; ++c) changes += h(r, c) != h(r, c - 1) ? 1 : 0;
    sorted.row(changes) = h.row(r);
  }
  return sorted;
}

// Products of Rademacher functions by the binary digits of the row, the lowest the slowest (Paley 1932).
MatrixXd paley(Index size) {
  MatrixXd matrix = MatrixXd::Ones(size, size);
  for (Index r = 0; r < size; ++r)
    for (Index c = 0; c < size; ++c) {
      Index bit = size / 2;
      for (Index digits = r; digits > 0; digits >>= 1, bit >>= 1)
        if ((digits & 1) != 0 && (c & bit) != 0) matrix(r, c) *= -1;
    }
  return matrix;
}

MatrixXd cosines(Index size) {
  MatrixXd matrix(size, size);
  for (Index k = 0; k < size; ++k)
    for (Index j = 0; j < size; ++j)
      matrix(k, j) =
          std::sqrt((k == 0 ? 1.0 : 2.0) / static_cast<double>(size)) *
          std::cos(M_PI * static_cast<double>((2 * j + 1) * k) / (2.0 * static_cast<double>(size)));
  return matrix;
}

MatrixXd kronecker(const MatrixXd& a, const MatrixXd& b) {
  MatrixXd product(a.rows() * b.rows(), a.cols() * b.cols());
  for (Index i = 0; i < a.rows(); ++i)
    for (Index j = 0; j < a.cols(); ++j)
      product.block(i * b.rows(), j * b.cols(), b.rows(), b.cols()) = a(i, j) * b;
  return product;
}

MatrixXd matrix_of(const Patterns& patterns, Index readings, Index height, Index width) {
  return make_patterns(patterns, readings, height, width)->dense();
}

void expect_equal(const MatrixXd& found, const MatrixXd& expected, const std::string& what) {
  ASSERT_EQ(found.rows(), expected.rows()) << what;
  EXPECT_LE((found - expected).cwiseAbs().maxCoeff(), 3e-6 * expected.cwiseAbs().maxCoeff()) << what;
}

TEST(Patterns, HadamardPatternsAreKroneckerProductsInTheOrdersOfWalshPaleyAndSylvester) {
  for (const auto& [height, width] : {std::pair<Index, Index>{8, 4}, {1, 16}, {2, 2}, {1, 1}, {16, 1}}) {
    const Index p = height * width;
    expect_equal(matrix_of({"hadamard", "sequency"}, p, height, width),
                 kronecker(walsh(height), walsh(width)), "sequency");
    expect_equal(matrix_of({"hadamard", "natural"}, p, height, width),
                 kronecker(sylvester(height), sylvester(width)), "natural");
    expect_equal(matrix_of({"hadamard", "dyadic"}, p, height, width), kronecker(paley(height), paley(width)),
                 "dyadic");
  }
}

TEST(Patterns, CosinesAndPixelsAreTheirMatrices) {
  expect_equal(matrix_of({"dct", "natural"}, 35, 5, 7), kronecker(cosines(5), cosines(7)), "dct");
  const MatrixXd seen = matrix_of({"pixel", "natural", "signed", {3, 0, 11}}, 3, 3, 4);
  MatrixXd expected = MatrixXd::Zero(3, 12);
  expected(0, 3) = expected(1, 0) = expected(2, 11) = 1;
  expect_equal(seen, expected, "pixel");
}

TEST(Patterns, ZigzagGoesAlongDiagonalsAsJpegDoes) {
  const MatrixXd all = kronecker(cosines(3), cosines(3));
  const std::vector<Index> jpeg{0, 1, 3, 6, 4, 2, 5, 7, 8};  // of 3 × 3, row by row
  expect_equal(matrix_of({"dct", "zigzag"}, 9, 3, 3), all(jpeg, Eigen::all), "zigzag");
  const MatrixXd wide = kronecker(cosines(2), cosines(4));
  const std::vector<Index> of_two_rows{0, 1, 4, 5, 2, 3, 6, 7};
  expect_equal(matrix_of({"dct", "zigzag"}, 8, 2, 4), wide(of_two_rows, Eigen::all), "zigzag 2 × 4");
}

TEST(Patterns, RandomOrdersArePermutationsOfTheirSeed) {
  const auto rows = [](const std::string& order) {
    const MatrixXd matrix = matrix_of({"pixel", order}, 30, 5, 6);
    std::vector<Index> numbers;
    for (Index r = 0; r < 30; ++r) {
      Index place = 0;
      matrix.row(r).maxCoeff(&place);
      numbers.push_back(place);
    }
    return numbers;
  };
  const auto first = rows("random:1");
  EXPECT_EQ(std::set<Index>(first.begin(), first.end()).size(), 30u);
  EXPECT_EQ(first, rows("random:1"));
  EXPECT_NE(first, rows("random:2"));
  EXPECT_FALSE(std::is_sorted(first.begin(), first.end()));
}

TEST(Patterns, RowsNameWhichPatternsWereShownAndWhen) {
  const MatrixXd all = matrix_of({"hadamard", "zigzag"}, 32, 4, 8);
  const std::vector<Index> shown{31, 0, 7, 7};
  expect_equal(matrix_of({"hadamard", "zigzag", "signed", shown}, 4, 4, 8), all(shown, Eigen::all), "rows");
  expect_equal(matrix_of({"hadamard", "zigzag"}, 5, 4, 8), all.topRows(5), "the first");
}

TEST(Patterns, ReadingsOfLightArePositiveAndPairsDifferByTheSignedOnes) {
  const MatrixXd walsh_patterns = kronecker(walsh(4), walsh(8));
  const MatrixXd positive = matrix_of({"hadamard", "sequency", "positive"}, 32, 4, 8);
  expect_equal(positive, 0.5 * (walsh_patterns.array() + 1), "0 and 1");
  const MatrixXd pairs = matrix_of({"hadamard", "sequency", "pairs"}, 64, 4, 8);
  expect_equal(pairs(Eigen::seq(0, Eigen::last, 2), Eigen::all), positive, "+");
  expect_equal(pairs(Eigen::seq(1, Eigen::last, 2), Eigen::all), 1 - positive.array(), "−");
  const MatrixXd waves = matrix_of({"dct", "natural", "pairs"}, 2 * 30, 5, 6);
  EXPECT_GE(waves.minCoeff(), -1e-7);
  expect_equal(
      waves(Eigen::seq(0, Eigen::last, 2), Eigen::all) - waves(Eigen::seq(1, Eigen::last, 2), Eigen::all),
      kronecker(cosines(5), cosines(6)), "difference");
}

TEST(Patterns, AdjointsBelongToThemAndWhatTheyKnowIsTrue) {
  for (const char* kind : {"hadamard", "dct", "pixel"})
    for (const char* readings : {"signed", "positive", "pairs"}) {
      if (std::string(kind) == "pixel" && std::string(readings) != "signed") continue;
      SCOPED_TRACE(std::string(kind) + " " + readings);
      const Index n = std::string(readings) == "pairs" ? 60 : 30;
      const OperatorPtr op = make_patterns({kind, "random:3", readings}, n, 8, 16);
      expect_adjoint(*op);
      if (std::string(readings) == "signed") expect_tight_frame(*op);
      if (const Eigen::VectorXd squares = op->known_squared_norms(); squares.size() > 0) {
        EXPECT_LE((squares.transpose() - op->dense().colwise().squaredNorm()).norm(), 1e-3);
      }
    }
  const OperatorPtr twice = make_patterns({"hadamard", "natural", "signed", {1, 1}}, 2, 2, 2);
  EXPECT_EQ(twice->tight_frame_constant(), 0);
  expect_adjoint(*twice);
}

TEST(Patterns, FrequenciesAreTheSignChangesDownAndAcross) {
  for (const char* order : {"sequency", "natural", "dyadic", "zigzag", "random:4"}) {
    const Patterns patterns{"hadamard", order};
    const MatrixXd matrix = matrix_of(patterns, 32, 4, 8);
    const std::vector<Index> frequencies = frequencies_of(patterns, 4, 8);
    ASSERT_EQ(frequencies.size(), 32u);
    for (Index r = 0; r < 32; ++r) {
      Index changes = 0;
      for (Index c = 1; c < 8; ++c) changes += matrix(r, c) * matrix(r, c - 1) < 0 ? 1 : 0;
      for (Index c = 1; c < 4; ++c) changes += matrix(r, 8 * c) * matrix(r, 8 * (c - 1)) < 0 ? 1 : 0;
      EXPECT_EQ(frequencies[static_cast<std::size_t>(r)], changes) << order << " " << r;
    }
  }
  EXPECT_EQ(frequencies_of({"dct", "sequency"}, 2, 3), (std::vector<Index>{0, 1, 2, 1, 2, 3}));
  EXPECT_EQ(frequencies_of({"pixel"}, 1, 3), (std::vector<Index>{0, 0, 0}));
}

TEST(Patterns, WhatDoesNotFitIsRefusedWithTheRule) {
  const auto refusal = [](const Patterns& patterns, Index readings, Index height, Index width) {
    try {
      make_patterns(patterns, readings, height, width);
    } catch (const UsageError& error) {
      return std::string(error.what());
    }
    return std::string("accepted");
  };
  EXPECT_THAT(refusal({"fourier"}, 1, 4, 4),
              HasSubstr("patterns must be hadamard, dct or pixel; got fourier"));
  EXPECT_THAT(refusal({"hadamard"}, 1, 4, 12), HasSubstr("powers of two; the shape is 4x12"));
  for (const char* order : {"up", "random", "random:", "random:-1", "random:1x", "random:4294967296"})
    EXPECT_THAT(refusal({"hadamard", order}, 1, 4, 4),
                HasSubstr("order must be natural, sequency, dyadic, zigzag or random:SEED"))
        << order;
  EXPECT_THAT(refusal({"dct", "dyadic"}, 1, 4, 4), HasSubstr("for dct patterns"));
  EXPECT_THAT(refusal({"pixel", "zigzag"}, 1, 4, 4), HasSubstr("for pixel patterns"));
  EXPECT_THAT(refusal({"dct", "natural", "negative"}, 1, 4, 4),
              HasSubstr("readings must be signed, positive or pairs"));
  EXPECT_THAT(refusal({"pixel", "natural", "pairs"}, 2, 4, 4), HasSubstr("always signed"));
  EXPECT_THAT(refusal({"dct", "natural", "pairs"}, 3, 4, 4), HasSubstr("even in number; there are 3"));
  EXPECT_THAT(refusal({"dct", "natural"}, 17, 4, 4), HasSubstr("at most 16; got 17"));
  EXPECT_THAT(refusal({"dct", "natural", "signed", {1, 2}}, 3, 4, 4),
              HasSubstr("as many as the patterns that were shown, 2"));
  EXPECT_THAT(refusal({"dct", "natural", "signed", {1, 16}}, 2, 4, 4), HasSubstr("from 0 to 15; one is 16"));
}

}  // namespace
}  // namespace isr
