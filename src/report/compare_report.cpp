#include "report/compare_report.h"

#include <cmath>
#include <iomanip>
#include <sstream>

#include "base/atomic_file.h"
#include "base/foreign_text.h"
#include "base/parallel.h"
#include "base/text.h"
#include "base/wrapped_text.h"
#include "report/compare_charts.h"
#include "report/compare_film.h"
#include "report/compare_page.h"
#include "report/grid.h"
#include "report/json_number.h"
#include "report/results.h"
#include "report/table.h"

namespace isr {
namespace {

using Json = nlohmann::ordered_json;

Json stop_json(const ComparedPath& path, std::size_t i) {
  const PathMoment& moment = path.moments[i];
  return {{"flow_time", moment.flow_time},
          {"iterations", std::llround(moment.flow_time / path.step)},
          {"psnr", json_number(moment.psnr)},
          {"relative_error", moment.relative_error},
          {"relative_residual", moment.residual},
          {"held_out_residual", json_number(moment.held_out_residual)},
          {"off_support_max", json_number(moment.off_support)},
          {"on_support_min", json_number(moment.on_support)},
          {"support", moment.support}};
}

Json path_json(const Comparison& comparison, const ComparedPath& path) {
  const LabelledImage& image = comparison.images[path.image];
  const ComparedVariant& variant = comparison.variants[path.variant];
  Json stops;
  for (const auto& rule : comparison.rules)
    if (path.stops.contains(rule.key)) stops[rule.key] = stop_json(path, path.stops.at(rule.key));
  return {{"source", image.source},
          {"label", image.label},
          {"depth", path.depth},
          {"w0", variant.init},
          {"noise", variant.noise},
          {"step", path.step},
          {"window",
           {{"first", path.moments[path.window.first].flow_time},
            {"last", path.moments[path.window.last].flow_time},
            {"decades", path.window_decades()},
            {"open", path.window_open()}}},
          {"stops", stops},
          {"status", path.status},
          {"seconds", path.seconds}};
}

std::string field(double value) {
  if (std::isnan(value)) return "";
  std::ostringstream text;
  text << std::setprecision(9) << value;
  return text.str();
}

std::string path_fields(const Comparison& comparison, const ComparedPath& path) {
  const LabelledImage& image = comparison.images[path.image];
  const ComparedVariant& variant = comparison.variants[path.variant];
  return csv_text(image.source) + "," + csv_text(image.label) + "," + std::to_string(path.depth) + "," +
         field(variant.init) + "," + field(variant.noise) + "," + field(path.step);
}

std::string moment_fields(const ComparedPath& path, const PathMoment& moment) {
  return field(moment.flow_time) + "," + field(moment.flow_time / path.step) + "," + field(moment.psnr) +
         "," + field(moment.relative_error) + "," + field(moment.residual) + "," +
         field(moment.held_out_residual) + "," + field(moment.off_support) + "," + field(moment.on_support) +
         "," + std::to_string(moment.support);
}

constexpr const char* path_columns = "source,label,depth,w0,noise,step";
constexpr const char* moment_columns =
    "flow_time,iterations,psnr,relative_error,relative_residual,held_out_residual,off_support_max,"
    "on_support_min,support";

std::string results_csv(const Comparison& comparison) {
  std::string csv = std::string(path_columns) + ",rule," + moment_columns +
                    ",window_first,window_last,window_decades,window_open,status,seconds\n";
  for (const auto& path : comparison.paths)
    for (const auto& rule : comparison.rules) {
      if (!path.stops.contains(rule.key)) continue;
      csv += path_fields(comparison, path) + "," + rule.key + "," + moment_fields(path, path.at(rule.key)) +
             "," + field(path.moments[path.window.first].flow_time) + "," +
             field(path.moments[path.window.last].flow_time) + "," + field(path.window_decades()) + "," +
             (path.window_open() ? "true" : "false") + "," + csv_text(path.status) + "," +
             field(path.seconds) + "\n";
    }
  return csv;
}

std::string paths_csv(const Comparison& comparison) {
  std::string csv = std::string(path_columns) + "," + moment_columns + "\n";
  for (const auto& path : comparison.paths) {
    const std::string start = path_fields(comparison, path) + ",";
    for (const auto& moment : path.moments) csv += start + moment_fields(path, moment) + "\n";
  }
  return csv;
}

// Each picture at its best time: a row per image and variant, a column per depth.
Grid best_grid(const Comparison& comparison) {
  Grid grid;
  grid.columns = {"Original"};
  for (const int depth : comparison.depths) grid.columns.push_back({"N = " + std::to_string(depth), depth});
  for (std::size_t i = 0; i < comparison.images.size(); ++i)
    for (std::size_t v = 0; v < comparison.variants.size(); ++v) {
      const LabelledImage& image = comparison.images[i];
      const std::string& variant = comparison.variants[v].label;
      grid.rows.push_back((image.label.empty() ? image.source : "“" + image.label + "”") +
                          (variant.empty() ? "" : ", " + variant));
      std::vector<GridCell> row{{image.image, ""}};
      for (std::size_t d = 0; d < comparison.depths.size(); ++d) {
        const ComparedPath& path = comparison.path(i, v, d);
        row.push_back({path.pictures.image(path.stops.at("oracle")), psnr_text(path.at("oracle").psnr)});
      }
      grid.cells.push_back(std::move(row));
    }
  grid.note = "each at its best time (oracle); " + comparison.subtitle;
  return grid;
}

}  // namespace

Json comparison_document(const Comparison& comparison, const Json& options) {
  Json document{{"version", ISR_VERSION},
                {"command", comparison.command},
                {"options", options},
                {"peak_memory_bytes", peak_memory_bytes()},
                {"findings", findings(comparison)},
                {"results", Json::array()}};
  for (const auto& path : comparison.paths) document["results"].push_back(path_json(comparison, path));
  return document;
}

std::vector<std::string> write_comparison(const OutputDirectory& out, const Comparison& comparison,
                                          const Json& document, const ComparisonOutputs& outputs) {
  std::vector<std::string> names{"compare.html", "figure.png",   "figure.pdf",
                                 "results.csv",  "results.json", "paths.csv"};
  std::vector<std::function<void()>> tasks;
  if (outputs.film) {
    names.emplace_back("film.webp");
    tasks.emplace_back([&] { write_film(out.file("film.webp"), comparison); });
  }
  tasks.emplace_back([&] { write_file(out.file("compare.html"), compare_page(comparison)); });
  if (outputs.charts) {
    names.emplace_back("charts/");
    for (auto& [name, chart] : comparison_charts(comparison))
      tasks.emplace_back([&out, name = name, chart = std::move(chart)] {
        write_chart(chart, out.file("charts/" + name).parent_path().string(), name);
      });
  }
  const Grid figure = best_grid(comparison);
  tasks.emplace_back([&] { write_grid(out.file("figure.png"), figure); });
  tasks.emplace_back([&] { write_grid(out.file("figure.pdf"), figure); });
  parallel_for(tasks.size(), [&](std::size_t i) { tasks[i](); });
  write_file(out.file("results.csv"), results_csv(comparison));
  write_file(out.file("results.json"), document.dump(2) + "\n");
  write_file(out.file("paths.csv"), paths_csv(comparison));
  return names;
}

namespace {

std::string window_text(const ComparedPath& path) {
  const auto time = [](const PathMoment& moment) { return scientific(moment.flow_time, 3); };
  const std::string first = time(path.moments[path.window.first]) + "–";
  if (path.window_open()) return first + "limit";
  return first + time(path.moments[path.window.last]) + " (" + formatted("%.2f", path.window_decades()) + ")";
}

}  // namespace

void print_comparison(std::ostream& out, const Comparison& comparison, std::size_t width) {
  std::vector<TableColumn> columns{
      {"image", true}, {"row", true}, {"N"}, {"best time", false, 3}, {"window (decades)", true, 2}};
  for (const auto& rule : comparison.rules)
    columns.push_back({rule.name, false, rule.key == "oracle" ? 0 : 1});
  columns.push_back({"time/s", false, 4});
  std::vector<std::vector<std::string>> lines;
  for (const auto& path : comparison.paths) {
    std::vector<std::string> line{display_name(comparison.images[path.image]),
                                  comparison.variants[path.variant].label, std::to_string(path.depth),
                                  scientific(path.at("oracle").flow_time, 3), window_text(path)};
    for (const auto& rule : comparison.rules)
      line.push_back(path.stops.contains(rule.key) ? psnr_text(path.at(rule.key).psnr) : "none");
    line.push_back(formatted("%.2g", path.seconds));
    lines.push_back(std::move(line));
  }
  out << table_text(columns, lines, width) << "\n";
  for (const auto& sentence : findings(comparison))
    out << (width > 0 ? wrapped(sentence, width) : sentence) << "\n";
}

}  // namespace isr
