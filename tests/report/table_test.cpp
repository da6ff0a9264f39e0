#include "report/table.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/wrapped_text.h"
#include "report/text_lines.h"

namespace isr {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

const std::vector<TableColumn> columns{
    {"image", true}, {"PSNR"}, {"size", false, 2}, {"stopped by", true, 1}};
const std::vector<std::vector<std::string>> rows{{"photographs/of/a/long/name.png", "31.5", "12", "limit"},
                                                 {"β", "∞", "3", "hold-out"}};

TEST(Table, ColumnsStandUnderTheirTitlesWhateverBytesTheLettersTake) {
  const auto lines = lines_of(table_text({{"w0", true}, {"PSNR"}}, {{"10⁻³", "9.5"}, {"1", "∞"}}));
  EXPECT_THAT(lines, ElementsAre("w0    PSNR", "10⁻³   9.5", "1        ∞"));
}

TEST(Table, LeavesOutByRankUntilItFitsAndThenShortensTheNames) {
  EXPECT_THAT(table_text(columns, rows), HasSubstr("size"));
  const std::string narrow = table_text(columns, rows, 50);
  EXPECT_THAT(narrow, Not(HasSubstr("size")));
  EXPECT_THAT(narrow, HasSubstr("stopped by"));
  const std::string narrowest = table_text(columns, rows, 20);
  EXPECT_THAT(narrowest, Not(HasSubstr("stopped by")));
  EXPECT_THAT(narrowest, HasSubstr("photog…ame.png"));
  for (const std::size_t width : {20u, 30u, 40u, 50u, 60u})
    for (const std::string& line : lines_of(table_text(columns, rows, width)))
      EXPECT_LE(display_width(line), width);
}

TEST(Table, ColumnsWithoutAValueAreLeftOut) {
  EXPECT_THAT(lines_of(table_text(columns, {{"a", "1", "", ""}})), ElementsAre("image  PSNR", "a         1"));
}

}  // namespace
}  // namespace isr
