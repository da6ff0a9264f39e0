#include "baselines/baselines.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/error.h"
#include "base/parallel.h"
#include "sensing/ensembles.h"
#include "solver/test_problems.h"

namespace isr {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

std::string usage_error(const std::string& list) {
  try {
    parse_baselines(list);
  } catch (const UsageError& error) {
    return error.what();
  }
  return "accepted";
}

TEST(ParseBaselines, ReadsListsInTheirOrder) {
  EXPECT_THAT(parse_baselines("nnls, ls"), ElementsAre(Baseline::nnls, Baseline::least_squares));
  EXPECT_THAT(parse_baselines("omp"), ElementsAre(Baseline::omp));
  EXPECT_EQ(parse_baselines("all"), parse_baselines("ls,ridge,nnls,lasso,omp"));
  EXPECT_TRUE(parse_baselines("none").empty());
  EXPECT_TRUE(parse_baselines("").empty());
}

TEST(ParseBaselines, RefusesUnknownEmptyAndRepeatedWords) {
  EXPECT_EQ(usage_error("ls,svm"),
            "baselines: \"svm\" is none of ls, ridge, nnls, lasso, omp (or all, none)");
  EXPECT_THAT(usage_error("ls,,omp"), HasSubstr("\"\" is none of"));
  EXPECT_THAT(usage_error("ls,"), HasSubstr("\"\" is none of"));
  EXPECT_THAT(usage_error("ls,omp,ls"), HasSubstr("ls is given twice"));
}

class BaselinesTest : public testing::Test {
 protected:
  double error(const BaselineResult& result, Index column) const {
    return (result.w - truth_.col(column)).norm() / truth_.col(column).norm();
  }

