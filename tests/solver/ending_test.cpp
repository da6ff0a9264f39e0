#include "solver/ending.h"

#include <gtest/gtest.h>

#include <cmath>

#include "sensing/dense_matrix.h"
#include "solver/descent_path.h"
#include "solver/flow_problems.h"

namespace isr {
namespace {

// w(τ) = 1 − exp(−τ) for one measurement y = x = 1, in steps that double: as the rules see any path.
class KnownPath final : public Path {
 public:
  explicit KnownPath(bool interpolates, int steps = 12) : interpolates_(interpolates), most_(steps) {}

  bool advance() override {
    if (steps_ == most_) return false;
    begin_ = end_;
    end_ = end_ > 0 ? 2 * end_ : first;
    ++steps_;
    return true;
  }
  void finish() override {
    finished_ = true;
    Path::finish();
  }
  Status status() const override { return Status::limit_reached; }
  double begin_time() const override { return begin_; }
  double end_time() const override { return end_; }
  std::int64_t steps() const override { return steps_; }
  bool interpolates() const override { return interpolates_; }
  void w_at(double time, Eigen::MatrixXd& w) const override { w.setConstant(1, 1, 1 - residual_at(time)); }
  double residual_at(double time) const override { return std::exp(-(interpolates_ ? time : end_)); }
  std::optional<Certificate> certificate() const override { return Certificate{residual(), 0, 0}; }

  bool was_finished() const { return finished_; }
  static constexpr double first = 0.01;

