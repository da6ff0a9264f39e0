#include "base/npy_header.h"

#include <cctype>
#include <charconv>
#include <set>

#include "base/foreign_text.h"

namespace isr {
namespace {

constexpr std::size_t most_axes = 64;  // NumPy's own limit

[[noreturn]] void fail(const std::string& why) {
  throw std::invalid_argument("the .npy header is malformed: " + why);
}

// Reads the few forms of Python literal that occur in a header.
class Cursor {
 public:
  explicit Cursor(std::string_view text) : rest_(text) {}

  bool accept(std::string_view token) {
    skip_space();
    if (!rest_.starts_with(token)) return false;
    rest_.remove_prefix(token.size());
    return true;
  }

  void expect(std::string_view token) {
    if (!accept(token)) fail(std::string("expected ").append(token).append(where()));
  }

  std::string quoted() {
    const std::string_view mark = accept("'") ? "'" : accept("\"") ? "\"" : "";
    const auto end = mark.empty() ? std::string_view::npos : rest_.find(mark);
    if (end == std::string_view::npos) fail("expected a quoted text" + where());
    std::string text(rest_.substr(0, end));
    rest_.remove_prefix(end + 1);
    return text;
  }

  bool boolean() {
    if (accept("True")) return true;
    if (accept("False")) return false;
    fail("expected True or False" + where());
  }

  std::int64_t length() {
    skip_space();
    std::int64_t value = 0;
    const auto [end, error] = std::from_chars(rest_.data(), rest_.data() + rest_.size(), value);
    if (error == std::errc::result_out_of_range) fail("a length in the shape is too large");
    if (error != std::errc()) fail("expected a number" + where());
    if (value < 0) fail("a length in the shape is negative");
    rest_.remove_prefix(static_cast<std::size_t>(end - rest_.data()));
    accept("L");
    return value;
  }

  std::vector<std::int64_t> shape() {
    std::vector<std::int64_t> lengths;
    expect("(");
    while (!accept(")")) {
      lengths.push_back(length());
      if (lengths.size() > most_axes) fail("the shape has more than " + std::to_string(most_axes) + " axes");
      if (accept(",")) continue;
      expect(")");
      break;
    }
    return lengths;
  }

  bool at_end() {
    skip_space();
    return rest_.empty();
  }

 private:
  void skip_space() {
    while (!rest_.empty() && std::isspace(static_cast<unsigned char>(rest_.front()))) rest_.remove_prefix(1);
  }

  std::string where() const {
    if (rest_.empty()) return " at its end";
    return " at \"" + printable(rest_, 20) + "\"";
  }

  std::string_view rest_;
};

}  // namespace

NpyDictionary parse_npy_dictionary(std::string_view text) {
  Cursor cursor(text);
  NpyDictionary result;
  std::set<std::string> seen;
  cursor.expect("{");
  while (!cursor.accept("}")) {
    const std::string key = cursor.quoted();
    cursor.expect(":");
    if (!seen.insert(key).second) fail("the key " + printable(key) + " is given twice");
    if (key == "descr") {
      if (cursor.accept("["))
        throw std::invalid_argument(
            "its type is structured (several fields an entry), which is not supported");
      result.type = cursor.quoted();
    } else if (key == "fortran_order") {
      result.fortran_order = cursor.boolean();
    } else if (key == "shape") {
      result.shape = cursor.shape();
    } else {
      fail("the key " + printable(key) + " is unknown");
    }
    if (!cursor.accept(",")) {
      cursor.expect("}");
      break;
    }
  }
  if (!cursor.at_end()) fail("text after the closing }");
  if (seen.size() != 3) fail("it must have the keys descr, fortran_order and shape");
  return result;
}

std::string format_npy_dictionary(const NpyDictionary& dictionary) {
  std::string text = "{'descr': '" + dictionary.type +
                     "', 'fortran_order': " + (dictionary.fortran_order ? "True" : "False") + ", 'shape': (";
  for (std::size_t i = 0; i < dictionary.shape.size(); ++i) {
    text += std::to_string(dictionary.shape[i]);
    if (i + 1 < dictionary.shape.size())
      text += ", ";
    else if (i == 0)
      text += ",";  // a tuple of one
  }
  return text + "), }";
}

std::string npy_type_name(std::string_view type) {
  std::string_view body = type;
  if (!body.empty() && std::string_view("<>=|").find(body.front()) != std::string_view::npos)
    body.remove_prefix(1);
  int bytes = 0;
  if (body.size() > 1) std::from_chars(body.data() + 1, body.data() + body.size(), bytes);
  const bool numbered = bytes >= 1 && bytes <= 64;  // complex512 is more than any machine has
  if (!numbered && !body.empty() && std::string_view("fciu").find(body.front()) != std::string_view::npos)
    return "\"" + printable(type) + "\"";
  switch (body.empty() ? '?' : body.front()) {
    case 'f':
      return "float" + std::to_string(8 * bytes);
    case 'c':
      return "complex" + std::to_string(8 * bytes);
    case 'i':
      return "int" + std::to_string(8 * bytes);
    case 'u':
      return "uint" + std::to_string(8 * bytes);
    case 'b':
      return "bool";
    case 'O':
      return "object (Python pickle)";
    case 'U':
    case 'S':
    case 'a':
      return "text";
    case 'M':
      return "datetime64";
    case 'm':
      return "timedelta64";
    case 'V':
      return "void";
    default:
      return "\"" + printable(type) + "\"";
  }
}

}  // namespace isr
