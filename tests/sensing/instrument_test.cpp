#include "sensing/instrument.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <Eigen/QR>
#include <Eigen/SVD>
#include <algorithm>
#include <cmath>

#include "base/error.h"
#include "sensing/corrected_operator.h"
#include "sensing/dense_matrix.h"
#include "sensing/operator_checks.h"
#include "sensing/with_outliers.h"

namespace isr {
namespace {

using Eigen::MatrixXd;
using Eigen::VectorXd;
using testing::HasSubstr;

Problem simulated(const Patterns& patterns, Index readings, const std::string& basis = "pixel") {
  MeasurementModel model;
  model.height = 8, model.width = 16;
  model.measurements = readings;
  model.ensemble = pattern_ensemble;
  model.patterns = patterns;
  model.basis = basis;
  return simulate(model, random_columns(model.pixels(), 2, "pixels").cwiseAbs(), 0.25);
}

TEST(CorrectedOperator, IsItsMatrix) {
  CorrectedOperator::Faults faults;
  faults.weights = VectorXd::LinSpaced(5, 0.5, 2);
  faults.q =
      random_columns(5, 2, "q").cast<double>().householderQr().householderQ() * MatrixXd::Identity(5, 2);
  faults.damping = Eigen::Vector2d(1, 0.75);
  faults.outliers = 1.5;
  const MatrixXd a = random_columns(5, 7, "a").cast<double>();
  const CorrectedOperator op(std::make_shared<DenseMatrix>(MatrixXd(a)), faults);
  const MatrixXd project =
      MatrixXd::Identity(5, 5) - faults.q * faults.damping.asDiagonal() * faults.q.transpose();
  MatrixXd inner(5, 17);
  inner << faults.weights.asDiagonal() * a, 1.5 * MatrixXd::Identity(5, 5), -1.5 * MatrixXd::Identity(5, 5);
  const MatrixXd expected = project * inner;
  ASSERT_EQ(op.cols(), 17);
  EXPECT_LE((op.dense() - expected).norm(), 1e-12);
  EXPECT_LE((op.LinearOperator::dense() - expected).norm(), 1e-5);
  EXPECT_LE((op.known_squared_norms().transpose() - expected.colwise().squaredNorm()).norm(), 1e-12);
  expect_adjoint(op);
  const MatrixXd y = random_columns(5, 2, "y").cast<double>();
  EXPECT_LE((op.corrected(y) - project * faults.weights.asDiagonal() * y).norm(), 1e-12);
}

TEST(WithOutliers, IsTheBasisAndBesideItTheIdentity) {
  const BasisPtr picture = make_basis("cdf97", 6, 5);
  const BasisPtr both = with_outliers(picture, 4);
  expect_adjoint(*both);
  MatrixXd expected = MatrixXd::Identity(34, 34);
  expected.topLeftCorner(30, 30) = picture->dense();
  EXPECT_LE((both->dense() - expected).norm(), 1e-6);
  const Eigen::MatrixXf y = random_columns(34, 2, "y");
  Eigen::MatrixXf x(34, 2), back(34, 2);
  both->analyze(y, x);
  both->apply(x, back);
  EXPECT_LE((back - y).norm(), 1e-5 * y.norm());
  EXPECT_EQ(both->expected_sizes().head(30), picture->expected_sizes());
  EXPECT_EQ(both->expected_sizes_near(x).head(30), picture->expected_sizes_near(x.topRows(30)));
  EXPECT_GT(both->expected_sizes_near(x).minCoeff(), 0);
}

TEST(Instrument, NothingToCorrectLeavesTheProblemAsItIs) {
  const Problem before = simulated({"hadamard"}, 50);
  const Problem after = corrected(before, {});
  EXPECT_EQ(after.operators.system, before.operators.system);
  EXPECT_EQ(after.measurements, before.measurements);
  EXPECT_FALSE(after.model.corrected);
}

TEST(Instrument, PairsBecomeSignedMeasurementsOfTheirDifference) {
  Problem pairs = simulated({"hadamard", "zigzag", "pairs"}, 100);
  pairs.picture_noise = VectorXd{{0.5, 1}};
  const Problem signed_ones = corrected(pairs, {});
  EXPECT_EQ(signed_ones.model.measurements, 50);
  EXPECT_NEAR(signed_ones.noise, 0.25 * std::sqrt(2.0), 1e-12);
  EXPECT_NEAR(signed_ones.noise_of(1), std::sqrt(2.0), 1e-12);
  const MatrixXd y = pairs.measurements;
  EXPECT_EQ(signed_ones.measurements.row(7), y.row(14) - y.row(15));
  const MatrixXd x = pairs.operators.sensing->dense();
  EXPECT_LE((signed_ones.operators.sensing->dense().row(7) - (x.row(14) - x.row(15))).norm(), 1e-4);
  Instrument weighted;
  weighted.sigma = VectorXd::LinSpaced(100, 1, 3);
  const Problem one = corrected(pairs, weighted);
  EXPECT_EQ(one.noise, 1);
  const double sigma = std::hypot(weighted.sigma(14), weighted.sigma(15));
  EXPECT_LE((one.measurements.row(7) - (y.row(14) - y.row(15)) / sigma).norm(), 1e-12);
}

TEST(Instrument, OffsetsThatArePolynomialsChangeNothing) {
  Problem problem = simulated({"dct", "zigzag"}, 60);
  Instrument instrument;
  instrument.offset = 2;
  instrument.sigma = VectorXd::LinSpaced(60, 1, 2);
  const Problem before = corrected(problem, instrument);
  for (Index i = 0; i < 60; ++i) {
    const auto t = static_cast<double>(i);
    problem.measurements.row(i).array() += 5 - 0.3 * t + 0.01 * t * t;
  }
  const Problem after = corrected(problem, instrument);
  EXPECT_LE((after.measurements - before.measurements).norm(), 1e-10 * problem.measurements.norm());
  EXPECT_GT(after.measurements.norm(), 0.01 * problem.measurements.norm());
  expect_adjoint(*after.operators.system);
}

TEST(Instrument, TheMeanOfPositiveReadingsIsMadeAsWeakAsTheRest) {
  const Problem raw = simulated({"hadamard", "random:1", "positive"}, 64), even = corrected(raw, {});
  const auto largest = [](const Problem& problem) {
    const VectorXd values = problem.operators.sensing->dense().jacobiSvd().singularValues();
    return values(0) / values(1);
  };
  EXPECT_GT(largest(raw), 5);
  EXPECT_LT(largest(even), 2);
}

TEST(Instrument, PoissonWeightsMakeTheNoiseOne) {
  Problem problem = simulated({"pixel"}, 4);
  problem.picture_noise = VectorXd{{0.5, 2}};
  problem.measurements = MatrixXd::Zero(4, 2);
  problem.measurements << 0, 0, 3, 5, 99, 101, 1e6, 1e6;
  Instrument poisson;
  poisson.poisson = true;
  const Problem weighted = corrected(problem, poisson);
  EXPECT_EQ(weighted.noise_of(1), 1);
  EXPECT_NEAR(weighted.measurements(2, 0), 99 / std::sqrt(100 + 0.375), 1e-12);
  problem.measurements(0, 0) = -1;
  EXPECT_THROW(corrected(problem, poisson), Error);
}

TEST(Instrument, HalfOfThePatternsThatAreKeptAreThoseOfTheLowestFrequencies) {
  const Problem whole = simulated({"hadamard", "sequency"}, 128);
  const std::vector<Index> frequencies = frequencies_of(*whole.model.patterns, 8, 16);
  const std::vector<Index> rows = random_readings(whole, 0.25, 3);
  std::vector<Index> all = frequencies, kept;
  std::sort(all.begin(), all.end());
  for (const Index row : rows) kept.push_back(frequencies[static_cast<std::size_t>(row)]);
  std::sort(kept.begin(), kept.end());
  ASSERT_EQ(kept.size(), 32u);
  EXPECT_TRUE(std::equal(kept.begin(), kept.begin() + 16, all.begin()));
  EXPECT_GT(kept[31], 10);  // of at most 22
  EXPECT_NE(rows, random_readings(whole, 0.25, 4));
}

TEST(Instrument, ReadingsThatAreKeptAreThoseOfTheWholeOperator) {
  for (const char* readings : {"signed", "pairs"}) {
    const Index n = std::string(readings) == "pairs" ? 80 : 40;
    const Problem whole = simulated({"hadamard", "random:5", readings}, n, "haar");
    const std::vector<Index> rows = random_readings(whole, 0.5, 3);
    ASSERT_EQ(rows.size(), static_cast<std::size_t>(n / 2));
    EXPECT_TRUE(std::is_sorted(rows.begin(), rows.end()));
    const Problem part = with_readings(whole, rows);
    EXPECT_EQ(part.measurements, whole.measurements(rows, Eigen::all));
    EXPECT_LE((part.operators.system->dense() - whole.operators.system->dense()(rows, Eigen::all)).norm(),
              1e-3);
  }
  const MatrixXd x = random_columns(9, 12, "x").cast<double>();
  const Problem given = make_problem(x, x.leftCols(2));
  const std::vector<Index> rows{0, 4, 8};
  EXPECT_EQ(with_readings(given, rows).operators.system->dense(), x(rows, Eigen::all));
}

TEST(Instrument, WhatIsOutOfRangeIsRefused) {
  const Problem problem = simulated({"hadamard"}, 50);
  const auto refusal = [&](const Instrument& instrument) {
    try {
      corrected(problem, instrument);
    } catch (const UsageError& error) {
      return std::string(error.what());
    }
    return std::string("accepted");
  };
  Instrument instrument;
  instrument.sigma = VectorXd::Ones(49);
  EXPECT_THAT(refusal(instrument),
              HasSubstr("sigma must have a value for each of the 50 readings; it has 49"));
  instrument.sigma = VectorXd::Zero(50);
  EXPECT_THAT(refusal(instrument), HasSubstr("sigma must be positive numbers"));
  instrument.sigma = VectorXd::Ones(50);
  instrument.poisson = true;
  EXPECT_THAT(refusal(instrument), HasSubstr("poisson and sigma exclude each other"));
  instrument = {};
  instrument.offset = 21;
  EXPECT_THAT(refusal(instrument), HasSubstr("offset must be a degree from 0 to 20; got 21"));
}

}  // namespace
}  // namespace isr