 private:
  bool interpolates_, finished_ = false;
  int most_, steps_ = 0;
  double begin_ = 0, end_ = 0;
};

TEST(Follow, GoesToTheEnd) {
  KnownPath path(true);
  const PathEnd end = follow(path);
  EXPECT_TRUE(path.was_finished());  // by a shorter way, had it one
  EXPECT_EQ(end.status, Status::limit_reached);
  EXPECT_EQ(end.flow_time, 0.01 * 2048);
  EXPECT_EQ(end.steps, 12);
  EXPECT_EQ(end.residual, std::exp(-end.flow_time));
  EXPECT_EQ(end.w(0), 1 - end.residual);
  EXPECT_TRUE(end.certificate);
}

TEST(Follow, ShowsAnObserverEachStep) {
  KnownPath path(true);
  double last = 0;
  int calls = 0;
  const PathEnd end = follow(path, {}, [&](const Path& seen) {
    EXPECT_EQ(seen.begin_time(), last);
    last = seen.end_time();
    ++calls;
  });
  EXPECT_FALSE(path.was_finished());  // the shorter way shows nothing
  EXPECT_EQ(calls, 12);
  EXPECT_EQ(end.flow_time, last);
}

TEST(Follow, StopsAtTheFirstMomentOfAResidual) {
  KnownPath path(true);
  const PathEnd end = follow(path, 0.1);
  EXPECT_EQ(end.status, Status::stopped_by_rule);
  EXPECT_NEAR(end.flow_time, std::log(10.0), 1e-4 * end.flow_time);
  EXPECT_LE(end.residual, 0.1);
  EXPECT_GT(end.residual, 0.0999);
  EXPECT_NEAR(end.w(0), 0.9, 1e-3);
  EXPECT_FALSE(end.certificate);  // within a step
}

TEST(Follow, StopsAtTheEndOfAStepWhereThePathDoesNotInterpolate) {
  KnownPath path(false);
  const PathEnd end = follow(path, 0.1);
  EXPECT_EQ(end.status, Status::stopped_by_rule);
  EXPECT_EQ(end.flow_time, 2.56);  // the first step beyond log 10 = 2.30
  EXPECT_TRUE(end.certificate);
}

TEST(Follow, StaysAtAStartThatFits) {
  KnownPath path(true);
  const PathEnd end = follow(path, 1.0);
  EXPECT_EQ(end.status, Status::stopped_by_rule);
  EXPECT_EQ(end.steps, 0);
  EXPECT_EQ(end.flow_time, 0);
}

TEST(Follow, KeepsTheStatusOfAPathThatEndsAboveTheResidual) {
  KnownPath path(true, 3);
  const PathEnd end = follow(path, 0.1);
  EXPECT_EQ(end.status, Status::limit_reached);
  EXPECT_GT(end.residual, 0.1);
}

TEST(FollowToLeast, FindsTheBestMomentBetweenSteps) {
  KnownPath path(true);
  const double best = 1 - std::exp(-2.0);  // τ = 2, in the step from 1.28 to 2.56
  const PathEnd end = follow_to_least(path, [&](const Eigen::MatrixXd& w) { return std::abs(w(0) - best); });
  EXPECT_EQ(end.status, Status::stopped_by_rule);
  EXPECT_NEAR(end.flow_time, 2, 0.1);  // of moments 10 % apart
  EXPECT_EQ(path.steps(), 12);         // it had to see the rest
}

TEST(FollowToLeast, MayEndAtTheEnd) {
  KnownPath path(true);
  const PathEnd end = follow_to_least(path, [](const Eigen::MatrixXd& w) { return 1 - w(0); });
  EXPECT_NEAR(end.w(0), 1, 1e-8);
}

TEST(FollowToLeast, OfAPathWithoutStepsIsItsStart) {
  KnownPath path(true, 0);
  const PathEnd end = follow_to_least(path, [](const Eigen::MatrixXd&) { return 0.0; });
  EXPECT_EQ(end.w.size(), 1);
  EXPECT_EQ(end.flow_time, 0);
}

TEST(FollowToLeast, SaysWhenItWasCancelled) {
  const DenseMatrix op(Eigen::MatrixXd(Eigen::MatrixXd::Ones(1, 1)));
  int polls = 0;
  DescentPath path(op, Eigen::MatrixXd::Ones(1, 1), {}, DescentSchedule::every(1),
                   [&] { return ++polls > 3; });
  const PathEnd end = follow_to_least(path, [](const Eigen::MatrixXd& w) { return std::abs(w(0) - 1); });
  EXPECT_EQ(end.status, Status::cancelled);
  EXPECT_TRUE(end.w.allFinite());
}

// For a reading that ends by its error alone.
double at_no_residual(double) {
  return 0;
}

TEST(ReadHeldOut, ReadsTheErrorAgainstTheTimeUntilItIsPastItsBest) {
  KnownPath path(true, 100);
  const double best = 1 - std::exp(-0.1);
  const HeldOutCurve curve = read_held_out(
      path, [&](const Eigen::MatrixXd& w) { return (w(0) - best) * (w(0) - best) + 1e-3; }, Position::time,
      at_no_residual);
  EXPECT_TRUE(curve.is_past_best());
  EXPECT_LT(path.steps(), 10);
  EXPECT_NEAR(curve.at(0.1), 1e-3, 1e-4);
}

TEST(ReadHeldOut, ReadsTheErrorAgainstTheFitUntilItIsHalfAsLargeAgain) {
  KnownPath path(false, 100);
  const HeldOutCurve curve = read_held_out(
      path, [&](const Eigen::MatrixXd& w) { return 1 + std::abs(w(0) - 0.5); }, Position::fit,
      at_no_residual);
  ASSERT_GE(curve.positions.size(), 3u);
  EXPECT_DOUBLE_EQ(curve.positions.front(), std::exp(0.01));  // ‖y‖/‖Xw − y‖
  EXPECT_LE(curve.errors.back(), 1.5);

  KnownPath steep(false, 100);
  const HeldOutCurve until_worse = read_held_out(
      steep, [&](const Eigen::MatrixXd& w) { return 1 + 4 * std::abs(w(0) - 0.5); }, Position::fit,
      at_no_residual);
  EXPECT_GT(until_worse.errors.back(), 1.5 * 1.1);
  EXPECT_LT(steep.steps(), 12);
}

TEST(ReadHeldOut, EndsWhereTheMeasurementsAreFitted) {
  KnownPath path(true, 100);
  const HeldOutCurve curve = read_held_out(
      path, [](const Eigen::MatrixXd& w) { return 1 - w(0); }, Position::time, [](double) { return 0.6; });
  EXPECT_LT(path.residual(), 0.53);  // at the end of the step
  EXPECT_LE(path.residual_at(curve.positions.back()), 0.6);
  EXPECT_NEAR(curve.positions.back(), -std::log(0.6), 0.05);  // the first reading there
}

TEST(ReadHeldOut, EndsWhereTheMeasurementsAreFittedFarCloserThanOthersArePredicted) {
  KnownPath path(true, 100);
  const HeldOutCurve curve = read_held_out(
      path, [](const Eigen::MatrixXd& w) { return 2 + w(0); }, Position::time,
      [](double error) { return 0.2 * error; });
  const double end = 1 - curve.errors.back() + 2;  // the residual there
  EXPECT_LE(end, 0.2 * curve.errors.back());
  EXPECT_GT(end, 0.15 * curve.errors.back());
}

TEST(ReadingTimes, AreEvenInTheLogarithmWithinAStep) {
  KnownPath path(true);
  path.advance();
  EXPECT_EQ(reading_times(path), std::vector<double>{KnownPath::first});  // from 0: the end alone
  path.advance();
  const std::vector<double> times = reading_times(path);
  EXPECT_EQ(times.back(), path.end_time());
  double last = path.begin_time();
  for (const double time : times) {
    EXPECT_GT(time, last * (1 + 0.04));
    EXPECT_LT(time, last * 1.16);
    last = time;
  }
  KnownPath steps(false);
  steps.advance(), steps.advance();
  EXPECT_EQ(reading_times(steps), std::vector<double>{steps.end_time()});
}

}  // namespace
}  // namespace isr
