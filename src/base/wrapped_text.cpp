#include "base/wrapped_text.h"

#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <sstream>

namespace isr {
namespace {

// Steps from one word to another: letters replaced, put in, left out, or two neighbours exchanged.
std::size_t distance(const std::string& a, const std::string& b) {
  std::vector<std::vector<std::size_t>> steps(a.size() + 1, std::vector<std::size_t>(b.size() + 1));
  for (std::size_t i = 0; i <= a.size(); ++i)
    for (std::size_t j = 0; j <= b.size(); ++j) {
      if (i == 0 || j == 0) {
        steps[i][j] = i + j;
        continue;
      }
      steps[i][j] = std::min(
          {steps[i - 1][j] + 1, steps[i][j - 1] + 1, steps[i - 1][j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1)});
      if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
        steps[i][j] = std::min(steps[i][j], steps[i - 2][j - 2] + 1);
    }
  return steps[a.size()][b.size()];
}

// The lines that the text itself asks for.
std::vector<std::string> own_lines(const std::string& text) {
  std::vector<std::string> lines(1);
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '\n')
      lines.back() += text[i];
    else if (lines.back().empty() || (i + 1 < text.size() && (text[i + 1] == ' ' || text[i + 1] == '\n')))
      lines.emplace_back();
    else
      lines.back() += ' ';
  }
  return lines;
}

// What stays on one line: words, and of words that are too long the parts between commas.
struct Piece {
  std::string text;
  bool after_space = true;
};

std::vector<Piece> pieces_of(const std::string& line, std::size_t width) {
  std::vector<Piece> pieces;
  std::istringstream words(line);
  for (std::string word; words >> word;) {
    bool after_space = true;
    const bool too_long = display_width(word) > width;
    const auto has_parts = [&] { return word.find(',') < word.size() - 1; };
    for (; too_long && has_parts(); after_space = false) {
      const std::size_t part = word.find(',') + 1;
      pieces.push_back({word.substr(0, part), after_space});
      word.erase(0, part);
    }
    pieces.push_back({word, after_space});
  }
  return pieces;
}

void wrap_line(std::string& out, const std::string& line, std::size_t width, std::size_t indent) {
  const std::size_t own = std::min(line.find_first_not_of(' '), line.size());  // its own indentation
  std::size_t used = own;
  bool first = true;
  out += std::string(own, ' ');
  for (const Piece& piece : pieces_of(line, width - std::min(own, width))) {
    const std::size_t length = display_width(piece.text), space = piece.after_space && !first ? 1 : 0;
    if (!first && used + space + length > width) {
      out += "\n" + std::string(indent + own, ' ') + piece.text;
      used = own + length;
    } else {
      out += std::string(space, ' ') + piece.text;
      used += space + length;
    }
    first = false;
  }
}

}  // namespace

std::size_t display_width(const std::string& text) {
  return static_cast<std::size_t>(std::count_if(
      text.begin(), text.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xC0) != 0x80; }));
}

std::string padded(const std::string& text, std::size_t width) {
  const std::size_t own = display_width(text);
  return text + std::string(width > own ? width - own : 0, ' ');
}

std::string wrapped(const std::string& text, std::size_t width, std::size_t indent) {
  std::string out;
  const std::vector<std::string> lines = own_lines(text);
  for (std::size_t i = 0; i < lines.size(); ++i) {
    if (i > 0) out += "\n" + (lines[i].empty() ? "" : std::string(indent, ' '));
    wrap_line(out, lines[i], width, indent);
  }
  return out;
}

std::string nearest_word(const std::string& word, const std::vector<std::string>& candidates) {
  std::string nearest;
  std::size_t least = std::min<std::size_t>(2, word.size() / 3) + 1;
  for (const std::string& candidate : candidates)
    if (const std::size_t steps = distance(word, candidate); steps < least) {
      least = steps;
      nearest = candidate;
    }
  return nearest;
}

std::size_t terminal_width(std::size_t most) {
  constexpr long least = 40;
  winsize size{};
  long columns = 0;
  if (::isatty(STDOUT_FILENO) && ::ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0) columns = size.ws_col;
  if (const char* given = std::getenv("COLUMNS"); columns == 0 && given) columns = std::atol(given);
  if (columns <= 0) return most;
  return static_cast<std::size_t>(std::clamp(columns, least, std::max(least, static_cast<long>(most))));
}

}  // namespace isr
