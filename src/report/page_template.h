// The pages put together.
#pragma once

#include <nlohmann/json.hpp>
#include <string>

namespace isr {

// What goes into the page's html.
struct PageParts {
  std::string policy;  // its content security policy
  std::string css, live, script;
  nlohmann::json data;
  std::string more;  // further script elements, before the script
};
std::string fill_page(const PageParts& parts);

// A script element that holds text and is not run. `text` holds no "<".
std::string data_element(const std::string& id, const std::string& text);

}  // namespace isr
