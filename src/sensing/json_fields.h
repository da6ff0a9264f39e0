// A JSON object read field by field, each checked.
#pragma once

#include <cstdint>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <set>
#include <string>

namespace isr {

// Every function throws Error, a sentence with the file's name and the field's, when the field is missing, of
// another type or out of range.
class JsonFields {
 public:
  // Reads the file, which must hold one JSON object.
  explicit JsonFields(std::filesystem::path file);

  bool has(const std::string& name) const { return object_.contains(name); }
  std::int64_t integer(const std::string& name, std::int64_t least, std::int64_t most);
  double number(const std::string& name, double least, double most);
  std::string text(const std::string& name);
  bool is_null(const std::string& name);

  // Throws for fields that none of the above asked for: a misspelt one would be passed over in silence.
  void refuse_others() const;

  [[noreturn]] void fail(const std::string& why) const;

 private:
  const nlohmann::json& field(const std::string& name);

  std::filesystem::path file_;
  nlohmann::json object_;
  std::set<std::string> asked_;
};

}  // namespace isr
