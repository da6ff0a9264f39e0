#include "report/results.h"

#include <sys/resource.h>

#include <algorithm>
#include <cmath>

#include "base/foreign_text.h"
#include "base/text.h"

namespace isr {
namespace {

using Json = nlohmann::ordered_json;

Json number(double value) {
  if (std::isnan(value)) return nullptr;
  if (std::isinf(value)) return value > 0 ? "inf" : "-inf";
  return value;
}

template <class T>
Json optional(const std::optional<T>& value) {
  if (!value) return nullptr;
  if constexpr (std::is_floating_point_v<T>)
    return number(*value);
  else
    return *value;
}

std::string csv_field(const Json& value) {
  if (value.is_null()) return "";
  if (!value.is_string()) return value.dump();
  const std::string text = value.get<std::string>();
  return text == "-inf" ? text : csv_text(text);  // number() makes texts of infinities
}

// The display width of UTF-8 text without combining or wide characters.
std::size_t width(const std::string& text) {
  return static_cast<std::size_t>(std::count_if(
      text.begin(), text.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xC0) != 0x80; }));
}

std::string format(const char* pattern, double value) {
  if (std::isinf(value)) return "∞";
  return formatted(pattern, value);
}

std::string format(const char* pattern, const std::optional<double>& value) {
  return value ? format(pattern, *value) : "";
}

std::string duration(double seconds) {
  return seconds < 0.9995 ? format("%.0f ms", 1000 * seconds) : format("%.1f s", seconds);
}

std::vector<std::string> table_line(const ResultRow& row) {
  return {row.source,
          row.label,
          row.depth ? row.method + ", N = " + std::to_string(*row.depth) : row.method,
          format("%.2f", row.psnr),
          format("%.3f", row.ssim),
          format("%.2e", row.relative_error),
          format("%.2e", row.relative_residual),
          std::to_string(row.support),
          duration(row.seconds),
          row.residual_asked ? row.stop_reason + format(", asked for a residual of %.4g", row.residual_asked)
                             : row.stop_reason};
}

}  // namespace

const std::vector<std::string>& result_fields() {
  static const std::vector<std::string> fields{"source",
                                               "label",
                                               "method",
                                               "depth",
                                               "model",
                                               "n",
                                               "p",
                                               "ensemble",
                                               "basis",
                                               "seed",
                                               "w0",
                                               "w0_is_relative",
                                               "step",
                                               "iterations",
                                               "flow_time",
                                               "status",
                                               "stop_reason",
                                               "residual_asked",
                                               "relative_residual",
                                               "relative_error",
                                               "mse",
                                               "psnr",
                                               "ssim",
                                               "support",
                                               "seconds"};
  return fields;
}

Json to_json(const ResultRow& row) {
  Json json;
  json["source"] = row.source;
  json["label"] = row.label;
  json["method"] = row.method;
  json["depth"] = optional(row.depth);
  json["model"] = row.model;
  json["n"] = row.n;
  json["p"] = row.p;
  json["ensemble"] = row.ensemble;
  json["basis"] = row.basis;
  json["seed"] = row.seed;
  json["w0"] = optional(row.w0);
  json["w0_is_relative"] = row.w0 ? Json(row.w0_is_relative) : Json();
  json["step"] = optional(row.step);
  json["iterations"] = optional(row.iterations);
  json["flow_time"] = optional(row.flow_time);
  json["status"] = row.status;
  json["stop_reason"] = row.stop_reason;
  json["residual_asked"] = optional(row.residual_asked);
  json["relative_residual"] = optional(row.relative_residual);
  json["relative_error"] = optional(row.relative_error);
  json["mse"] = optional(row.mse);
  json["psnr"] = optional(row.psnr);
  json["ssim"] = optional(row.ssim);
  json["support"] = row.support;
  json["seconds"] = number(row.seconds);
  return json;
}

std::string to_csv(const std::vector<ResultRow>& rows) {
  std::string text;
  const auto& fields = result_fields();
  for (std::size_t i = 0; i < fields.size(); ++i) text += (i ? "," : "") + fields[i];
  text += "\n";
  for (const auto& row : rows) {
    const Json json = to_json(row);
    for (std::size_t i = 0; i < fields.size(); ++i) text += (i ? "," : "") + csv_field(json[fields[i]]);
    text += "\n";
  }
  return text;
}

Json results_document(const std::string& command, const Json& options, const std::vector<ResultRow>& rows) {
  Json document;
  document["version"] = ISR_VERSION;
  document["command"] = command;
  document["options"] = options;
  document["peak_memory_bytes"] = peak_memory_bytes();
  document["results"] = Json::array();
  for (const auto& row : rows) document["results"].push_back(to_json(row));
  return document;
}

void print_table(std::ostream& out, const std::vector<ResultRow>& rows) {
  std::vector<std::vector<std::string>> lines{{"image", "label", "method", "PSNR/dB", "SSIM", "rel. error",
                                               "residual", "support", "time", "stopped by"}};
  for (const auto& row : rows) lines.push_back(table_line(row));
  const std::size_t columns = lines[0].size();
  std::vector<std::size_t> widths(columns, 0);
  for (const auto& line : lines)
    for (std::size_t c = 0; c < columns; ++c) widths[c] = std::max(widths[c], width(line[c]));
  for (std::size_t c = 1; c < columns; ++c) {  // a column without a value is left out
    const bool empty =
        std::all_of(lines.begin() + 1, lines.end(), [&](const auto& line) { return line[c].empty(); });
    if (empty) widths[c] = 0;
  }
  for (const auto& line : lines) {
    std::string text;
    for (std::size_t c = 0; c < columns; ++c) {
      if (widths[c] == 0) continue;
      const std::string padding(widths[c] - width(line[c]), ' ');
      const bool is_text = c < 3 || c + 1 == columns;
      if (!text.empty()) text += "  ";
      text += is_text ? line[c] + padding : padding + line[c];
    }
    out << text.substr(0, text.find_last_not_of(' ') + 1) << "\n";
  }
}

std::int64_t peak_memory_bytes() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  return usage.ru_maxrss * 1024;
}

}  // namespace isr
