// Words for a terminal: their width, lines that fit, and the word that was meant.
#pragma once

#include <string>
#include <vector>

namespace isr {

// The columns that UTF-8 text takes on a terminal; without combining or wide characters.
std::size_t display_width(const std::string& text);

// The text followed by spaces, to `width` columns; as it is where it is longer.
std::string padded(const std::string& text, std::size_t width);

// The same text in lines of at most `width` columns (a word without commas may be longer), each but the
// first behind `indent` spaces. Newlines of the text stay where a space follows them, else they are spaces.
std::string wrapped(const std::string& text, std::size_t width, std::size_t indent = 0);

// That of the candidates which is most like the word, when it is like enough to have been meant: at most two
// letters wrong, left out, put in or exchanged, and at most a third of them. Empty: none.
std::string nearest_word(const std::string& word, const std::vector<std::string>& candidates);

// The columns of the terminal that standard output is, at least 40 and at most `most`; where it is none,
// those of the environment variable COLUMNS, or `most`.
std::size_t terminal_width(std::size_t most);

}  // namespace isr
