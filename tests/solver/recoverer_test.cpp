// Several pictures and options at once, and what is shared between them.
#include <gtest/gtest.h>

#include <Eigen/Cholesky>
#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

#include "base/parallel.h"
#include "base/test_files.h"
#include "sensing/choose_model.h"
#include "sensing/ensembles.h"
#include "solver/flow_problems.h"
#include "solver/products_operator.h"
#include "solver/recover.h"
#include "solver/spikes.h"
#include "solver/test_problems.h"

namespace isr {
namespace {

TEST(Recover, SaysThatTheLimitCameBeforeTheTime) {
  const Spikes spikes;
  const Recovery found = spikes.solve(options_of(2, "time:1e9"));
  EXPECT_EQ(found.status, Status::limit_reached);
  EXPECT_LE(found.residual, 1e-8);
  EXPECT_EQ(describe(found), "limit, before: time");
  EXPECT_EQ(ended_by(found), "limit first");
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

TEST(Recover, EstimatesSigmaByHoldOutWhereItIsUnknown) {
  const Spikes spikes(0.2);
  const Recovery found = spikes.solve(options_of(2, "discrepancy"));
  EXPECT_TRUE(found.sigma_estimated);
  EXPECT_GT(*found.rule.sigma, 0.15);
  EXPECT_LT(*found.rule.sigma, 0.5);  // from above
  EXPECT_NE(describe(found).find("(estimated)"), std::string::npos);
  EXPECT_EQ(ended_by(found), "discrepancy");
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

TEST(Recover, SaysWhatDescentRanOutBefore) {
  const Spikes spikes;
  RecoverOptions options = options_of(2, "residual:1e-6");
  options.solver = SolverKind::gradient_descent;
  options.iterations = 100;
  Recovery found = spikes.solve(options);
  EXPECT_EQ(found.status, Status::finished);
  EXPECT_EQ(found.steps, 100);
  EXPECT_GT(found.residual, *found.residual_asked);
  EXPECT_EQ(describe(found), "iterations, before: residual");
  EXPECT_EQ(ended_by(found), "iterations");
  options.stop = parse_stop("time:1000");
  found = spikes.solve(options);
  EXPECT_EQ(describe(found), "iterations, before: time");
  options.stop = parse_stop("limit");
  EXPECT_EQ(describe(spikes.solve(options)), "iterations");
  options.stop = parse_stop("time:0.01");
  EXPECT_EQ(describe(spikes.solve(options)), "time");
  EXPECT_EQ(ended_by(spikes.solve(options)), "time");
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
  ASSERT_GT(shares.size(), 9u) << "within pictures too";
  EXPECT_GT(shares[0], 0);
  for (std::size_t i = 1; i < shares.size(); ++i) EXPECT_GT(shares[i], shares[i - 1]);
  for (int i = 1; i <= 9; ++i)  // each picture and option is a ninth
    EXPECT_TRUE(std::any_of(shares.begin(), shares.end(), [&](double s) {
      return std::abs(s - i / 9.0) < 0.01;
    })) << i;
  EXPECT_DOUBLE_EQ(shares.back(), 1);
  for (std::size_t k = 0; k < 3; ++k)
    for (std::size_t i = 0; i < 3; ++i) {
      const Problem one = make_problem(x, x * truth.col(static_cast<Index>(i)));
      EXPECT_EQ(results[k][i].w, recover(one, options[k]).w) << k << ", " << i;
      EXPECT_EQ(results[k][i].network.depth, options[k].depth);
    }
}

TEST(RecoverEach, StopsEachPictureByItsOwnNoise) {
  const Eigen::MatrixXd x = gaussian(40, 60, 5);
  Eigen::MatrixXd truth = Eigen::MatrixXd::Zero(60, 3);
  for (Index i = 0; i < 3; ++i) truth(7 * i + 2, i) = 1, truth(11 * i + 5, i) = 2;
  const Eigen::VectorXd noises{{0.05, 0, 0.5}};  // the second has none: it goes to its limit
  Problem problem = make_problem(x, x * truth + gaussian(40, 3, 6) * noises.asDiagonal());
  problem.picture_noise = noises;
  const std::vector<RecoverOptions> options{options_of(2, "auto", Model::nonnegative)};
  const auto found = recover_each(problem, options);
  for (Index i = 0; i < 3; ++i) {
    const Problem one = make_problem(x, problem.measurements.col(i), noises[i]);
    const Recovery alone = recover(one, options[0]);
    EXPECT_EQ(found[0][static_cast<std::size_t>(i)].w, alone.w) << i;
    EXPECT_EQ(describe(found[0][static_cast<std::size_t>(i)]), describe(alone)) << i;
  }
  EXPECT_NE(found[0][0].rule.sigma, found[0][2].rule.sigma);
}

// Seven pictures at three depths: groups of several sizes, for one, two and five threads, and none for many.
void expect_same_together_and_alone(Ensemble ensemble) {
  RandomStream random = RandomStream::named(4, "pictures");
  Eigen::MatrixXd truth(80, 7);
  for (double& value : truth.reshaped()) value = random.uniform() < 0.1 ? 1 : 0;
  const OperatorPtr matrix = make_ensemble(ensemble, 50, 80, 2);
  const Eigen::MatrixXd x = matrix->dense();
  Problem problem = make_problem(x, x * truth);
  problem.operators.system = matrix;
  std::vector<RecoverOptions> options;
  for (const int depth : {1, 2, 3}) {
    options.push_back(options_of(depth, "iterations", Model::nonnegative));
    options.back().solver = SolverKind::gradient_descent;
    options.back().init = 1e-3;
    options.back().iterations = 500;
    EXPECT_TRUE(Recoverer(problem).go_together({0, &options.back()}));
  }
  for (const int threads : {1, 2, 5, 21}) {
    set_thread_count(threads);
    const auto found = recover_each(problem, options);
    set_thread_count(0);
    for (std::size_t k = 0; k < options.size(); ++k)
      for (std::size_t picture = 0; picture < 7; ++picture) {
        const Recovery& one = found[k][picture];
        const Recovery alone = Recoverer(problem).solve(static_cast<Index>(picture), options[k]);
        EXPECT_EQ(one.w, alone.w);
        EXPECT_EQ(one.steps, 500);
        EXPECT_EQ(describe(one), describe(alone));
        EXPECT_EQ(one.flow_time, alone.flow_time);
        EXPECT_EQ(one.residual, alone.residual);
      }
  }
}

TEST(RecoverEach, DescendsTogetherToWhereEachDescendsAloneOnAnyNumberOfThreads) {
  for (const Ensemble ensemble : {Ensemble::biased_sign, Ensemble::gaussian})
    expect_same_together_and_alone(ensemble);
}

TEST(RecoverEach, ProgressGoesOnWithinAPicture) {
  MeasurementModel model = choose_model(64, 64, 1, Eigen::MatrixXf::Constant(4096, 1, 0.5f), {});
  Eigen::MatrixXf picture(4096, 1);
  for (Index i = 0; i < 4096; ++i) picture(i) = static_cast<float>((i / 64) * (i % 64)) / 4096;
  const Problem problem = simulate(model, picture, 0);
  std::vector<double> shares;
  RecoverWatch watch;
  watch.progress = [&](double share) { shares.push_back(share); };
  recover_each(problem, std::array{RecoverOptions{.depth = 2}}, watch);
  ASSERT_GT(shares.size(), 20u);
  for (std::size_t i = 1; i < shares.size(); ++i)
    EXPECT_LT(shares[i] - shares[i - 1], 0.25) << "no long silence before " << shares[i];
  EXPECT_DOUBLE_EQ(shares.back(), 1);
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
    EXPECT_EQ(ended_by(results[0][k]), "oracle");
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
