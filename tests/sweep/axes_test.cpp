#include "sweep/axes.h"

#include <gmock/gmock.h>

#include "base/error.h"

namespace isr {
namespace {

using testing::ElementsAre;

std::vector<std::string> values(const char* axis, const std::string& text) {
  return axis_values(axis_named(axis), text);
}

TEST(Axes, SharesAreEquallyFarApart) {
  EXPECT_THAT(values("measurements", "10%..90%:5"), ElementsAre("10%", "30%", "50%", "70%", "90%"));
  EXPECT_THAT(values("measurements", "100..300:3"), ElementsAre("100", "200", "300"));
  EXPECT_THAT(values("measurements", "392"), ElementsAre("392"));
}

TEST(Axes, StartsAreInEqualRatios) {
  EXPECT_THAT(values("init", "1e-8..1e-1:8"),
              ElementsAre("1e-08", "1e-07", "1e-06", "1e-05", "1e-04", "0.001", "0.01", "0.1"));
  EXPECT_THAT(values("init", "auto,1..3:3lin"), ElementsAre("auto", "1", "2", "3"));
  EXPECT_THAT(values("noise", "0,0.001..0.1:3log"), ElementsAre("0", "0.001", "0.01", "0.1"));
}

TEST(Axes, WholeNumbersNeedNoCount) {
  EXPECT_THAT(values("seed", "1..5"), ElementsAre("1", "2", "3", "4", "5"));
  EXPECT_THAT(values("depth", "1,2,3..5,10"), ElementsAre("1", "2", "3", "4", "5", "10"));
  EXPECT_THAT(values("depth", "1..4:7"), ElementsAre("1", "2", "3", "4")) << "rounded, each once";
}

TEST(Axes, ANumberHasOneText) {
  EXPECT_EQ(values("init", "1e-6"), values("init", "0.000001"));
  EXPECT_THROW(values("init", "1e-6,0.000001"), UsageError) << "the same value twice";
}

TEST(Axes, SettingsAreWhatTheyStandFor) {
  Setting setting;
  axis_named("measurements").set(setting, "25%");
  EXPECT_DOUBLE_EQ(setting.measurement.share, 0.25);
  axis_named("measurements").set(setting, "100");
  EXPECT_EQ(setting.measurement.measurements, 100);
  axis_named("init").set(setting, "0.001");
  EXPECT_EQ(setting.recover.init, 1e-3);
  axis_named("init").set(setting, "auto");
  EXPECT_FALSE(setting.recover.init.has_value());
  axis_named("model").set(setting, "nonnegative");
  EXPECT_EQ(setting.recover.model, Model::nonnegative);
}

TEST(Axes, DefaultsAreTheLibrarys) {
  Setting setting;
  for (const SweepAxis& axis : sweep_axes())
    if (std::string(axis.name) != "depth") axis.set(setting, axis.initial);
  const Setting initial;
  EXPECT_EQ(setting.measurement.share, initial.measurement.share);
  EXPECT_EQ(setting.measurement.seed, initial.measurement.seed);
  EXPECT_EQ(setting.recover.iterations, initial.recover.iterations);
  EXPECT_EQ(to_string(setting.recover.stop), to_string(initial.recover.stop));
  EXPECT_FALSE(setting.recover.step.has_value());
}

TEST(Axes, WrongValuesAreNamed) {
  for (const auto& [axis, text] :
       std::vector<std::pair<const char*, const char*>>{{"depth", "0"},
                                                        {"depth", "2.5"},
                                                        {"depth", "2,,3"},
                                                        {"depth", ""},
                                                        {"seed", "5..1"},
                                                        {"seed", "1..1e12"},
                                                        {"init", "0"},
                                                        {"init", "1..2"},
                                                        {"init", "0..1:3"},
                                                        {"init", "1..2:x"},
                                                        {"init", "1..2:1"},
                                                        {"noise", "-1"},
                                                        {"noise", "inf"},
                                                        {"measurements", "10%..90:3"},
                                                        {"measurements", "0%"},
                                                        {"model", "both"},
                                                        {"solver", "newton"},
                                                        {"basis", "none"},
                                                        {"stop", "soon"}})
    EXPECT_THROW(values(axis, text), UsageError) << axis << "=" << text;
  EXPECT_THROW(axis_named("quiet"), UsageError);
}

}  // namespace
}  // namespace isr
