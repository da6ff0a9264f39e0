#include "report/results.h"

#include <sys/resource.h>

#include <algorithm>
#include <cmath>

#include "base/foreign_text.h"
#include "base/text.h"
#include "report/json_number.h"
#include "report/table.h"

namespace isr {
namespace {

using Json = nlohmann::ordered_json;

template <class T>
Json optional(const std::optional<T>& value) {
  if (!value) return nullptr;
  if constexpr (std::is_floating_point_v<T>)
    return json_number(*value);
  else
    return *value;
}

std::string csv_field(const Json& value) {
  if (value.is_null()) return "";
  if (!value.is_string()) return value.dump();
  const std::string text = value.get<std::string>();
  return text == "-inf" ? text : csv_text(text);  // json_number() makes texts of infinities
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

std::string method_name(const ResultRow& row) {
  return row.depth ? row.method + ", N = " + std::to_string(*row.depth) : row.method;
}

std::vector<std::string> table_line(const ResultRow& row) {
  return {row.source,
          row.label,
          method_name(row),
          format("%.2f", row.psnr),
          format("%.3f", row.ssim),
          format("%.2e", row.relative_error),
          format("%.2e", row.relative_residual),
          std::to_string(row.support),
          duration(row.seconds),
          row.ended_by.empty() ? row.stop_reason : row.ended_by};
}

std::string full_table(const std::vector<ResultRow>& rows, std::size_t width) {
  const std::vector<TableColumn> columns{
      {"image", true},    {"label", true, 4},       {"method", true},       {"PSNR/dB"},
      {"SSIM", false, 6}, {"rel. error", false, 5}, {"residual", false, 2}, {"support", false, 7},
      {"time", false, 3}, {"stopped by", true, 1}};
  std::vector<std::vector<std::string>> lines;
  for (const auto& row : rows) lines.push_back(table_line(row));
  return table_text(columns, lines, width);
}

// The rows of many images, image by image.
class GroupedTable {
 public:
  explicit GroupedTable(const std::vector<ResultRow>& rows) {
    with_truth_ =
        std::any_of(rows.begin(), rows.end(), [](const ResultRow& row) { return row.psnr.has_value(); });
    for (const ResultRow& row : rows) {
      const std::size_t m = place(methods_, method_name(row));
      // Rows come image by image: a method that comes again begins the next one.
      if (images_.empty() || (images_.back().rows.size() > m && images_.back().rows[m]))
        images_.push_back({row.source, row.label, {}});
      images_.back().rows.resize(std::max(images_.back().rows.size(), m + 1));
      images_.back().rows[m] = &row;
    }
  }

  std::string text(std::size_t width) const {
    std::string out =
        std::string(with_truth_ ? "PSNR in dB" : "residual ‖Xw − y‖/‖y‖") + ", * the best of each image\n";
    constexpr std::size_t name = 20, number = 10;  // columns, about
    const std::size_t together =
        width == 0 ? methods_.size() : std::max<std::size_t>(1, (std::max(width, name) - name) / number);
    for (std::size_t first = 0; first < methods_.size(); first += together)
      out += (first > 0 ? "\n" : "") + images_text(first, std::min(methods_.size(), first + together), width);
    if (images_.size() > most_images)
      out += "… and " + std::to_string(images_.size() - most_images) + " more images, in results.csv\n";
    return out + "\n" + summary(width);
  }

 private:
  static constexpr std::size_t most_images = 40;
  struct ImageRows {
    std::string source, label;
    std::vector<const ResultRow*> rows;  // by method
  };

  static std::size_t place(std::vector<std::string>& names, const std::string& name) {
    const auto found = std::find(names.begin(), names.end(), name);
    if (found != names.end()) return static_cast<std::size_t>(found - names.begin());
    names.push_back(name);
    return names.size() - 1;
  }

  // Greater is better; NaN where there is no value.
  double score(const ResultRow* row) const {
    const auto& value = row && with_truth_ ? row->psnr : row ? row->relative_residual : std::nullopt;
    return value ? (with_truth_ ? *value : -*value) : std::nan("");
  }

  double best(const ImageRows& image) const {
    double most = std::nan("");
    for (const ResultRow* row : image.rows) most = std::fmax(most, score(row));
    return most;
  }

  // "N = 2" of "flow, N = 2".
  static std::string short_name(const std::string& method) {
    const std::size_t comma = method.find(", ");
    return comma == std::string::npos ? method : method.substr(comma + 2);
  }

  // By the methods first … last − 1.
  std::string images_text(std::size_t first, std::size_t last, std::size_t width) const {
    std::vector<TableColumn> columns{{"image", true}, {"label", true, 1}};
    for (std::size_t m = first; m < last; ++m) columns.push_back({short_name(methods_[m])});
    std::vector<std::vector<std::string>> lines;
    for (const ImageRows& image : images_) {
      if (lines.size() == most_images) break;
      lines.push_back(line(image, first, last));
    }
    return table_text(columns, lines, width);
  }

  std::vector<std::string> line(const ImageRows& image, std::size_t first, std::size_t last) const {
    std::vector<std::string> line{image.source, image.label};
    for (std::size_t m = first; m < last; ++m) {
      const ResultRow* row = m < image.rows.size() ? image.rows[m] : nullptr;
      const double value = score(row);
      const std::string number = std::isnan(value) ? ""
                                 : with_truth_     ? format("%.2f", value)
                                                   : format("%.1e", -value);
      line.push_back(number + (value == best(image) && methods_.size() > 1 ? "*"
                               : number.empty()                            ? ""
                                                                           : " "));
    }
    return line;
  }

  // A line a method: mean, least and greatest, and of how many images it is the best.
  std::string summary(std::size_t width) const {
    std::vector<std::vector<std::string>> lines;
    for (std::size_t m = 0; m < methods_.size(); ++m) {
      std::vector<double> values;
      std::size_t best_of = 0;
      double seconds = 0;
      for (const ImageRows& image : images_) {
        const ResultRow* row = m < image.rows.size() ? image.rows[m] : nullptr;
        const double value = score(row);
        if (std::isnan(value)) continue;
        values.push_back(with_truth_ ? value : -value);
        best_of += value == best(image);
        seconds += row->seconds;
      }
      if (values.empty()) continue;
      double sum = 0;
      for (const double value : values) sum += value;
      const char* const pattern = with_truth_ ? "%.2f" : "%.1e";
      const auto [least, most] = std::minmax_element(values.begin(), values.end());
      lines.push_back({methods_[m], format(pattern, sum / static_cast<double>(values.size())),
                       format(pattern, *least), format(pattern, *most),
                       std::to_string(best_of) + " of " + std::to_string(images_.size()), duration(seconds)});
    }
    return table_text(
        {{"method", true}, {"mean"}, {"least"}, {"greatest"}, {"best of", false, 2}, {"time", false, 3}},
        lines, width);
  }

  bool with_truth_ = false;
  std::vector<std::string> methods_;
  std::vector<ImageRows> images_;
};

// What was chosen, for the images that it was chosen for.
Json what_ran(const std::vector<ResultRow>& rows) {
  Json ran = Json::array();
  for (const ResultRow& row : rows) {
    if (!row.depth) continue;
    Json choice{{"ensemble", row.ensemble}, {"n", row.n},
                {"basis", row.basis},       {"p", row.p},
                {"model", row.model},       {"solver", row.method},
                {"init", optional(row.w0)}, {"init_is_relative", row.w0_is_relative}};
    const auto same = [&](const Json& other) {
      return std::all_of(choice.items().begin(), choice.items().end(),
                         [&](const auto& item) { return other[item.key()] == item.value(); });
    };
    auto found = std::find_if(ran.begin(), ran.end(), same);
    if (found == ran.end()) {
      choice["depths"] = Json::array();
      choice["images"] = Json::array();
      found = ran.insert(ran.end(), std::move(choice));
    }
    const auto add = [&](const char* key, const Json& value) {
      Json& list = (*found)[key];
      if (std::find(list.begin(), list.end(), value) == list.end()) list.push_back(value);
    };
    add("depths", *row.depth);
    add("images", row.source);
  }
  return ran;
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
  json["seconds"] = json_number(row.seconds);
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
  document["ran"] = what_ran(rows);
  document["peak_memory_bytes"] = peak_memory_bytes();
  document["results"] = Json::array();
  for (const auto& row : rows) document["results"].push_back(to_json(row));
  return document;
}

void print_table(std::ostream& out, const std::vector<ResultRow>& rows, std::size_t width) {
  constexpr std::size_t most_rows = 30;
  out << (rows.size() > most_rows ? GroupedTable(rows).text(width) : full_table(rows, width));
}

std::int64_t peak_memory_bytes() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  return usage.ru_maxrss * 1024;
}

}  // namespace isr
