// The face that descent, the Newton flow and the reweighted flow share.
#include "solver/path.h"

#include <gtest/gtest.h>

#include <cmath>
#include <functional>
#include <string>

#include "base/test_files.h"
#include "sensing/dense_matrix.h"
#include "solver/descent_path.h"
#include "solver/flow_problems.h"
#include "solver/newton_flow.h"
#include "solver/reweighted_flow.h"

namespace isr {
namespace {

constexpr Eigen::Index path_rows = 20, path_cols = 40;
constexpr Parametrization network{3, Model::signed_model, 1e-2};

struct PathCase {
  std::string name;
  std::function<std::unique_ptr<Path>(const DenseMatrix& op, const Eigen::MatrixXd& y)> make;
};

std::vector<PathCase> cases() {
  const auto descent = [](StepRule rule) {
    return [rule](const DenseMatrix& op, const Eigen::MatrixXd& y) -> std::unique_ptr<Path> {
      DescentOptions options;
      options.network = network;
      options.step_rule = rule;
      options.step = 0.05;
      options.iterations = 2000;
      return std::make_unique<DescentPath>(op, y, options, DescentSchedule::logarithmic(2000, 10));
    };
  };
  const auto newton = [](double end) {
    return [end](const DenseMatrix& op, const Eigen::MatrixXd& y) -> std::unique_ptr<Path> {
      FlowOptions options;
      options.network = network;
      options.end_time = end;
      return std::make_unique<NewtonFlow>(make_dense_newton(std::make_shared<PreparedMatrix>(op)), y.col(0),
                                          options);
    };
  };
  const auto reweighted = [](const DenseMatrix& op, const Eigen::MatrixXd& y) -> std::unique_ptr<Path> {
    ReweightedOptions options;
    options.tolerance = 1e-4;
    options.network = network;
    options.squared_norms = Eigen::VectorXf::Constant(path_cols, path_rows);
    return std::make_unique<ReweightedFlow>(op, y, options);
  };
  return {{"Descent", descent(StepRule::constant)},
          {"AdaptiveDescent", descent(StepRule::adaptive)},
          {"NewtonFlowToATime", newton(5)},
          {"NewtonFlowToTheLimit", newton(std::numeric_limits<double>::infinity())},
          {"ReweightedFlow", reweighted}};
}

class EveryPath : public testing::TestWithParam<PathCase> {
 protected:
  EveryPath() : op(x), y(x * sparse(path_cols, 10, true)), path(GetParam().make(op, y)) {}

  double recomputed_residual(double time) const {
    Eigen::MatrixXd w;
    path->w_at(time, w);
    return (x * w - y).norm() / y.norm();
  }

  const Eigen::MatrixXd x = gaussian(path_rows, path_cols, 1).cast<float>().cast<double>();
  const DenseMatrix op;
  const Eigen::MatrixXd y;
  const std::unique_ptr<Path> path;
};

TEST_P(EveryPath, BeginsAtItsStart) {
  EXPECT_EQ(path->begin_time(), 0);
  EXPECT_EQ(path->end_time(), 0);
  EXPECT_EQ(path->steps(), 0);
  EXPECT_NEAR(path->residual(), 1, 1e-6);  // w = 0
  Eigen::MatrixXd w;
  path->w_at(0, w);
  ASSERT_EQ(w.rows(), path_cols);
  EXPECT_LE(w.cwiseAbs().maxCoeff(), 1e-8);
}

TEST_P(EveryPath, StepsTileTheTimeThatAscends) {
  double last_time = 0;
  std::int64_t last_steps = 0;
  int advances = 0;
  while (path->advance()) {
    ++advances;
    EXPECT_EQ(path->begin_time(), last_time);
    EXPECT_GT(path->end_time(), path->begin_time());
    EXPECT_GT(path->steps(), last_steps);
    last_time = path->end_time(), last_steps = path->steps();
  }
  EXPECT_GT(advances, 2);
  EXPECT_TRUE(path->status() == Status::finished || path->status() == Status::limit_reached)
      << to_string(path->status());
  EXPECT_FALSE(path->advance());  // and stays there
  path->finish();
  EXPECT_EQ(path->end_time(), last_time);
  EXPECT_EQ(path->steps(), last_steps);
}

TEST_P(EveryPath, ResidualIsThatOfW) {
  while (path->advance())
    for (const double share : {0.0, 0.1, 0.5, 0.9, 1.0}) {
      const double time = path->begin_time() + share * (path->end_time() - path->begin_time());
      EXPECT_NEAR(path->residual_at(time), recomputed_residual(time), 2e-6) << time;
    }
  EXPECT_EQ(path->residual(), path->residual_at(path->end_time()));
  EXPECT_LT(path->residual(), 0.05);
}

TEST_P(EveryPath, ResidualFallsFromStepToStep) {
  double last = path->residual();
  while (path->advance()) {
    EXPECT_LE(path->residual(), last * (1 + 1e-5) + 1e-9) << path->end_time();
    last = path->residual();
  }
}

TEST_P(EveryPath, WithinAStepIsContinuousWhereItInterpolates) {
  Eigen::MatrixXd w, before, last;
  path->w_at(0, last);
  while (path->advance()) {
    const double begin = path->begin_time(), length = path->end_time() - begin;
    path->w_at(path->end_time(), w);
    if (path->interpolates()) {
      path->w_at(begin, before);
      EXPECT_LE((before - last).norm(), 1e-12 * w.norm());  // where the step before ended
      // A thousandth of the step moves w by little more than a thousandth of the way of the step.
      const double way = std::max((w - last).norm(), 1e-3 * w.norm());
      for (int i = 1; i <= 1000; i += 37) {
        path->w_at(begin + (i - 1) * length / 1000, before);
        path->w_at(begin + i * length / 1000, w);
        EXPECT_LE((w - before).norm(), 0.01 * way) << i << " of the step from " << begin;
      }
      path->w_at(path->end_time(), w);
      path->w_at(begin + length * (1 - 1e-9), before);
      EXPECT_LE((w - before).norm(), 1e-6 * way);
    } else {
      path->w_at(begin, before);
      EXPECT_EQ(before, w);
      EXPECT_EQ(path->residual_at(begin), path->residual());
    }
    last = w;
  }
}

TEST_P(EveryPath, OfTheFlowCertifiesItsEnd) {
  path->finish();
  const std::optional<Certificate> certificate = path->certificate();
  if (GetParam().name.ends_with("Descent")) {
    EXPECT_FALSE(certificate);
    return;
  }
  ASSERT_TRUE(certificate);
  EXPECT_NEAR(certificate->residual, recomputed_residual(path->end_time()), 1e-6);
  EXPECT_LT(certificate->map_mismatch, 0.04);
}

INSTANTIATE_TEST_SUITE_P(Paths, EveryPath, testing::ValuesIn(cases()),
                         [](const auto& instance) { return instance.param.name; });

TEST(Status, HasAPhraseForEachValue) {
  for (const Status status : {Status::finished, Status::stopped_by_rule, Status::limit_reached,
                              Status::diverged, Status::inconsistent, Status::stalled, Status::cancelled})
    EXPECT_NE(to_string(status), "unknown");
}

}  // namespace
}  // namespace isr