  OperatorPtr op_ = make_ensemble(Ensemble::gaussian, 80, 160, 3);
  Eigen::MatrixXd truth_ = (Eigen::MatrixXd(160, 3) << sparse_vector(160, 6, true, 1),
                            sparse_vector(160, 9, true, 2), sparse_vector(160, 12, true, 3))
                               .finished();
  Eigen::MatrixXd y_ = op_->dense() * truth_;
};

TEST_F(BaselinesTest, SparseMethodsRecoverWhatTheDenseOnesCannot) {
  Baselines baselines(*op_);
  for (const Baseline kind : parse_baselines("all")) {
    const auto results = baselines.run(kind, y_);
    ASSERT_EQ(results.size(), 3u);
    for (Index b = 0; b < 3; ++b) {
      const BaselineResult& result = results[static_cast<std::size_t>(b)];
      EXPECT_TRUE(result.converged);
      EXPECT_GT(result.seconds, 0);
      EXPECT_EQ(result.support, (result.w.array() != 0).count());
      EXPECT_NEAR(result.relative_residual, (op_->dense() * result.w - y_.col(b)).norm() / y_.col(b).norm(),
                  1e-12);
      if (kind == Baseline::least_squares || kind == Baseline::ridge) {
        EXPECT_GT(error(result, b), 0.3) << to_string(kind);
      } else {
        EXPECT_LT(error(result, b), kind == Baseline::lasso ? 1e-3 : 1e-10) << to_string(kind);
      }
    }
  }
}

TEST_F(BaselinesTest, HoldOutKeepsNoiseOutOfLassoAndOmp) {
  const Eigen::MatrixXd noisy = y_ + 0.5 * normal_matrix(80, 3, 9);
  BaselineOptions tightest, widest;
  tightest.lambda = 1e-6;
  widest.omp_columns = 80;
  Baselines chosen(*op_);
  const auto lasso = chosen.run(Baseline::lasso, noisy), omp = chosen.run(Baseline::omp, noisy);
  const auto lasso_fitting_noise = run_baseline(Baseline::lasso, *op_, noisy, tightest);
  const auto omp_fitting_noise = run_baseline(Baseline::omp, *op_, noisy, widest);
  for (std::size_t b = 0; b < 3; ++b) {
    const auto column = static_cast<Index>(b);
    EXPECT_LT(error(lasso[b], column), 0.15);
    EXPECT_LT(error(omp[b], column), 0.15);
    EXPECT_LT(error(lasso[b], column), 0.7 * error(lasso_fitting_noise[b], column));
    EXPECT_LT(error(omp[b], column), 0.5 * error(omp_fitting_noise[b], column));
    EXPECT_EQ(lasso[b].note, "λ by 5-fold hold-out");
    EXPECT_GT(lasso[b].lambda, 0);
    EXPECT_EQ(omp[b].note, "columns by 5-fold hold-out");
  }
}

TEST_F(BaselinesTest, OmpChoosesNoColumnWhereNoneHelpsToPredict) {
  const auto results = run_baseline(Baseline::omp, *op_, normal_matrix(80, 6, 10));
  Index none = 0;
  for (const BaselineResult& result : results) {
    EXPECT_LT(result.support, 10);
    none += result.support == 0;
  }
  EXPECT_GT(none, 0);
}

TEST_F(BaselinesTest, ResultsAreTheSameForAnyNumberOfThreadsAndBesideAnyColumns) {
  for (const Baseline kind : parse_baselines("all")) {
    set_thread_count(1);
    const auto one = run_baseline(kind, *op_, y_);
    set_thread_count(4);
    const auto four = run_baseline(kind, *op_, y_);
    set_thread_count(0);
    const auto alone = run_baseline(kind, *op_, y_.col(1));
    for (std::size_t b = 0; b < 3; ++b) EXPECT_EQ(one[b].w, four[b].w) << to_string(kind);
    EXPECT_EQ(one[1].w, alone[0].w) << to_string(kind);
  }
}

TEST_F(BaselinesTest, MatrixFreeMethodsAgreeWithDenseOnes) {
  BaselineOptions free;
  free.max_dense_bytes = free.max_direct_bytes = 0;
  free.tolerance = 1e-6;
  free.iterations = 5000;
  const Eigen::MatrixXd noisy = y_ + 0.5 * normal_matrix(80, 3, 9);
  const auto ls = run_baseline(Baseline::least_squares, *op_, noisy, free);
  const auto ls_dense = run_baseline(Baseline::least_squares, *op_, noisy);
  const auto lasso = run_baseline(Baseline::lasso, *op_, noisy, free);
  const auto ridge = run_baseline(Baseline::ridge, *op_, noisy, free);
  for (std::size_t b = 0; b < 3; ++b) {
    const auto column = static_cast<Index>(b);
    EXPECT_LT((ls[b].w - ls_dense[b].w).norm(), 1e-4 * ls_dense[b].w.norm());
    EXPECT_LT(error(lasso[b], column), 0.2);
    EXPECT_THAT(lasso[b].note, HasSubstr("λ by hold-out"));
    // At the λ chosen, each is the dense solution of that λ.
    BaselineOptions same;
    same.lambda = lasso[b].lambda;
    const auto lasso_dense = run_baseline(Baseline::lasso, *op_, noisy.col(column), same);
    EXPECT_LT((lasso[b].w - lasso_dense[0].w).norm(), 5e-3 * lasso_dense[0].w.norm());
    same.lambda = ridge[b].lambda;
    const auto ridge_dense = run_baseline(Baseline::ridge, *op_, noisy.col(column), same);
    EXPECT_LT((ridge[b].w - ridge_dense[0].w).norm(), 1e-4 * ridge_dense[0].w.norm());
  }
  try {
    run_baseline(Baseline::nnls, *op_, y_, free);
    ADD_FAILURE() << "accepted";
  } catch (const Error& refused) {
    EXPECT_THAT(refused.what(), HasSubstr("the baseline nnls needs the matrix itself"));
  }
}

TEST_F(BaselinesTest, NonnegativeLassoIsNonnegativeAndNeedsFewerMeasurements) {
  const auto few = make_ensemble(Ensemble::gaussian, 40, 160, 4);
  const Eigen::MatrixXd y = few->dense() * truth_.col(2);
  BaselineOptions options;
  options.nonnegative = true;
  const auto nonnegative = run_baseline(Baseline::lasso, *few, y, options);
  EXPECT_GE(nonnegative[0].w.minCoeff(), 0);
  EXPECT_LT(error(nonnegative[0], 2), 1e-3);
}

TEST_F(BaselinesTest, ZeroMeasurementsGiveZeroByEveryMethod) {
  Baselines baselines(*op_);
  for (const Baseline kind : parse_baselines("all")) {
    const auto results = baselines.run(kind, Eigen::MatrixXd::Zero(80, 1));
    EXPECT_EQ(results[0].w.norm(), 0) << to_string(kind);
    EXPECT_EQ(results[0].relative_residual, 0);
  }
}

TEST_F(BaselinesTest, OneMeasurementIsEnoughForEveryMethod) {
  const auto single = make_ensemble(Ensemble::gaussian, 1, 4, 1);
  for (const Baseline kind : parse_baselines("all")) {
    const auto results = run_baseline(kind, *single, Eigen::MatrixXd::Ones(1, 1));
    EXPECT_TRUE(results[0].w.allFinite());
    EXPECT_LT(results[0].relative_residual, 0.5) << to_string(kind);
  }
}

TEST_F(BaselinesTest, MeasurementsThatAreNotFiniteOrDoNotFitAreRefused) {
  Eigen::MatrixXd bad = y_;
  bad(3, 1) = std::numeric_limits<double>::quiet_NaN();
  EXPECT_THROW(run_baseline(Baseline::nnls, *op_, bad), Error);
  EXPECT_THROW(run_baseline(Baseline::nnls, *op_, y_.topRows(5)), Error);
  BaselineOptions options;
  options.folds = 1;
  EXPECT_THROW(Baselines(*op_, options), UsageError);
}

TEST_F(BaselinesTest, CancellingEndsWithNoResults) {
  Baselines baselines(*op_);
  for (const Baseline kind : parse_baselines("all"))
    EXPECT_TRUE(baselines.run(kind, y_, [] { return true; }).empty()) << to_string(kind);
}

}  // namespace
}  // namespace isr
