#include "cli/reporting.h"

#include <algorithm>
#include <cmath>
#include <iostream>

#include "base/wrapped_text.h"

namespace isr {
namespace {

std::string counted(std::int64_t count, const std::string& what) {
  return std::to_string(count) + " " + what + (count == 1 ? "" : "s");
}

std::string how_made(const Problem& problem) {
  const MeasurementModel& model = problem.model;
  std::string note = counted(model.measurements, "measurement") + " of " + std::to_string(model.pixels()) +
                     " pixels (" +
                     (model.ensemble == given_matrix ? "given matrix"
                      : model.patterns               ? describe(*model.patterns)
                                       : model.ensemble + ", seed " + std::to_string(model.seed)) +
                     ")";
  if (model.basis != "pixel") note += ", basis " + model.basis;
  if (model.weighted)
    note += ", measurements weighted by their noise";
  else if (problem.picture_noise.size() > 0)
    note += ", noise σ = " + shown(problem.picture_noise.minCoeff()) + " to " +
            shown(problem.picture_noise.maxCoeff());
  else if (problem.noise > 0)
    note += ", noise σ = " + shown(problem.noise);
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
    const std::string line = counted(row.n, "measurement") + ", ensemble " + row.ensemble + ", basis " +
                             row.basis + " of " + counted(row.p, "coefficient") + "\n";
    if (lines.find(line) == std::string::npos) lines += line;
  }
  return lines;
}

// Results that leave most of the measurements unexplained are no answer, and are not to pass for one.
void warn_of_misfits(const std::vector<ResultRow>& rows) {
  const ResultRow* worst = nullptr;
  std::size_t count = 0;
  for (const ResultRow& row : rows) {
    if (row.status != misfit_status) continue;
    ++count;
    if (!worst || row.relative_residual > worst->relative_residual) worst = &row;
  }
  if (!worst) return;
  std::cerr
      << "isr: warning: " << count << " of " << rows.size()
      << (count == 1 ? " results leaves" : " results leave")
      << " more than half of the measurements unexplained (the residual of "
      << (worst->label.empty() ? worst->source : worst->label)
      << (worst->depth ? ", N = " + std::to_string(*worst->depth) : ", " + worst->method) << " is "
      << shown(std::round(100 * *worst->relative_residual) / 100)
      << "): " << (worst->model == "nonnegative" ? "values may be negative (--signed), " : "")
      << "another basis may suit (--basis), the measurements are mostly noise or belong to another matrix\n";
}

}  // namespace

std::size_t table_width() {
  constexpr std::size_t unlimited = 100'000;
  return terminal_width(unlimited);
}

void add_solutions(RecoveryReport& report, const std::vector<std::size_t>& members, const Problem& problem,
                   const std::vector<SolvedMethod>& methods) {
  if (report.methods.empty()) {
    for (const auto& method : methods) report.methods.push_back(method.reported);
    report.recovered.assign(report.subjects.size(), std::vector<Image>(methods.size()));
    report.rows.resize(report.subjects.size() * methods.size());
  }
  const std::string note = how_made(problem);
  if (report.note.find(note) == std::string::npos) report.note += (report.note.empty() ? "" : "; ") + note;
  for (std::size_t k = 0; k < members.size(); ++k)
    for (std::size_t m = 0; m < methods.size(); ++m) {
      const std::size_t i = members[k];
      const SolvedPicture& solved = methods[m].pictures[k];
      report.recovered[i][m] = picture_of(problem, solved.w);
      ResultRow row = solved.row;
      row.source = report.subjects[i].source;
      row.label = report.subjects[i].label;
      set_quality(row, report.recovered[i][m], report.subjects[i].image,
                  solved.w.topRows(solved.w.rows() - problem.operators.beside));
      report.rows[i * methods.size() + m] = std::move(row);
    }
}

void print_outcome(const RecoveryReport& report, const nlohmann::ordered_json& document,
                   const std::string& folder, const std::vector<std::string>& files,
                   const CommonOptions& common) {
  warn_of_misfits(report.rows);
  if (common.json) {
    std::cout << document.dump(2) << "\n";
  } else if (!common.quiet) {
    print_table(std::cout, report.rows, table_width());
    std::string written = folder + ":";
    for (const auto& file : files) written += " " + file;
    std::cout << "\n" << operators_of(report.rows) << wrapped(written, table_width(), 2) << "\n";
  }
}

}  // namespace isr
