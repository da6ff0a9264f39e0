#include "solver/recover.h"

#include <gtest/gtest.h>

#include <Eigen/Cholesky>
#include <array>
#include <cmath>
#include <limits>

#include "base/parallel.h"
#include "base/test_files.h"
#include "sensing/dense_matrix.h"
#include "sensing/ensembles.h"
#include "solver/test_problems.h"

namespace isr {
namespace {

constexpr Model models[] = {Model::signed_model, Model::nonnegative};
constexpr SolverKind solvers[] = {SolverKind::gradient_flow, SolverKind::gradient_descent};

double decibels(const Eigen::VectorXd& w, const Eigen::VectorXd& truth) {
  return -10 * std::log10((w - truth).squaredNorm() / static_cast<double>(w.size()));
}

// Nonnegative, from a start of its own unit.
RecoverOptions options_of(int depth, const char* stop, Model model = Model::nonnegative, double init = 1e-3) {
  RecoverOptions options;
  options.depth = depth;
  options.model = model;
  options.init = init;
  options.stop = parse_stop(stop);
  return options;
}

// The paper's digits and their measurements.
struct Digits {
  explicit Digits(std::size_t count)
      : truth(first_digits(count)), x(make_ensemble(Ensemble::biased_sign, 392, 784, 42)->dense()) {}
  Problem problem() const { return make_problem(x, x * truth); }
  Eigen::MatrixXd truth, x;
};

// 60 measurements of 120 values, 4 of them not 0, by a matrix of which one sign prevails: no other
// nonnegative w fits.
struct Spikes {
  Eigen::MatrixXd x = make_ensemble(Ensemble::biased_sign, 60, 120, 5)->dense();
  Eigen::VectorXd truth = Eigen::VectorXd::Zero(120);
  Eigen::VectorXd y;
  explicit Spikes(double sigma = 0) {
    truth[3] = 1, truth[40] = 0.5, truth[80] = 2, truth[110] = 1.5;
    y = add_noise(x * truth, sigma, 1);
  }
  Recovery solve(const RecoverOptions& options) const {
    RecoverWatch watch;
    watch.error = [&](Index, const Eigen::MatrixXd& w) { return (w - truth).squaredNorm(); };
    return recover(make_problem(x, y), options, watch);
  }
};

TEST(Recover, FindsTheDigitsOfThePaperAtTheLimit) {
  const Digits digits(3);
  std::vector<RecoverOptions> options;
  for (const int depth : {2, 3, 5}) {
    options.push_back(options_of(depth, "limit"));
    options.push_back(options.back());
    options.back().init.reset();  // relative to the size of the solution
  }
  const Problem problem = digits.problem();
  const auto results = recover_each(problem, options);
  for (std::size_t k = 0; k < options.size(); ++k)
    for (std::size_t i = 0; i < 3; ++i) {
      const Recovery& found = results[k][i];
      EXPECT_GT(decibels(found.w, digits.truth.col(static_cast<Index>(i))), 60) << options[k].depth;
      EXPECT_EQ(found.status, Status::limit_reached);
      EXPECT_LE(found.residual, 1e-8);
      EXPECT_TRUE(std::isinf(found.flow_time));
      EXPECT_EQ(describe(found), "limit");
    }
}

TEST(Recover, FindsAnotherImageWhereTheMeasurementsDoNotDetermineTheDigit) {
  // NNLS comes upon this digit, a corner of all the images that fit; the limit is one inside.
  const Digits digits(29);
  const Eigen::VectorXd truth = digits.truth.col(28), y = digits.x * truth;
  RecoverOptions options = options_of(3, "limit");
  options.limit_residual = 1e-12;
  const Recovery found = recover(make_problem(digits.x, y), options);
  EXPECT_EQ(found.status, Status::limit_reached);
  EXPECT_GE(found.w.minCoeff(), 0);
  EXPECT_LE((digits.x * found.w - y).norm(), 1e-12 * y.norm());
  EXPECT_GT((found.w - truth).norm(), 1e-2 * truth.norm());
}

TEST(Recover, FindsTheDigitsFromMeasurementsRoundedToSinglePrecisionToo) {
  // Rounding puts them just outside of what a nonnegative image can fit.
  const Digits digits(3);
  const Problem problem = make_problem(digits.x, (digits.x * digits.truth).cast<float>().cast<double>());
  for (const int depth : {2, 3, 5}) {
    const auto results = recover_each(problem, std::array{options_of(depth, "limit")});
    for (std::size_t i = 0; i < 3; ++i) {
      EXPECT_GT(decibels(results[0][i].w, digits.truth.col(static_cast<Index>(i))), 80) << depth;
      EXPECT_LE(results[0][i].residual, 5e-7) << depth;
    }
  }
}

TEST(Recover, GivesThePapersFigureAtItsFlowTime) {
  // 10,000 iterations with η = 5e-3/N²; the PSNR that the authors' code reaches on digit 5.
  const Digits digits(1);
  const Problem problem = digits.problem();
  for (const auto& [depth, expected] : {std::pair{2, 20.45}, {3, 18.78}, {5, 15.43}}) {
    const Recovery found = recover(problem, options_of(depth, "iterations"));
    EXPECT_NEAR(decibels(found.w, digits.truth), expected, 0.05) << depth;
    EXPECT_NEAR(found.flow_time, 50.0 / (depth * depth), 1e-9) << depth;
    EXPECT_EQ(describe(found), "time of the iterations");
  }
}

TEST(Recover, EndsHoldOutAtTheLimitWithoutNoise) {
  const Spikes spikes;
  for (const int depth : {2, 3, 5}) {
    const Recovery found = spikes.solve(options_of(depth, "holdout"));
    EXPECT_GT(decibels(found.w, spikes.truth), 80) << depth;
    EXPECT_EQ(found.status, Status::limit_reached) << depth;
    EXPECT_TRUE(found.held_out_to_end);
    EXPECT_EQ(describe(found), "end of the path, by hold-out");
  }
}

TEST(Recover, StopsNearTheOracleWithNoise) {
  const double sigma = 0.5;
  double held_out_loss = 0, discrepancy_loss = 0, limit_loss = 0;
  constexpr int draws = 12;
  for (int draw = 0; draw < draws; ++draw) {
    Eigen::VectorXd truth = Eigen::VectorXd::Zero(400);
    truth.head(5).setOnes();
    const Eigen::MatrixXd x =
        make_ensemble(Ensemble::rademacher, 150, 400, static_cast<std::uint32_t>(draw))->dense();
    const Problem problem = make_problem(x, add_noise(x * truth, sigma, static_cast<std::uint32_t>(draw)));
    RecoverWatch watch;
    watch.error = [&](Index, const Eigen::MatrixXd& w) { return (w - truth).squaredNorm(); };
    std::vector<RecoverOptions> options;
    for (const char* rule : {"oracle", "holdout", "discrepancy:0.5", "limit"})
      options.push_back(options_of(3, rule, Model::signed_model, 1e-4));
    const auto results = recover_each(problem, options, watch);
    const double best = decibels(results[0][0].w, truth);
    held_out_loss += (best - decibels(results[1][0].w, truth)) / draws;
    discrepancy_loss += (best - decibels(results[2][0].w, truth)) / draws;
    limit_loss += (best - decibels(results[3][0].w, truth)) / draws;
  }
  EXPECT_GT(limit_loss, 5);  // stopping matters here
  EXPECT_LT(held_out_loss, 1);
  EXPECT_LT(discrepancy_loss, 1);
}

TEST(Recover, MeetsTheResidualAskedFor) {
  const Spikes spikes;
  for (const SolverKind solver : solvers) {
    RecoverOptions options = options_of(2, "residual:0.05");
    options.solver = solver;
    const Recovery found = spikes.solve(options);
    EXPECT_EQ(found.status, Status::stopped_by_rule);
    EXPECT_EQ(found.residual_asked, 0.05);
    EXPECT_LE(found.residual, 0.0501);
    EXPECT_GT(found.residual, 0.045);  // and stops there
    EXPECT_NEAR((spikes.x * found.w - spikes.y).norm() / spikes.y.norm(), found.residual, 1e-6);
    EXPECT_EQ(describe(found), "residual");
  }
}

TEST(Recover, MeetsTheDiscrepancyAskedFor) {
  const Spikes spikes(0.2);
  const Recovery found = spikes.solve(options_of(2, "discrepancy:0.2:1.5"));
  EXPECT_NEAR(found.residual * spikes.y.norm(), 1.5 * 0.2 * std::sqrt(60.0), 1e-3);
  EXPECT_EQ(describe(found), "discrepancy, σ = 0.2");
}

TEST(Recover, SaysTheFactorThatTheCoupledBootstrapFound) {
  const Spikes spikes(0.2);
  const Recovery found = spikes.solve(options_of(2, "discrepancy:0.2"));
  ASSERT_TRUE(found.factor_found);
  EXPECT_NEAR(found.residual * spikes.y.norm(), *found.rule.factor * 0.2 * std::sqrt(60.0), 1e-9);
  EXPECT_LT(*found.rule.factor, 1);  // the fit follows some of the noise
  EXPECT_GT(*found.rule.factor, 0.3);
  EXPECT_NE(describe(found).find("discrepancy, σ = 0.2, t = 0."), std::string::npos) << describe(found);
}

TEST(Recover, DoesNotFollowTheBootstrapBeyondWhereItLooked) {
  // Noise far above the signal in a model that fits it: the risk falls to the end of the reading, where the
  // noise is fitted to 0.3·σ√n.
  const Eigen::MatrixXd x = normal_matrix(40, 30, 1);
  const Eigen::VectorXd truth = 10 * normal_vector(30, 2), y = add_noise(x * truth, 0.5, 1);
  RecoverOptions options = options_of(1, "discrepancy:0.001", Model::signed_model);
  const Recovery found = recover(make_problem(x.leftCols(30).topRows(30), y.head(30)), options);
  const double fitted = CoupledBootstrap::fitted * 0.001 * std::sqrt(30.0) / y.head(30).norm();
  EXPECT_EQ(found.status, Status::finished);
  EXPECT_TRUE(std::isfinite(found.flow_time));
  EXPECT_GT(found.residual, 0.2 * fitted);
}

TEST(Recover, EstimatesSigmaByHoldOutWhereItIsUnknown) {
  const Spikes spikes(0.2);
  const Recovery found = spikes.solve(options_of(2, "discrepancy"));
  EXPECT_TRUE(found.sigma_estimated);
  EXPECT_GT(*found.rule.sigma, 0.15);
  EXPECT_LT(*found.rule.sigma, 0.5);  // from above
  EXPECT_NE(describe(found).find("(estimated)"), std::string::npos);
}

TEST(Recover, SaysWhenAGoalIsNotReached) {
  const Spikes spikes;
  RecoverOptions options = options_of(2, "residual:1e-6");
  options.solver = SolverKind::gradient_descent;
  options.iterations = 100;
  Recovery found = spikes.solve(options);
  EXPECT_EQ(found.status, Status::finished);
  EXPECT_EQ(found.steps, 100);
  EXPECT_GT(found.residual, *found.residual_asked);
  EXPECT_EQ(describe(found), "iterations, before: residual");
  options.stop = parse_stop("time:1000");
  found = spikes.solve(options);
  EXPECT_EQ(describe(found), "iterations, before: time");
  options.stop = parse_stop("limit");
  EXPECT_EQ(describe(spikes.solve(options)), "iterations");
  options.stop = parse_stop("time:0.01");
  EXPECT_EQ(describe(spikes.solve(options)), "time");
}

TEST(Recover, SaysThatTheLimitCameBeforeTheTime) {
  const Spikes spikes;
  const Recovery found = spikes.solve(options_of(2, "time:1e9"));
  EXPECT_EQ(found.status, Status::limit_reached);
  EXPECT_LE(found.residual, 1e-8);
  EXPECT_EQ(describe(found), "limit, before: time");
  EXPECT_EQ(describe(spikes.solve(options_of(2, "time:0.1"))), "time");
}

TEST(Recover, SaysThatNoWFits) {
  const Eigen::MatrixXd x = normal_matrix(30, 10, 1);
  const Eigen::VectorXd y = normal_vector(30, 2);
  const Eigen::VectorXd fit = (x.transpose() * x).ldlt().solve(x.transpose() * y);
  const Recovery found = recover(make_problem(x, y), options_of(2, "limit", Model::signed_model));
  EXPECT_EQ(found.status, Status::inconsistent);
  EXPECT_EQ(describe(found), "limit; no w of the model fits the measurements");
  EXPECT_LE((found.w - fit).norm(), 1e-6 * fit.norm());
  EXPECT_LE(found.certificate->stationarity, 1e-7);
}

TEST(Recover, GivesTheSameByFlowAndByDescentAtOneTime) {
  const Spikes spikes;
  for (const int depth : {1, 2, 3, 5}) {
    RecoverOptions options = options_of(depth, "time:0.5", Model::signed_model);
    options.tolerance = 1e-4;
    options.iterations = 100000;
    options.step = 1e-4 * depth * depth / (depth > 3 ? 10 : 1);
    const Recovery flow = spikes.solve(options);
    options.solver = SolverKind::gradient_descent;
    const Recovery descent = spikes.solve(options);
    EXPECT_NEAR(descent.flow_time, flow.flow_time, 1e-3);
    EXPECT_LT((flow.w - descent.w).norm(), 0.02 * flow.w.norm()) << depth;
    EXPECT_TRUE(descent.step_size.has_value());
    EXPECT_FALSE(flow.step_size.has_value());
  }
}

TEST(Recover, StopsDescentByHoldOutToo) {
  const Spikes spikes(0.3);
  RecoverOptions options = options_of(2, "holdout", Model::signed_model, 1e-4);
  options.solver = SolverKind::gradient_descent;
  options.step = 1e-2;
  options.iterations = 20000;
  const Recovery held_out = spikes.solve(options);
  options.stop = parse_stop("oracle");
  const Recovery oracle = spikes.solve(options);
  options.stop = parse_stop("limit");
  const Recovery all = spikes.solve(options);
  EXPECT_LT(held_out.steps, all.steps);
  EXPECT_GT(decibels(held_out.w, spikes.truth), decibels(oracle.w, spikes.truth) - 3);
  EXPECT_GT(decibels(oracle.w, spikes.truth), decibels(all.w, spikes.truth));
}

TEST(Recover, TakesExactlyTheIterationsAskedFor) {
  const Spikes spikes;
  for (const std::int64_t iterations : {0, 1, 137}) {
    RecoverOptions options = options_of(2, "iterations");
    options.solver = SolverKind::gradient_descent;
    options.iterations = iterations;
    const Recovery found = spikes.solve(options);
    EXPECT_EQ(found.steps, iterations);
    EXPECT_EQ(found.status, Status::finished);
    EXPECT_EQ(describe(found), "iterations");
  }
}

TEST(Recover, IsTheSameForAnyNumberOfThreads) {
  const Spikes spikes(0.1);
  for (const char* rule : {"holdout", "limit", "discrepancy"}) {
    set_thread_count(1);
    const Recovery one = spikes.solve(options_of(3, rule));
    set_thread_count(4);
    const Recovery four = spikes.solve(options_of(3, rule));
    set_thread_count(0);
    EXPECT_EQ(one.w, four.w) << rule;
  }
}

TEST(Recover, AsksForTheTruthOnlyWhereTheRuleIsTheOracle) {
  const Spikes spikes;
  const Problem problem = make_problem(spikes.x, spikes.y);
  EXPECT_EQ(error_of<UsageError>([&] { recover(problem, options_of(2, "oracle")); }),
            "stop oracle needs the true image, which is not known here");
  int asked = 0;
  RecoverWatch watch;
  watch.error = [&](Index, const Eigen::MatrixXd&) { return ++asked, 0.0; };
  recover(problem, options_of(2, "holdout"), watch);
  EXPECT_EQ(asked, 0);
}

TEST(Recover, OfZeroMeasurementsIsZero) {
  const Problem problem = make_problem(Spikes().x, Eigen::MatrixXd::Zero(60, 1), 0.1);
  for (const SolverKind solver : solvers)
    for (const char* rule : {"auto", "holdout", "limit", "residual:1e-3", "discrepancy:0.1", "time:1"})
      for (const Model model : models) {
        RecoverOptions options = options_of(2, rule, model);
        options.solver = solver;
        options.iterations = 100;
        const Recovery from_start = recover(problem, options);
        EXPECT_TRUE(from_start.w.allFinite()) << rule;
        // The start of the nonnegative model does not vanish; descent: u² − v² in single precision.
        EXPECT_LT(from_start.w.maxCoeff(), model == Model::nonnegative ? 1.001e-3 : 1e-8) << rule;
        options.init.reset();
        const Recovery found = recover(problem, options);
        EXPECT_EQ(found.w.norm(), 0) << rule;
        EXPECT_EQ(found.status, Status::limit_reached);
        EXPECT_EQ(found.residual, 0);
      }
}

TEST(Recover, StopsWhenCancelled) {
  const Spikes spikes;
  RecoverWatch watch;
  watch.cancelled = [] { return true; };
  for (const SolverKind solver : solvers) {
    RecoverOptions options = options_of(3, "time:1e6");
    options.solver = solver;
    options.iterations = 1'000'000'000;
    const Recovery found = recover(make_problem(spikes.x, spikes.y), options, watch);
    EXPECT_EQ(found.status, Status::cancelled);
    EXPECT_EQ(describe(found), "cancelled");
  }
}

TEST(Recover, ChecksTheSizesOfWhatItIsGiven) {
  const Eigen::MatrixXd x = Eigen::MatrixXd::Ones(3, 5);
  EXPECT_EQ(error_of([&] { make_problem(x, Eigen::VectorXd::Ones(4)); }),
            "y must have a row for each of the 3 rows of X; it has 4");
  Eigen::VectorXd y = Eigen::VectorXd::Ones(3);
  Problem problem = make_problem(x, y);
  problem.measurements = Eigen::VectorXd::Ones(2);
  EXPECT_EQ(error_of([&] { recover(problem); }), "the measurements have 2 rows, and the matrix has 3");
  problem.measurements = Eigen::MatrixXd::Ones(3, 2);
  EXPECT_EQ(error_of<UsageError>([&] { recover(problem); }),
            "recover takes the measurements of one picture; for 2 columns use recover_each");
  problem.model.channels = 3;
  EXPECT_EQ(error_of([&] { Recoverer{problem}; }),
            "the measurements have 2 columns, which is no multiple of the 3 channels of a picture");
  y[1] = std::nan("");
  EXPECT_EQ(error_of([&] { make_problem(x, y); }), "y holds a value that is not a finite number");
  problem.model.channels = 1;
  problem.measurements = y;
  EXPECT_EQ(error_of([&] { recover(problem); }), "the measurements hold a value that is not a finite number");
}

// An operator of which nothing but its products is known.
class Products final : public LinearOperator {
 public:
  explicit Products(const Eigen::MatrixXd& x) : matrix_(x) {}
  Index rows() const override { return matrix_.rows(); }
  Index cols() const override { return matrix_.cols(); }
  void apply(ConstColumns x, Columns y) const override { matrix_.apply(x, y); }
  void adjoint(ConstColumns y, Columns x) const override { matrix_.adjoint(y, x); }
  std::size_t memory_bytes() const override { return 0; }

