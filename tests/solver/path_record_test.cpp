#include "solver/path_record.h"

#include <gtest/gtest.h>

#include <limits>

#include "base/error.h"
#include "solver/recover.h"
#include "test_problems.h"

namespace isr {
namespace {

// Looks at the path while it goes on, and once more when it has ended.
struct Followed {
  PathRecord record;
  std::vector<double> times;
  std::vector<Eigen::MatrixXd> w;
};

Followed follow(const Problem& problem, const RecoverOptions& options) {
  Followed followed;
  Recoverer(problem).trace(0, options, [&](const Path& path) {
    followed.record.add(path);
    if (!path.interpolates()) return;
    for (const double x : {0.25, 0.5, 1.0}) {
      followed.times.push_back(path.begin_time() + x * (path.end_time() - path.begin_time()));
      path.w_at(followed.times.back(), followed.w.emplace_back());
    }
  });
  return followed;
}

Problem spikes() {
  const Eigen::MatrixXd x = normal_matrix(20, 40, 1);
  Eigen::VectorXd truth = Eigen::VectorXd::Zero(40);
  truth[3] = 1, truth[30] = -2;
  return make_problem(x, x * truth, 0);
}

TEST(PathRecord, GivesWhatThePathGaveOnItsWay) {
  for (const int depth : {1, 2, 3}) {
    RecoverOptions options;
    options.depth = depth;
    const Followed followed = follow(spikes(), options);
    ASSERT_GT(followed.times.size(), 10u);
    for (std::size_t i = 0; i < followed.times.size(); ++i)
      EXPECT_EQ(followed.record.w_at(followed.times[i]), followed.w[i]) << depth << ", " << followed.times[i];
  }
}

TEST(PathRecord, BeginsAtTheStartAndStaysAtTheEnd) {
  RecoverOptions options;
  options.model = Model::nonnegative;
  options.init = 1e-3;
  const PathRecord record = follow(spikes(), options).record;
  EXPECT_EQ(record.times()[0], 0);
  EXPECT_NEAR((record.w_at(0).array() - 1e-3).abs().maxCoeff(), 0, 1e-15);
  EXPECT_EQ(record.w_at(2 * record.times().back()), record.w_at(record.times().back()));
  EXPECT_EQ(record.times().size(), record.residuals().size());
  EXPECT_GT(record.residuals().front(), 0.9);
}

TEST(PathRecord, LiesOnTheLineBetweenStepsWhereThePathDoesNotInterpolate) {
  RecoverOptions options;
  options.solver = SolverKind::gradient_descent;
  options.iterations = 200;
  const PathRecord record = follow(spikes(), options).record;
  const double from = record.times()[5], to = record.times()[6];
  const Eigen::MatrixXd middle = (record.w_at(from) + record.w_at(to)) / 2;
  EXPECT_LE((record.w_at((from + to) / 2) - middle).norm(), 1e-12 * middle.norm());
}

TEST(PathRecord, RefusesTimesThatAreNone) {
  EXPECT_THROW(PathRecord().w_at(1), UsageError);
  const PathRecord record = follow(spikes(), {}).record;
  EXPECT_THROW(record.w_at(-1), UsageError);
  EXPECT_THROW(record.w_at(std::numeric_limits<double>::quiet_NaN()), UsageError);
}

}  // namespace
}  // namespace isr
