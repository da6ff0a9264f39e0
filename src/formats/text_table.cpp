#include "formats/text_table.h"

#include <algorithm>
#include <charconv>
#include <complex>
#include <optional>
#include <vector>

#include "base/error.h"
#include "base/foreign_text.h"

namespace isr {
namespace {

using Number = std::complex<double>;

[[noreturn]] void fail(const std::string& name, const std::string& why) {
  throw Error("cannot read " + name + ": " + why);
}

std::string_view trimmed(std::string_view text) {
  const auto first = text.find_first_not_of(" \t\r");
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(" \t\r") - first + 1);
}

// What is between quotes, or between the brackets that NumPy puts around complex numbers.
std::string_view bare(std::string_view text) {
  text = trimmed(text);
  for (const std::string_view pair : {"\"\"", "''", "()"})
    if (text.size() >= 2 && text.front() == pair[0] && text.back() == pair[1])
      text = trimmed(text.substr(1, text.size() - 2));
  return text;
}

// The number at the start of `text`, which it is cut from. std::from_chars knows no "+" in front.
std::optional<double> take_number(std::string_view& text) {
  std::string_view digits = text;
  if (digits.starts_with('+')) {
    digits.remove_prefix(1);
    if (digits.starts_with('-')) return {};
  }
  double value = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
  if (error != std::errc()) return {};
  text = digits.substr(static_cast<std::size_t>(end - digits.data()));
  return value;
}

bool ends_imaginary(std::string_view text) {
  return text == "i" || text == "j";
}

// "2", "-1e-3", "3i", "1+2i", "1-2j".
std::optional<Number> parse_point_number(std::string_view text) {
  const std::optional<double> first = take_number(text);
  if (!first) return {};
  if (text.empty()) return Number(*first, 0);
  if (ends_imaginary(text)) return Number(0, *first);
  if (text[0] != '+' && text[0] != '-') return {};
  const std::optional<double> second = take_number(text);
  if (!second || !ends_imaginary(text)) return {};
  return Number(*first, *second);
}

std::optional<Number> parse_number(std::string_view field, bool decimal_comma) {
  field = bare(field);
  if (!decimal_comma || field.find(',') == std::string_view::npos) return parse_point_number(field);
  if (field.find('.') != std::string_view::npos) return {};  // of thousands and decimals which is which?
  std::string with_points(field);
  std::replace(with_points.begin(), with_points.end(), ',', '.');
  return parse_point_number(with_points);
}

struct Line {
  std::size_t number;  // from 1
  std::string_view text;
};

// The lines that may hold numbers.
std::vector<Line> lines_of(std::string_view text) {
  std::vector<Line> lines;
  for (std::size_t number = 1; !text.empty(); ++number) {
    const std::size_t length = std::min(text.find_first_of("\r\n"), text.size());
    const std::string_view line = trimmed(text.substr(0, length));
    const std::size_t end = text.substr(length).starts_with("\r\n") ? 2 : 1;
    // Tabs at the ends may part values that are missing.
    if (!line.empty() && line[0] != '#' && line[0] != '%') lines.push_back({number, text.substr(0, length)});
    text.remove_prefix(std::min(length + end, text.size()));
  }
  return lines;
}

char separator_of(std::string_view line) {
  for (const char separator : {'\t', ';', ','})
    if (line.find(separator) != std::string_view::npos) return separator;
  return ' ';
}

std::vector<std::string_view> fields_of(std::string_view line, char separator) {
  std::vector<std::string_view> fields;
  if (separator == ' ') {
    for (line = trimmed(line); !line.empty(); line = trimmed(line)) {
      const std::size_t length = std::min(line.find_first_of(" \t"), line.size());
      fields.push_back(line.substr(0, length));
      line.remove_prefix(length);
    }
    return fields;
  }
  bool quoted = false;
  std::size_t begin = 0;
  for (std::size_t i = 0; i <= line.size(); ++i) {
    if (i < line.size() && line[i] == '"') quoted = !quoted;
    if (i < line.size() && (quoted || line[i] != separator)) continue;
    fields.push_back(line.substr(begin, i - begin));
    begin = i + 1;
  }
  return fields;
}

bool is_title(const std::vector<std::string_view>& fields, bool decimal_comma) {
  return std::none_of(fields.begin(), fields.end(),
                      [&](std::string_view field) { return parse_number(field, decimal_comma).has_value(); });
}

class TableParser {
 public:
  TableParser(std::string_view text, const std::string& name) : name_(name), lines_(lines_of(text)) {}

  TextTable parse() {
    std::size_t first = 0;
    if (!lines_.empty() && trimmed(lines_[0].text).starts_with("sep=")) ++first;  // a note of Excel to itself
    if (first < lines_.size() && lines_.size() > first + 1) {
      const char separator = separator_of(lines_[first].text);
      if (is_title(fields_of(lines_[first].text, separator), separator != ',')) ++first;
    }
    if (first >= lines_.size()) fail(name_, "it holds no numbers");
    separator_ = separator_of(lines_[first].text);
    const std::vector<std::string_view> fields = fields_of(lines_[first].text, separator_);
    ends_with_separator_ = separator_ != ' ' && fields.size() > 1 && trimmed(fields.back()).empty();
    columns_ = fields.size() - (ends_with_separator_ ? 1 : 0);
    for (std::size_t i = first; i < lines_.size(); ++i) read_line(lines_[i], lines_[first]);
    return table(lines_.size() - first);
  }

 private:
  void read_line(const Line& line, const Line& first) {
    std::vector<std::string_view> fields = fields_of(line.text, separator_);
    if (ends_with_separator_ && fields.size() > 1 && trimmed(fields.back()).empty()) fields.pop_back();
    if (fields.size() != columns_)
      fail(name_, "line " + std::to_string(line.number) + " has " + std::to_string(fields.size()) +
                      (fields.size() == 1 ? " value" : " values") + ", and line " +
                      std::to_string(first.number) + " has " + std::to_string(columns_));
    for (std::size_t k = 0; k < fields.size(); ++k) {
      const std::optional<Number> number = parse_number(fields[k], separator_ != ',');
      if (!number)
        fail(name_,
             "value " + std::to_string(k + 1) + " of line " + std::to_string(line.number) +
                 (trimmed(fields[k]).empty() ? " is missing"
                                             : " is no number: \"" + printable(trimmed(fields[k])) + "\""));
      numbers_.push_back(*number);
    }
  }

  TextTable table(std::size_t rows) const {
    using RowMajor = Eigen::Matrix<Number, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;
    const Eigen::Map<const RowMajor> all(numbers_.data(), static_cast<Eigen::Index>(rows),
                                         static_cast<Eigen::Index>(columns_));
    TextTable table{all.real(), {}};
    if (!all.imag().isZero(0)) table.imaginary = all.imag();
    return table;
  }

  const std::string& name_;
  const std::vector<Line> lines_;
  char separator_ = ' ';
  bool ends_with_separator_ = false;
  std::size_t columns_ = 0;
  std::vector<Number> numbers_;
};

}  // namespace

TextTable parse_text_table(std::string_view text, const std::string& name) {
  if (text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);
  if (text.starts_with("\xFF\xFE") || text.starts_with("\xFE\xFF"))
    fail(name, "it is text in UTF-16; save it as UTF-8");
  if (text.find('\0') != std::string_view::npos) fail(name, "it is no text");
  return TableParser(text, name).parse();
}

}  // namespace isr