 private:
  DenseMatrix matrix_;
};

// A matrix small enough to be factored, an operator that is solved as a matrix, and one by products alone.
enum class Door { matrix, small_operator, large_operator };

Index rows_behind(Door door) {
  return door == Door::large_operator ? 480 : 40;
}

Recovery recover_behind(Door door, const Eigen::MatrixXd& x, const Eigen::VectorXd& y,
                        const RecoverOptions& options) {
  return recover(door == Door::matrix ? make_problem(x, y) : make_problem(std::make_shared<Products>(x), y),
                 options);
}

class RecoverUnits : public testing::TestWithParam<std::tuple<Door, SolverKind, Model>> {
 protected:
  RecoverUnits()
      : n(rows_behind(std::get<Door>(GetParam()))),
        x(normal_matrix(n, 2 * n, 3)),
        truth(sparse_vector(2 * n, 5, std::get<Model>(GetParam()) == Model::nonnegative, 4)) {}

  Recovery solve(const Eigen::MatrixXd& matrix, const Eigen::VectorXd& y, int depth) const {
    const auto [door, solver, model] = GetParam();
    RecoverOptions options;
    options.depth = depth;
    options.model = model;
    options.solver = solver;
    options.stop.rule = StopRule::limit;
    options.iterations = 300;
    return recover_behind(door, matrix, y, options);
  }

