#include "solver/plan.h"

#include <gtest/gtest.h>

#include <limits>

#include "base/parallel.h"
#include "base/test_files.h"

namespace isr {
namespace {

constexpr double unknown = std::numeric_limits<double>::quiet_NaN();

// A picture of side × side pixels measured by half as many numbers.
MeasurementModel picture(Index side, const char* basis, const char* ensemble = "rademacher") {
  MeasurementModel model;
  model.height = model.width = side;
  model.measurements = side * side / 2;
  model.basis = basis;
  model.ensemble = ensemble;
  return model;
}

MeasurementModel vectors(Index n, Index p, const char* ensemble = given_matrix) {
  MeasurementModel model;
  model.height = 1, model.width = p;
  model.is_picture = false;
  model.measurements = n;
  model.ensemble = ensemble;
  return model;
}

Plan plan_of(const MeasurementModel& model, const RecoverOptions& options = {}, double noise = unknown) {
  return plan(model, noise, options);
}

RecoverOptions descent() {
  RecoverOptions options;
  options.solver = SolverKind::gradient_descent;
  return options;
}

RecoverOptions stopped_by(const char* rule) {
  RecoverOptions options;
  options.stop = parse_stop(rule);
  return options;
}

TEST(Plan, IsNonnegativeForPicturesInNonnegativeAtoms) {
  EXPECT_EQ(plan_of(picture(28, "pixel")).network.model, Model::nonnegative);
  EXPECT_EQ(plan_of(picture(28, "boxes")).network.model, Model::nonnegative);
  EXPECT_EQ(plan_of(picture(28, "cdf97")).network.model, Model::signed_model);
  EXPECT_EQ(plan_of(vectors(10, 20)).network.model, Model::signed_model);
  RecoverOptions options;
  options.model = Model::nonnegative;
  EXPECT_EQ(plan_of(picture(28, "cdf97"), options).network.model, Model::nonnegative);
  EXPECT_EQ(plan_of(vectors(10, 20), options).network.model, Model::nonnegative);
  options.model = Model::signed_model;
  EXPECT_EQ(plan_of(picture(28, "pixel"), options).network.model, Model::signed_model);
}

TEST(Plan, TakesDepthSolverAndIterationsFromTheOptions) {
  RecoverOptions options = descent();
  options.depth = 5;
  options.iterations = 77;
  options.tolerance = 0.01;
  const Plan chosen = plan_of(picture(28, "pixel"), options);
  EXPECT_EQ(chosen.network.depth, 5);
  EXPECT_EQ(chosen.path, PathKind::descent);
  EXPECT_EQ(chosen.iterations, 77);
  EXPECT_EQ(chosen.tolerance, 0.01);
}

TEST(Plan, FollowsTheFlowExactlyWhereAMatrixIsSmallEnoughToFactor) {
  EXPECT_EQ(plan_of(picture(28, "pixel")).path, PathKind::newton_flow);
  EXPECT_EQ(plan_of(vectors(392, 784)).path, PathKind::newton_flow);
  EXPECT_EQ(plan_of(vectors(4096, 16384)).path, PathKind::newton_flow);
  EXPECT_EQ(plan_of(vectors(4097, 16384)).path, PathKind::reweighted_flow);  // n·p > 2^26
  EXPECT_EQ(plan_of(vectors(5000, 5000)).path, PathKind::reweighted_flow);   // min(n, p) > 4096
}

TEST(Plan, FollowsTheFlowOfABasisExactlyWhereThatIsLittleWork) {
  // n²p multiplications: 512² · 1024 = 2.7e8, beyond 2e8; 392² · 784 = 1.2e8.
  EXPECT_EQ(plan_of(picture(28, "haar")).path, PathKind::newton_flow);
  EXPECT_EQ(plan_of(picture(32, "haar")).path, PathKind::reweighted_flow);
  // The same of operators without a matrix.
  EXPECT_EQ(plan_of(picture(28, "pixel", "hadamard")).path, PathKind::newton_flow);
  EXPECT_EQ(plan_of(picture(32, "pixel", "hadamard")).path, PathKind::reweighted_flow);
  EXPECT_EQ(plan_of(vectors(300, 600, given_operator)).path, PathKind::newton_flow);
  EXPECT_EQ(plan_of(vectors(600, 1200, given_operator)).path, PathKind::reweighted_flow);
}

TEST(Plan, FindsTheLimitInANonnegativeDictionaryExactlyUpToASize) {
  EXPECT_EQ(plan_of(picture(28, "boxes"), stopped_by("limit")).path, PathKind::newton_flow);
  EXPECT_EQ(plan_of(picture(28, "boxes"), {}, 0).path, PathKind::newton_flow);  // auto, without noise
  EXPECT_EQ(plan_of(picture(28, "boxes"), stopped_by("residual:0.1")).path, PathKind::reweighted_flow);
  EXPECT_EQ(plan_of(picture(64, "boxes"), stopped_by("limit")).path, PathKind::reweighted_flow);
  EXPECT_EQ(plan_of(picture(28, "boxes", "hadamard"), stopped_by("limit")).path, PathKind::reweighted_flow);
  EXPECT_EQ(plan_of(picture(28, "haar-ti"), stopped_by("limit")).path, PathKind::reweighted_flow);
}

TEST(Plan, PutsAllThreadsOnOnePictureWhereProductsAloneAreUsed) {
  EXPECT_FALSE(plan_of(picture(28, "pixel")).one_by_one);
  EXPECT_FALSE(plan_of(picture(28, "pixel"), descent()).one_by_one);
  EXPECT_FALSE(plan_of(picture(28, "haar")).one_by_one);
  EXPECT_TRUE(plan_of(picture(28, "haar"), descent()).one_by_one);
  EXPECT_TRUE(plan_of(picture(64, "cdf97")).one_by_one);
  EXPECT_TRUE(plan_of(picture(64, "pixel", "hadamard")).one_by_one);
  MeasurementModel blocks = picture(64, "pixel");
  blocks.block = 16;
  EXPECT_TRUE(plan_of(blocks).one_by_one);
}

TEST(Plan, ChoosesTheStepsOfDescent) {
  EXPECT_EQ(plan_of(picture(28, "pixel"), descent()).step_rule, StepRule::constant);
  EXPECT_EQ(plan_of(picture(28, "pixel"), descent()).step, 5e-3);
  EXPECT_EQ(plan_of(picture(28, "cdf97"), descent()).step_rule, StepRule::adaptive);
  EXPECT_EQ(plan_of(picture(28, "pixel", "hadamard"), descent()).step_rule, StepRule::adaptive);
  RecoverOptions options = descent();
  options.step = 0.25;
  EXPECT_EQ(plan_of(picture(28, "cdf97"), options).step_rule, StepRule::constant);
  EXPECT_EQ(plan_of(picture(28, "cdf97"), options).step, 0.25);
  options.step_rule = StepRule::operator_norm;
  EXPECT_EQ(plan_of(picture(28, "cdf97"), options).step_rule, StepRule::operator_norm);
  options = descent();
  options.step_rule = StepRule::adaptive;
  EXPECT_EQ(plan_of(picture(28, "pixel"), options).step_rule, StepRule::adaptive);
}

TEST(Plan, UsesExpectedSizesAndRoundsInBasesBeyondDepthOne) {
  RecoverOptions options;
  options.rounds = 2;
  EXPECT_TRUE(plan_of(picture(64, "cdf97"), options).sized);
  EXPECT_EQ(plan_of(picture(64, "cdf97"), options).rounds, 2);
  EXPECT_FALSE(plan_of(picture(64, "pixel"), options).sized);
  EXPECT_EQ(plan_of(picture(64, "pixel"), options).rounds, 0);
  options.depth = 1;
  EXPECT_FALSE(plan_of(picture(64, "cdf97"), options).sized);
  EXPECT_EQ(plan_of(picture(64, "cdf97"), options).rounds, 0);
  EXPECT_EQ(plan_of(picture(64, "cdf97"), descent()).rounds, RecoverOptions().rounds);
}

TEST(Plan, ShiftsTheGridOfSquareBasesForTheFlowAfterRounds) {
  RecoverOptions options;
  options.shifts = 5;
  EXPECT_EQ(plan_of(picture(64, "cdf97"), options).shifts, 5);
  EXPECT_EQ(plan_of(picture(64, "haar-ti"), options).shifts, 1);  // has every shift
  EXPECT_EQ(plan_of(picture(64, "boxes"), options).shifts, 1);
  EXPECT_EQ(plan_of(picture(64, "pixel"), options).shifts, 1);
  options.rounds = 0;
  EXPECT_EQ(plan_of(picture(64, "cdf97"), options).shifts, 1);
  options = descent();
  options.shifts = 5;
  EXPECT_EQ(plan_of(picture(64, "cdf97"), options).shifts, 1);
}

TEST(Plan, StartsRelativeToTheSolutionUnlessAStartIsGiven) {
  const auto init = [](const MeasurementModel& model, const RecoverOptions& options) {
    return plan_of(model, options).network.init;
  };
  RecoverOptions to_limit;
  to_limit.stop = parse_stop("limit");
  EXPECT_EQ(init(picture(28, "pixel"), to_limit), 1e-10);
  EXPECT_EQ(init(vectors(10, 20), to_limit), 1e-10);
  EXPECT_EQ(init(picture(28, "pixel"), {}), 1e-3);  // a path that is read, to stop on it
  EXPECT_EQ(init(picture(28, "boxes"), {}), 1e-10);
  EXPECT_EQ(init(picture(64, "cdf97"), {}), 0.05);
  EXPECT_EQ(init(vectors(10, 20), {}), 1e-3);
  RecoverOptions options;
  options.depth = 1;
  EXPECT_EQ(init(picture(64, "cdf97"), options), 1e-3);
  options = {};
  EXPECT_TRUE(plan_of(picture(28, "pixel"), options).relative_start);
  EXPECT_TRUE(plan_of(picture(28, "cdf97"), options).relative_start);
  options.init = 0.7;
  EXPECT_EQ(init(picture(28, "pixel"), options), 0.7);
  EXPECT_FALSE(plan_of(picture(28, "pixel"), options).relative_start);
  EXPECT_TRUE(plan_of(picture(28, "cdf97"), options).relative_start);  // to the sizes expected
}

TEST(Plan, AsksForTheResidualThatThePrecisionCarries) {
  EXPECT_EQ(plan_of(picture(28, "pixel")).limit_residual, 1e-8);
  EXPECT_EQ(plan_of(picture(28, "pixel")).rough_residual, 1e-4);
  EXPECT_EQ(plan_of(picture(64, "cdf97")).limit_residual, 5e-5);
  EXPECT_EQ(plan_of(picture(64, "cdf97")).rough_residual, 5e-3);
  RecoverOptions options;
  options.limit_residual = 1e-3;
  EXPECT_EQ(plan_of(picture(28, "pixel"), options).limit_residual, 1e-3);
  EXPECT_EQ(plan_of(picture(64, "cdf97"), options).limit_residual, 1e-3);
}

TEST(Plan, HoldsOutHalfOfTwentyPartsOrOneOfThemOfAPicture) {
  const auto hold_out = [](const MeasurementModel& model, const RecoverOptions& options) {
    const HoldOut chosen = plan_of(model, options).stop.hold_out.value();
    return std::pair{chosen.folds, chosen.used};
  };
  EXPECT_EQ(hold_out(vectors(100, 200), {}), (std::pair{20, 10}));
  EXPECT_EQ(hold_out(picture(64, "cdf97"), {}), (std::pair{20, 1}));
  EXPECT_EQ(hold_out(picture(64, "cdf97"), stopped_by("holdout:5")), (std::pair{5, 5}));
  EXPECT_EQ(hold_out(picture(64, "cdf97"), stopped_by("holdout:10%")), (std::pair{10, 1}));
  EXPECT_EQ(hold_out(vectors(100, 200), stopped_by("holdout:10%")), (std::pair{10, 1}));
}

TEST(Plan, ReadsTheFitWhereRoundsOrProductsChangeTheMeaningOfTime) {
  EXPECT_FALSE(plan_of(vectors(100, 200)).reads_fit);
  EXPECT_FALSE(plan_of(picture(28, "pixel"), descent()).reads_fit);
  EXPECT_TRUE(plan_of(picture(28, "haar")).reads_fit);
  EXPECT_TRUE(plan_of(picture(64, "pixel", "hadamard")).reads_fit);
}

TEST(Plan, ResolvesTheRuleByTheNoise) {
  EXPECT_EQ(plan_of(vectors(100, 200), {}, 0).stop.rule, StopRule::limit);
  EXPECT_EQ(plan_of(vectors(100, 200), {}, unknown).stop.rule, StopRule::hold_out);
  const Plan noisy = plan_of(vectors(100, 200), {}, 0.3);
  EXPECT_EQ(noisy.stop.rule, StopRule::discrepancy);
  EXPECT_EQ(noisy.stop.sigma, 0.3);
  EXPECT_FALSE(noisy.stop.factor);  // is sought
  EXPECT_EQ(plan_of(picture(64, "cdf97"), {}, 0.3).stop.factor, 1);
  EXPECT_EQ(plan_of(picture(64, "cdf97"), stopped_by("discrepancy:0.2:1.5"), 0.3).stop.factor, 1.5);
  EXPECT_EQ(plan_of(picture(64, "cdf97"), stopped_by("discrepancy:0.2:1.5"), 0.3).stop.sigma, 0.2);
}

TEST(Plan, TakesTheSeedOfTheProblemUnlessAnotherIsGiven) {
  MeasurementModel model = vectors(10, 20);
  model.seed = 7;
  EXPECT_EQ(plan_of(model).seed, 7u);
  RecoverOptions options;
  options.seed = 8;
  EXPECT_EQ(plan_of(model, options).seed, 8u);
}

TEST(Plan, CountsTheMemoryOfEveryThreadThatWorksOnItsOwn) {
  const auto bytes = [](int threads, const MeasurementModel& model, const RecoverOptions& options) {
    set_thread_count(threads);
    const std::size_t count = plan_of(model, options).bytes;
    set_thread_count(0);
    return count;
  };
  // A matrix in double precision is shared, its factors are not.
  const std::size_t one = bytes(1, vectors(1000, 2000), {}), four = bytes(4, vectors(1000, 2000), {});
  EXPECT_GE(one, 8u * 1000 * 2000);
  EXPECT_GT(four, one + 3u * 8 * 1000 * 1000);
  EXPECT_LT(four, 4 * one);
  EXPECT_EQ(bytes(4, vectors(1000, 2000), descent()), 4 * bytes(1, vectors(1000, 2000), descent()));
  EXPECT_EQ(bytes(4, picture(64, "cdf97"), {}), bytes(1, picture(64, "cdf97"), {}));
  MeasurementModel colour = picture(64, "cdf97");
  colour.channels = 3;
  EXPECT_EQ(bytes(1, colour, {}), 3 * bytes(1, picture(64, "cdf97"), {}));
  // At least the vectors that a path keeps.
  EXPECT_GE(bytes(1, picture(64, "cdf97"), {}), 4u * 10 * 64 * 64);
}

TEST(Plan, RefusesOptionsOutOfRangeByName) {
  const auto message = [](auto change) {
    RecoverOptions options;
    change(options);
    return error_of<UsageError>([&] { plan_of(vectors(10, 20), options); });
  };
  EXPECT_EQ(message([](auto&) {}), "no exception");
  EXPECT_EQ(message([](auto& o) { o.depth = 0; }), "depth must lie between 1 and 100; got 0");
  EXPECT_EQ(message([](auto& o) { o.init = 0; }), "init must lie between 1e-100 and 1e100; got 0");
  EXPECT_EQ(message([](auto& o) { o.rounds = -1; }), "rounds must lie between 0 and 100; got -1");
  EXPECT_EQ(message([](auto& o) { o.rounds = 101; }), "rounds must lie between 0 and 100; got 101");
  EXPECT_EQ(message([](auto& o) { o.shifts = 0; }), "shifts must lie between 1 and 64; got 0");
  EXPECT_EQ(message([](auto& o) { o.shifts = 65; }), "shifts must lie between 1 and 64; got 65");
  EXPECT_EQ(message([](auto& o) { o.step = -1; }), "step must be a positive number; got -1.000000");
  EXPECT_EQ(message([](auto& o) { o.iterations = -1; }), "iterations must not be negative; got -1");
  EXPECT_EQ(message([](auto& o) { o.tolerance = 0.6; }),
            "tolerance must satisfy 0 < tolerance <= 0.5; got 0.600000");
  EXPECT_EQ(message([](auto& o) { o.limit_residual = 1; }),
            "the residual of the limit must lie between 0 and 1; got 1.000000");
  EXPECT_EQ(message([](auto& o) { o.stop.rule = StopRule::residual, o.stop.residual = 2; }),
            "stop residual:2: the relative residual must lie between 0 and 1");
}

TEST(Plan, KnowsTheSolversByName) {
  for (const SolverKind kind : {SolverKind::gradient_descent, SolverKind::gradient_flow})
    EXPECT_EQ(parse_solver(to_string(kind)), kind);
  EXPECT_THROW(parse_solver("sgd"), UsageError);
}

}  // namespace
}  // namespace isr
