// Text that strangers wrote (names of files, fields of headers), made harmless where it is shown.
#pragma once

#include <string>
#include <string_view>

namespace isr {

// As a message may show it: control characters, which could steer a terminal, become "?", and what is longer
// than `most` bytes is cut with an ellipsis.
std::string printable(std::string_view text, std::size_t most = 60);

// As a field of a CSV file: in quotes where a comma, a quote or the end of a line is in it. What a
// spreadsheet would take for a formula, a text that begins with = + - @, a tab or a return, gets a single
// quote in front.
std::string csv_text(const std::string& text);

}  // namespace isr
