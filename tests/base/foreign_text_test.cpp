#include "base/foreign_text.h"

#include <gtest/gtest.h>

namespace isr {
namespace {

TEST(Printable, HoldsNothingThatSteersATerminalAndIsShort) {
  EXPECT_EQ(printable("σ = 0.5"), "σ = 0.5");
  EXPECT_EQ(printable("\x1b[2J\n\x7f"), "?[2J??");
  EXPECT_EQ(printable("abcdef", 6), "abcdef");
  EXPECT_EQ(printable("abcdefg", 6), "abcdef…");
  EXPECT_EQ(printable("abcdeσg", 6), "abcde…");  // σ has two bytes: not cut within
  EXPECT_EQ(printable("", 0), "");
}

TEST(CsvText, IsQuotedWhereItMustBe) {
  EXPECT_EQ(csv_text("photo.png"), "photo.png");
  EXPECT_EQ(csv_text(""), "");
  EXPECT_EQ(csv_text("a,b"), "\"a,b\"");
  EXPECT_EQ(csv_text("6\" disk"), "\"6\"\" disk\"");
  EXPECT_EQ(csv_text("two\nlines"), "\"two\nlines\"");
}

TEST(CsvText, IsNoFormulaForASpreadsheet) {
  EXPECT_EQ(csv_text("=1+1"), "\"'=1+1\"");
  EXPECT_EQ(csv_text("=cmd|' /C calc'!A0"), "\"'=cmd|' /C calc'!A0\"");
  for (const std::string start : {"+", "-", "@", "\t", "\r"})
    EXPECT_EQ(csv_text(start + "SUM(A1)"), "\"'" + start + "SUM(A1)\"");
  EXPECT_EQ(csv_text("a=1"), "a=1");
}

}  // namespace
}  // namespace isr
