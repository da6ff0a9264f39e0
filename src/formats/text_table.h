// Tables of numbers as text: what spreadsheets, instruments and numpy.savetxt write.
#pragma once

#include <Eigen/Core>
#include <string>
#include <string_view>

namespace isr {

struct TextTable {
  Eigen::MatrixXd values;
  Eigen::MatrixXd imaginary;  // 0 × 0 where no number is complex
};

// A row of the table for each line; values are parted by tabs, else semicolons, else commas, else spaces,
// whichever the first line of numbers has. Between tabs, semicolons or spaces a comma is a decimal comma.
// Complex numbers as 1+2i or (1+2j). Passed over: a byte order mark, empty lines, lines that begin with # or
// %, one line of titles, a separator at the end of every line, quotes around a value. `name` is for messages.
// Throws Error naming the line and the value: when it is no number, or missing, when a line has more or fewer
// values than the first, and when the text holds no numbers or is no text.
TextTable parse_text_table(std::string_view text, const std::string& name);

}  // namespace isr
