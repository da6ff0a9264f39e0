#include "report/page_template.h"

#include "report/compare_page_parts.h"

namespace isr {
namespace {

// JSON that may stand inside a script element: no "<".
std::string script_safe(const std::string& json) {
  std::string safe;
  safe.reserve(json.size());
  for (const char c : json)
    if (c == '<')
      safe += "\\u003c";
    else
      safe += c;
  return safe;
}

void put(std::string& page, const std::string& place, const std::string& text) {
  page.replace(page.find(place), place.size(), text);
}

}  // namespace

std::string data_element(const std::string& id, const std::string& text) {
  return "<script type=\"text/plain\" id=\"" + id + "\">" + text + "</script>\n";
}

std::string fill_page(const PageParts& parts) {
  std::string page = page_parts::html;
  put(page, "<!--POLICY-->", parts.policy);
  put(page, "<!--CSS-->", parts.css);
  put(page, "<!--LIVE-->", parts.live);
  put(page, "<!--MORE-->", parts.more);
  put(page, "<!--JS-->", parts.script);
  put(page, "<!--DATA-->", script_safe(parts.data.dump()));
  return page;
}

}  // namespace isr
