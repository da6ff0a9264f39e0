#include "sensing/json_fields.h"

#include <fstream>
#include <sstream>

#include "base/error.h"
#include "base/foreign_text.h"

namespace isr {
namespace {

constexpr std::uintmax_t most_bytes = 1 << 20;
constexpr int deepest = 16;  // levels of arrays and objects: whoever prints a value recurses into it

std::string quoted(const std::string& name) {
  return "\"" + printable(name) + "\"";
}

// A value as the message shows it, cut where it is long.
std::string shown_value(const nlohmann::json& value) {
  const std::string text = value.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
  return printable(text, 40);
}

std::string shown_limit(double value) {
  std::ostringstream text;
  text << value;
  return text.str();
}

}  // namespace

JsonFields::JsonFields(std::filesystem::path file) : file_(std::move(file)) {
  std::error_code error;
  if (!std::filesystem::exists(file_, error)) throw Error("there is no file " + file_.string());
  const auto size = std::filesystem::file_size(file_, error);
  if (error) fail("cannot be read: " + error.message());
  if (size > most_bytes)
    fail("is " + std::to_string(size) + " bytes long; a problem's description has a few hundred");
  std::ifstream in(file_);
  if (!in) fail("cannot be read");
  const auto within_depth = [this](int depth, nlohmann::json::parse_event_t, const nlohmann::json&) {
    if (depth > deepest)
      fail("nests arrays or objects more than " + std::to_string(deepest) + " levels deep");
    return true;
  };
  object_ = nlohmann::json::parse(in, within_depth, false);
  if (object_.is_discarded()) fail("is not valid JSON");
  if (!object_.is_object()) fail("must hold a JSON object, { … }");
}

const nlohmann::json& JsonFields::field(const std::string& name) {
  asked_.insert(name);
  const auto found = object_.find(name);
  if (found == object_.end()) fail("lacks the field " + quoted(name));
  return *found;
}

std::int64_t JsonFields::integer(const std::string& name, std::int64_t least, std::int64_t most) {
  const nlohmann::json& value = field(name);
  const bool fits =
      value.is_number_integer() && !(value.is_number_unsigned() && value.get<std::uint64_t>() >> 63);
  if (!fits || value.get<std::int64_t>() < least || value.get<std::int64_t>() > most)
    fail(quoted(name) + " must be a whole number from " + std::to_string(least) + " to " +
         std::to_string(most) + "; got " + shown_value(value));
  return value.get<std::int64_t>();
}

double JsonFields::number(const std::string& name, double least, double most) {
  const nlohmann::json& value = field(name);
  if (!value.is_number() || !(value.get<double>() >= least && value.get<double>() <= most))
    fail(quoted(name) + " must be a number from " + shown_limit(least) + " to " + shown_limit(most) +
         "; got " + shown_value(value));
  return value.get<double>();
}

std::string JsonFields::text(const std::string& name) {
  const nlohmann::json& value = field(name);
  if (!value.is_string()) fail(quoted(name) + " must be a text in quotes; got " + shown_value(value));
  return value.get<std::string>();
}

bool JsonFields::is_null(const std::string& name) {
  return field(name).is_null();
}

void JsonFields::refuse_others() const {
  for (const auto& [name, value] : object_.items())
    if (!asked_.count(name)) fail("has the unknown field " + quoted(name));
}

void JsonFields::fail(const std::string& why) const {
  throw Error(file_.string() + " " + why);
}

}  // namespace isr