  const Index n;
  const Eigen::MatrixXd x;
  const Eigen::VectorXd truth;
};

// recover(X, c·y) = c·recover(X, y) and recover(c·X, y) = recover(X, y)/c, in whatever units.
TEST_P(RecoverUnits, MakeNoDifference) {
  const bool large = std::get<Door>(GetParam()) == Door::large_operator;
  const Eigen::VectorXd y = x * truth;
  for (const int depth : {1, 2, 3, 5}) {
    const Recovery one = solve(x, y, depth);
    ASSERT_GT(one.w.norm(), 0.001 * truth.norm());
    for (const double c : {1e-30, 1e-12, 1e-3, 7.0, 1e12, 1e30}) {
      if (large && (depth > 3 || c == 1e-12 || c == 1e12)) continue;
      const Recovery of_y = solve(x, c * y, depth), of_x = solve(c * x, y, depth);
      EXPECT_EQ(of_y.status, one.status);
      // The same numbers but for the rounding of y and X: in single precision, magnified where steps are
      // chosen by the path.
      EXPECT_LE((of_y.w / c - one.w).norm(), 1e-9 * one.w.norm()) << c << ", depth " << depth;
      EXPECT_LE((of_x.w * c - one.w).norm(), 1e-2 * one.w.norm()) << c << ", depth " << depth;
    }
  }
}

// X·diag(s) with w/s is the same problem.
TEST_P(RecoverUnits, OfTheColumnsMakeNoDifference) {
  RandomStream stream = RandomStream::named(6, "scales");
  const Eigen::VectorXd s =
      Eigen::VectorXd::NullaryExpr(2 * n, [&] { return std::pow(10, 4 * stream.uniform() - 2); });
  const Eigen::VectorXd y = x * truth;
  for (const int depth : {2, 3}) {
    const Recovery equal = solve(x, y, depth), unequal = solve(x * s.asDiagonal(), y, depth);
    const double error = (equal.w - truth).norm() / truth.norm();
    const double error_of_unequal = (s.asDiagonal() * unequal.w - truth).norm() / truth.norm();
    EXPECT_LE(error_of_unequal, 1.5 * error + 0.01) << depth;
  }
}

INSTANTIATE_TEST_SUITE_P(DoorsSolversAndModels, RecoverUnits,
                         testing::Combine(testing::Values(Door::matrix, Door::small_operator,
                                                          Door::large_operator),
                                          testing::ValuesIn(solvers), testing::ValuesIn(models)));

TEST(Recover, AtDepthOneIsLeastSquaresOfLeastNormWhateverTheColumns) {
  Eigen::MatrixXd x = normal_matrix(10, 25, 1);
  x.leftCols(5) *= 30;
  const Eigen::VectorXd y = normal_vector(10, 2);
  const Eigen::VectorXd least = x.transpose() * (x * x.transpose()).ldlt().solve(y);
  RecoverOptions options;
  options.depth = 1;
  options.stop.rule = StopRule::limit;
  EXPECT_LE((recover(make_problem(x, y), options).w - least).norm(), 1e-6 * least.norm());
}

TEST(Recover, LeavesColumnsAloneThatAreRoundingAlone) {
  Eigen::MatrixXd x = normal_matrix(20, 40, 1);
  x.col(7) *= 1e-17, x.col(8).setZero();
  const Eigen::VectorXd truth = sparse_vector(40, 3, true, 2), y = x * truth + 1e-12 * normal_vector(20, 3);
  for (const Model model : models) {
    RecoverOptions options;
    options.model = model;
    options.stop.rule = StopRule::limit;
    EXPECT_LE(recover(make_problem(x, y), options).w.norm(), 2 * truth.norm());
  }
}

TEST(Recover, OfADenselyMeasuredPictureIsThePicture) {
  const Eigen::MatrixXd x = normal_matrix(80, 40, 1);
  const Eigen::VectorXd truth = normal_vector(40, 2);
  for (const int depth : {1, 2, 3, 5}) {
    RecoverOptions options;
    options.depth = depth;
    options.stop.rule = StopRule::limit;
    EXPECT_LE((recover(make_problem(x, x * truth), options).w - truth).norm(), 1e-6 * truth.norm()) << depth;
  }
}

TEST(RecoverEach, SolvesEveryPictureByEveryOption) {
  const Eigen::MatrixXd x = normal_matrix(30, 50, 1);
  Eigen::MatrixXd truth(50, 3);
  for (Index i = 0; i < 3; ++i) truth.col(i) = sparse_vector(50, 3, false, static_cast<std::uint32_t>(i));
  const Problem problem = make_problem(x, x * truth);
  const std::array options{options_of(2, "limit", Model::signed_model), options_of(3, "residual:0.1"),
                           options_of(1, "time:1", Model::signed_model)};
  std::vector<double> shares;
  RecoverWatch watch;
  watch.progress = [&](double share) { shares.push_back(share); };
  set_thread_count(1);
  const auto results = recover_each(problem, options, watch);
  set_thread_count(0);
  ASSERT_EQ(results.size(), 3u);
  ASSERT_EQ(shares.size(), 9u);
  for (std::size_t i = 0; i < 9; ++i) EXPECT_DOUBLE_EQ(shares[i], static_cast<double>(i + 1) / 9);
  for (std::size_t k = 0; k < 3; ++k)
    for (std::size_t i = 0; i < 3; ++i) {
      const Problem one = make_problem(x, x * truth.col(static_cast<Index>(i)));
      EXPECT_EQ(results[k][i].w, recover(one, options[k]).w) << k << ", " << i;
      EXPECT_EQ(results[k][i].network.depth, options[k].depth);
    }
}

TEST(RecoverEach, ShowsTheOracleThePictureItIsAt) {
  const Eigen::MatrixXd x = normal_matrix(20, 30, 1);
  Eigen::MatrixXd truth(30, 2);
  truth << sparse_vector(30, 3, true, 1), sparse_vector(30, 3, true, 2);
  const Problem problem = make_problem(x, add_noise(x * truth, 0.5, 1));
  RecoverWatch watch;
  watch.error = [&](Index picture, const Eigen::MatrixXd& w) { return (w - truth.col(picture)).norm(); };
  const auto results =
      recover_each(problem, std::array{options_of(2, "oracle"), options_of(2, "limit")}, watch);
  for (Index i = 0; i < 2; ++i) {
    const auto k = static_cast<std::size_t>(i);
    EXPECT_LT((results[0][k].w - truth.col(i)).norm(), (results[1][k].w - truth.col(i)).norm());
    EXPECT_EQ(describe(results[0][k]), "oracle (sees the truth)");
  }
}

TEST(RecoverEach, EndsEverythingWhenCancelled) {
  const Spikes spikes;
  RecoverWatch watch;
  watch.cancelled = [] { return true; };
  const Problem problem = make_problem(spikes.x, spikes.y.replicate(1, 3));
  const auto results = recover_each(problem, std::array{options_of(2, "limit")}, watch);
  for (const Recovery& found : results[0]) EXPECT_EQ(found.status, Status::cancelled);
}

TEST(RecoverEach, RefusesOptionsOutOfRangeBeforeItBegins) {
  const Spikes spikes;
  const Problem problem = make_problem(spikes.x, spikes.y);
  RecoverOptions wrong;
  wrong.depth = 0;
  EXPECT_THROW(recover_each(problem, std::array{RecoverOptions(), wrong}), UsageError);
}

TEST(Recoverer, GivesEachSolveWhatItGetsAlone) {
  // What is shared may not depend on which came first.
  const Eigen::VectorXd scales = Eigen::VectorXd::LinSpaced(50, 0.1, 10);
  const Eigen::MatrixXd x = normal_matrix(25, 50, 1) * scales.asDiagonal();
  const Eigen::VectorXd y = add_noise(x * sparse_vector(50, 3, true, 2), 0.1, 3);
  for (const bool by_operator : {false, true}) {
    const Problem problem = by_operator ? make_problem(std::make_shared<Products>(x), y) : make_problem(x, y);
    std::vector<RecoverOptions> all;
    for (const SolverKind solver : solvers)
      for (const char* rule : {"holdout", "auto", "limit", "discrepancy:0.1"})
        for (const int depth : {1, 2}) {
          RecoverOptions options;
          options.solver = solver;
          options.depth = depth;
          options.stop = parse_stop(rule);
          options.iterations = 200;
          all.push_back(options);
          options.init = 0.01;
          all.push_back(options);
        }
    const Recoverer forwards(problem), backwards(problem);
    std::vector<Eigen::MatrixXd> first, second;
    for (const RecoverOptions& options : all) first.push_back(forwards.solve(0, options).w);
    for (auto options = all.rbegin(); options != all.rend(); ++options)
      second.push_back(backwards.solve(0, *options).w);
    for (std::size_t i = 0; i < all.size(); ++i) {
      EXPECT_EQ(first[i], second[all.size() - 1 - i]) << i;
      EXPECT_EQ(first[i], recover(problem, all[i]).w) << i;
    }
  }
}

TEST(Recoverer, TracesThePathOfOnePictureToItsEnd) {
  const Spikes spikes;
  const Problem problem = make_problem(spikes.x, spikes.y);
  const Recoverer recoverer(problem);
  EXPECT_EQ(recoverer.pictures(), 1);
  for (const SolverKind solver : solvers) {
    RecoverOptions options;
    options.solver = solver;
    options.stop = parse_stop("residual:0.5");  // no matter
    options.iterations = 500;
    double last_time = 0, last_residual = 2;
    Eigen::MatrixXd last_w, w;
    const Recovery found = recoverer.trace(0, options, [&](const Path& path) {
      EXPECT_EQ(path.begin_time(), last_time);
      EXPECT_LT(path.residual(), last_residual * (1 + 1e-6));
      last_time = path.end_time(), last_residual = path.residual();
      path.w_at(last_time, last_w);
      // In the user's units.
      EXPECT_NEAR((spikes.x * last_w - spikes.y).norm() / spikes.y.norm(), path.residual(), 1e-5);
    });
    EXPECT_EQ(found.w, last_w);
    EXPECT_EQ(found.flow_time, last_time);
    EXPECT_EQ(found.status, solver == SolverKind::gradient_flow ? Status::limit_reached : Status::finished);
  }
}

TEST(Recoverer, TellsWhereARuleEndsThePath) {
  const Spikes spikes(0.3);
  const Problem problem = make_problem(spikes.x, spikes.y);
  const Recoverer recoverer(problem);
  const auto point = [&](const char* rule) { return recoverer.stopping_point(0, options_of(2, rule)); };
  EXPECT_EQ(point("time:3").flow_time, 3);
  EXPECT_EQ(point("residual:0.2").residual, 0.2);
  EXPECT_FALSE(point("limit").flow_time || point("limit").residual);
  EXPECT_NEAR(*point("discrepancy:0.3:1").residual, 0.3 * std::sqrt(60.0) / spikes.y.norm(), 1e-12);
  EXPECT_NEAR(*point("iterations").flow_time, 10000 * 5e-3 / 4, 1e-9);
  const StoppingPoint held_out = point("holdout");
  ASSERT_TRUE(held_out.flow_time);
  EXPECT_EQ(held_out.position, Position::time);
  EXPECT_NEAR(*held_out.flow_time, spikes.solve(options_of(2, "holdout")).flow_time, 1e-9);
  // Of measurements kept back, relative to them: about 1 at the start, and least where it ends.
  EXPECT_NEAR(held_out.held_out.errors.front(), 1, 0.1);
  EXPECT_LT(held_out.held_out.at(*held_out.flow_time), 0.9);
}

TEST(MakeProblem, RefusesWhatIsNoProblem) {
  EXPECT_EQ(error_of([] { make_problem(Eigen::MatrixXd(0, 3), Eigen::MatrixXd(0, 1)); }),
            "X must have at least one row and one column");
  Eigen::MatrixXd x = Eigen::MatrixXd::Ones(2, 3);
  x(0, 1) = std::numeric_limits<double>::infinity();
  EXPECT_EQ(error_of([&] { make_problem(x, Eigen::VectorXd::Ones(2)); }),
            "X holds a value that is not a finite number");
  x(0, 1) = 1;
  EXPECT_EQ(error_of<UsageError>([&] { make_problem(x, Eigen::VectorXd::Ones(2), -1); }),
            "noise must be a number of at least 0; got -1.000000");
}

}  // namespace
}  // namespace isr
