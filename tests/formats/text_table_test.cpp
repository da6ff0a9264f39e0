#include "formats/text_table.h"

#include <gtest/gtest.h>

#include "base/error.h"

namespace isr {
namespace {

Eigen::MatrixXd values(std::string_view text) {
  return parse_text_table(text, "t.csv").values;
}

std::string refusal(std::string_view text) {
  try {
    parse_text_table(text, "t.csv");
  } catch (const Error& error) {
    return error.what();
  }
  return "accepted";
}

Eigen::MatrixXd two_by_two(double a, double b, double c, double d) {
  Eigen::MatrixXd matrix(2, 2);
  matrix << a, b, c, d;
  return matrix;
}

TEST(TextTable, ValuesArePartedAsTheFirstLineShows) {
  const Eigen::MatrixXd expected = two_by_two(1.5, -2, 3e-3, 4);
  for (const char* text :
       {"1.5,-2\n3e-3,4\n", "1.5, -2\r\n3e-3, +4", "1.5;-2\n0.003;4\n", "1,5;-2\n0,003;4,0\n",
        "1.5\t-2\r3e-3\t4\r", "  1.5   -2\n 3e-3 \t 4 \n", "\xEF\xBB\xBF\"1.5\",\"-2\"\n\"3E-3\",4\n",
        "1.5,-2,\n3e-3,4,\n", "# by numpy\n1.5 -2\n\n% and others\n0.003 4\n",
        "left;right\n1,5;-2\n0,003;4\n", "sep=;\n1,5;-2\n0,003;4\n"})
    EXPECT_EQ(values(text), expected) << text;
  EXPECT_EQ(values("5"), Eigen::MatrixXd::Constant(1, 1, 5));
  EXPECT_EQ(values("light\n1\n2\n"), Eigen::Vector2d(1, 2));
}

TEST(TextTable, ComplexNumbersAreReadInTheWaysOfNumpyAndOfSpreadsheets) {
  const TextTable table = parse_text_table("1+2i,3\n(-1e-3-2e+1j),-4j\n", "t.csv");
  EXPECT_EQ(table.values, two_by_two(1, 3, -1e-3, 0));
  EXPECT_EQ(table.imaginary, two_by_two(2, 0, -20, -4));
  EXPECT_EQ(parse_text_table("1+0i", "t").imaginary.size(), 0);
}

TEST(TextTable, WhatIsNoTableIsRefusedWithTheLine) {
  EXPECT_EQ(refusal("1,2\n3\n"), "cannot read t.csv: line 2 has 1 value, and line 1 has 2");
  EXPECT_EQ(refusal("a,b\n\n1,2\n3,x\n"), "cannot read t.csv: value 2 of line 4 is no number: \"x\"");
  EXPECT_EQ(refusal("1,2\n,4\n"), "cannot read t.csv: value 1 of line 2 is missing");
  EXPECT_EQ(refusal("a,1\n2,3\n"), "cannot read t.csv: value 1 of line 1 is no number: \"a\"");
  EXPECT_EQ(refusal("1.000,5;2\n"), "cannot read t.csv: value 1 of line 1 is no number: \"1.000,5\"");
  EXPECT_EQ(refusal("1 2e\n"), "cannot read t.csv: value 2 of line 1 is no number: \"2e\"");
  for (const char* number : {"+-1", "1+2", "1+i", "0x10", "1e", "--1", "1 2i"})
    EXPECT_NE(refusal("1\n" + std::string(number) + "\n"), "accepted") << number;
  EXPECT_EQ(refusal(""), "cannot read t.csv: it holds no numbers");
  EXPECT_EQ(refusal("# only a note\n"), "cannot read t.csv: it holds no numbers");
  EXPECT_EQ(refusal("\xFF\xFE\x31"), "cannot read t.csv: it is text in UTF-16; save it as UTF-8");
  EXPECT_EQ(refusal(std::string_view("1\0002", 3)), "cannot read t.csv: it is no text");
}

}  // namespace
}  // namespace isr
