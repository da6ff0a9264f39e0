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
    else if (i + 1 < text.size() && (text[i + 1] == ' ' || text[i + 1] == '\n'))
      lines.emplace_back();
    else if (lines.back().empty())
      lines.emplace_back();
    else
      lines.back() += ' ';
  }
  return lines;
}

void wrap_line(std::string& out, const std::string& line, std::size_t width, std::size_t indent) {
  const std::size_t own = std::min(line.find_first_not_of(' '), line.size());  // its own indentation
  std::string spaces(own, ' ');
  std::istringstream words(line);
  std::size_t used = own;
  bool first = true;
  out += spaces;
  for (std::string word; words >> word; first = false) {
    const std::size_t length = display_width(word);
    if (!first && used + 1 + length > width) {
      out += "\n" + std::string(indent + own, ' ');
      used = own;
      first = true;
    }
    out += (first ? "" : " ") + word;
    used += length + (first ? 0 : 1);
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
