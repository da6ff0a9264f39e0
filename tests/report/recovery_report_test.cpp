#include "report/recovery_report.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace isr {
namespace {

using testing::HasSubstr;

RecoveryReport report_of(float from, float to) {
  RecoveryReport report;
  Image image(10, 10);
  image.pixels.col(0) = Eigen::VectorXf::LinSpaced(100, from, to);
  report.recovered = {{image}};
  return report;
}

TEST(RecoveryReport, PicturesInUnknownUnitsAreShownFromBlackToWhite) {
  RecoveryReport dark = report_of(-0.02f, 0.097f);
  choose_shown_range(dark);
  EXPECT_NEAR(dark.black, -0.02, 0.003);
  EXPECT_NEAR(dark.white, 0.096, 0.003);
  EXPECT_THAT(dark.note, HasSubstr("black is −0.02, white 0.0958"));
  RecoveryReport bright = report_of(100, 900);
  choose_shown_range(bright);
  EXPECT_NEAR(bright.white, 890, 10);
  EXPECT_THAT(bright.note, HasSubstr("black is 100, white 892"));
}

TEST(RecoveryReport, PicturesFromZeroToOneAreShownAsTheyAre) {
  for (const auto& [from, to] : {std::pair(0.0f, 1.0f), {-0.1f, 1.15f}, {0.2f, 0.5f}, {0.0f, 0.0f}}) {
    RecoveryReport report = report_of(from, to);
    choose_shown_range(report);
    EXPECT_EQ(report.black, 0);
    EXPECT_EQ(report.white, 1);
    EXPECT_EQ(report.note, "");
  }
}

TEST(RecoveryReport, TellsTheIterationsThatAllPicturesHaveInCommon) {
  std::vector<ResultRow> rows(2);
  for (ResultRow& row : rows) row.stop_reason = "iterations", row.iterations = 10000;
  EXPECT_EQ(iterations_note(rows), ", after 10,000 iterations");
  rows[1].iterations = 9999;
  EXPECT_EQ(iterations_note(rows), "");
  rows[1] = rows[0];
  rows[1].stop_reason = "limit";
  EXPECT_EQ(iterations_note(rows), "");
}

}  // namespace
}  // namespace isr
