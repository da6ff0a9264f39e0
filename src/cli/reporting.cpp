#include "cli/reporting.h"

#include <algorithm>
#include <cmath>
#include <iostream>

namespace isr {
namespace {

// The row of one image, from its channels: the longest of their iterations and times, the residual of all.
ResultRow row_of(const Problem& problem, const SolvedMethod& method, Index first_column) {
  const MeasurementModel& model = problem.model;
  ResultRow row;
  row.method = method.method;
  row.depth = method.depth;
  row.w0 = method.w0;
  row.n = problem.operators.system->rows();
  row.p = problem.operators.system->cols();
  row.ensemble = model.ensemble;
  row.basis = model.basis;
  row.seed = model.seed;
  double residual = 0, measured = 0;
  for (Index c = first_column; c < first_column + model.channels; ++c) {
    const SolvedColumn& column = method.columns[static_cast<std::size_t>(c)];
    row.step = column.step;
    if (column.iterations) row.iterations = std::max(row.iterations.value_or(0), *column.iterations);
    if (column.flow_time) row.flow_time = std::max(row.flow_time.value_or(0), *column.flow_time);
    row.stop_reason = column.stop_reason;
    if (column.residual_asked)
      row.stop_reason += ", asked for a residual of " + shown(*column.residual_asked);
    row.seconds += column.seconds;
    const double norm = problem.measurements.col(c).norm();
    residual += std::pow(column.relative_residual * norm, 2);
    measured += norm * norm;
  }
  row.relative_residual = measured > 0 ? std::sqrt(residual / measured) : 0;
  return row;
}

std::string how_made(const Problem& problem) {
  const MeasurementModel& model = problem.model;
  std::string note =
      std::to_string(model.measurements) + " measurements of " + std::to_string(model.pixels()) +
      " pixels (" +
      (model.ensemble == given_matrix ? "given matrix"
                                      : model.ensemble + ", seed " + std::to_string(model.seed)) +
      ")";
  if (model.basis != "pixel") note += ", basis " + model.basis;
  if (problem.noise > 0) note += ", noise σ = " + shown(problem.noise);
  return note;
}

Image picture_of(const Problem& problem, const Eigen::MatrixXf& w) {
  return Image(static_cast<int>(problem.model.height), static_cast<int>(problem.model.width),
               problem.operators.pixels(w));
}

// A line for each operator: what was given, or chosen automatically.
std::string operators_of(const std::vector<ResultRow>& rows) {
  std::string lines;
  for (const ResultRow& row : rows) {
    const std::string line = std::to_string(row.n) + " measurements, ensemble " + row.ensemble + ", basis " +
                             row.basis + " of " + std::to_string(row.p) + " coefficients\n";
    if (lines.find(line) == std::string::npos) lines += line;
  }
  return lines;
}

}  // namespace

void add_solutions(RecoveryReport& report, const std::vector<std::size_t>& members, const Problem& problem,
                   const std::vector<SolvedMethod>& methods) {
  if (report.methods.empty()) {
    for (const auto& method : methods) report.methods.push_back(method.reported);
    report.recovered.assign(report.subjects.size(), std::vector<Image>(methods.size()));
    report.rows.resize(report.subjects.size() * methods.size());
  }
  const std::string note = how_made(problem);
  if (report.note.find(note) == std::string::npos) report.note += (report.note.empty() ? "" : "; ") + note;
  const Index channels = problem.model.channels;
  for (std::size_t k = 0; k < members.size(); ++k)
    for (std::size_t m = 0; m < methods.size(); ++m) {
      const std::size_t i = members[k];
      const Index first = static_cast<Index>(k) * channels;
      Eigen::MatrixXf w(problem.operators.system->cols(), channels);
      for (Index c = 0; c < channels; ++c)
        w.col(c) = methods[m].columns[static_cast<std::size_t>(first + c)].w;
      report.recovered[i][m] = picture_of(problem, w);
      ResultRow row = row_of(problem, methods[m], first);
      row.source = report.subjects[i].source;
      row.label = report.subjects[i].label;
      set_quality(row, report.recovered[i][m], report.subjects[i].image, w);
      report.rows[i * methods.size() + m] = std::move(row);
    }
}

void print_outcome(const RecoveryReport& report, const nlohmann::ordered_json& document,
                   const std::string& folder, const std::vector<std::string>& files,
                   const CommonOptions& common) {
  if (common.json) {
    std::cout << document.dump(2) << "\n";
  } else if (!common.quiet) {
    print_table(std::cout, report.rows);
    std::cout << "\n" << operators_of(report.rows) << folder << ":";
    for (const auto& file : files) std::cout << " " << file;
    std::cout << "\n";
  }
}

}  // namespace isr
