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

TEST(Cut, LeavesWholeCharacters) {
  EXPECT_EQ(cut("aσb", 4), "aσb");
  EXPECT_EQ(cut("aσb", 3), "aσ");
  EXPECT_EQ(cut("aσb", 2), "a");
  EXPECT_EQ(cut("σ", 1), "");
}

TEST(ValidUtf8, ReplacesEachByteThatIsNoPartOfIt) {
  for (const std::string whole : {"", "plain", "größe ✓ 𝄞 \n", "\xED\x9F\xBF", "\xF4\x8F\xBF\xBF"})
    EXPECT_EQ(valid_utf8(whole), whole);
  EXPECT_EQ(valid_utf8("gr\xF6\xDF!"), "gr��!");
  EXPECT_EQ(valid_utf8("\xE2\x9C"), "��");            // cut off
  EXPECT_EQ(valid_utf8("\xC0\xAF"), "��");            // "/", longer than need be
  EXPECT_EQ(valid_utf8("\xE0\x80\xAF"), "���");       // the same
  EXPECT_EQ(valid_utf8("\xED\xA0\x80"), "���");       // a surrogate
  EXPECT_EQ(valid_utf8("\xF4\x90\x80\x80"), "����");  // beyond the last
  EXPECT_EQ(valid_utf8("\xFF"), "�");
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
