#include "experiments/claims.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "experiments/comparison.h"
#include "experiments/summary.h"

namespace isr {
namespace {

using testing::HasSubstr;

ExperimentOptions some_depths(Figure figure, std::size_t depths, int replicates = 1) {
  ExperimentOptions options = paper_protocol(figure);
  options.runs.resize(depths);
  options.replicates = replicates;
  return options;
}

const Claim* claim_about(const std::vector<Claim>& claims, const std::string& words) {
  for (const Claim& claim : claims) {
    if (claim.statement.find(words) != std::string::npos) return &claim;
  }
  return nullptr;
}

TEST(Claims, HoldInReducedExperiments) {
  SuiteOptions options;
  options.experiments = {some_depths(Figure::initialization, 2),
                         some_depths(Figure::early_stopping_error, 2, 7), some_depths(Figure::incremental, 1),
                         some_depths(Figure::kernel, 3, 7)};
  options.experiments[3].runs.erase(options.experiments[3].runs.begin());
  const Suite suite = run_suite(options);
  const std::vector<Claim> claims = test_claims(suite);
  EXPECT_EQ(claims.size(), 5u);
  for (const Claim& claim : claims) EXPECT_TRUE(claim.holds) << claim.statement << ": " << claim.evidence;

  const SuiteSummary summary = summarize(suite);
  const std::string text = summary_markdown(suite, summary);
  EXPECT_THAT(text, HasSubstr("| Depth widens the early-stopping window | yes |"));
  EXPECT_THAT(text, HasSubstr("## incremental"));
  const auto json = summary_json(suite, summary);
  EXPECT_EQ(json["claims"].size(), 5u);
  EXPECT_EQ(json["figures"]["kernel"]["depths"].size(), 2u);
  EXPECT_TRUE(json["figures"]["initialization"]["depths"][0]["learned"].is_null());
}

Suite incremental_suite(const std::vector<std::optional<double>>& times) {
  Suite suite;
  suite.coordinates.push_back(std::make_unique<CoordinateStudy>());
  CoordinateStudy& study = *suite.coordinates[0];
  study.options = some_depths(Figure::incremental, 1);
  study.paths.resize(1);
  study.paths[0].run = study.options.runs[0];
  study.paths[0].ninety_percent = times;
  return suite;
}

TEST(Claims, FailWhenACoordinateIsLearnedOutOfOrderOrNever) {
  const auto holds = [](const std::vector<std::optional<double>>& times) {
    return claim_about(test_claims(incremental_suite(times)), "incremental")->holds;
  };
  EXPECT_TRUE(holds({40, 30, 20, 10}));
  EXPECT_TRUE(holds({std::nullopt, 30, 20, 10}));
  EXPECT_FALSE(holds({40, 20, 30, 10}));
  EXPECT_FALSE(holds({40, 30, 20, std::nullopt}));
}

Suite window_suite(const std::vector<std::pair<double, double>>& windows) {
  Suite suite;
  suite.errors.push_back(std::make_unique<ErrorStudy>());
  ErrorStudy& study = *suite.errors[0];
  study.options = some_depths(Figure::early_stopping_error, windows.size());
  for (std::size_t i = 0; i < windows.size(); ++i) {
    ErrorCurve curve;
    curve.run = study.options.runs[i];
    curve.window = windows[i];
    study.curves.push_back(curve);
  }
  return suite;
}

TEST(Claims, AboutDepthFailWhenTheWindowShrinks) {
  EXPECT_TRUE(claim_about(test_claims(window_suite({{10, 20}, {20, 80}})), "Depth widens")->holds);
  EXPECT_FALSE(claim_about(test_claims(window_suite({{10, 90}, {20, 80}})), "Depth widens")->holds);
  EXPECT_FALSE(claim_about(test_claims(window_suite({{10, 20}, {200, 300}})), "Depth widens")->holds);
}

TEST(Claims, AboutDepthAreNotMadeOfDifferentStarts) {
  Suite suite = window_suite({{10, 20}, {20, 80}});
  suite.errors[0]->options.runs[1].init *= 10;
  EXPECT_EQ(claim_about(test_claims(suite), "Depth widens"), nullptr);
}

TEST(ComparedNumber, IsTightOnTheAuthorsDataAndWideOnAnotherDraw) {
  Suite suite = incremental_suite({1616, 754, 497, 391});
  std::vector<ComparedNumber> all = compare_with_authors(suite);
  ASSERT_EQ(all.size(), 4u);
  for (const ComparedNumber& comparison : all) EXPECT_TRUE(comparison.within()) << comparison.quantity;
  suite.coordinates[0]->paths[0].ninety_percent[0] = 1500;
  EXPECT_FALSE(compare_with_authors(suite)[0].within());
  suite.coordinates[0]->options.seed = 43;
  EXPECT_TRUE(compare_with_authors(suite)[0].within());
  suite.coordinates[0]->paths[0].ninety_percent[0] = 1000;
  EXPECT_FALSE(compare_with_authors(suite)[0].within());
  suite.coordinates[0]->paths[0].ninety_percent[0] = std::nullopt;
  EXPECT_FALSE(compare_with_authors(suite)[0].within());
}

TEST(ComparedNumber, IsNotMadeOfOtherExperiments) {
  Suite suite = incremental_suite({1616, 754, 497, 391});
  suite.coordinates[0]->options.noise = 0.1;
  EXPECT_TRUE(compare_with_authors(suite).empty());
}

}  // namespace
}  // namespace isr
