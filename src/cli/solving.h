// The solvers as the commands use them: options, and one call that solves a problem by every method asked
// for.
#pragma once

#include <cstdint>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "cli/command_line.h"
#include "report/recovery_report.h"
#include "sensing/problem.h"
#include "solver/gradient_descent.h"

namespace isr {

struct SolverOptions {
  List<int> depths{{2, 3, 5}};
  double init = 1e-3;                                    // w0
  bool signed_model = false, nonnegative_model = false;  // neither: as the basis says
  double step = 5e-3;                                    // C, η = C/N²
  std::int64_t iterations = 10000;
  std::string baselines = "none";  // see parse_baselines

  void add_to(CommandLine& command_line);

  // Throws UsageError for values out of range.
  void validate() const;
  Model model(const std::string& basis) const;
  void describe(nlohmann::ordered_json& json) const;  // adds its fields
};

// A column of the measurements, solved.
struct SolvedColumn {
  Eigen::VectorXf w;  // p coefficients
  std::optional<std::int64_t> iterations;
  std::optional<double> flow_time, step;
  std::string stop_reason;
  double relative_residual = 0;
  double seconds = 0;
};

// All columns by one method.
struct SolvedMethod {
  ReportedMethod reported;
  std::string method;  // "gd", "flow", or a baseline's name
  std::optional<int> depth;
  std::optional<double> w0;
  std::vector<SolvedColumn> columns;
};

// Solves every column of the problem at every depth, then by every baseline, in parallel. Throws Interrupted
// after Ctrl-C.
std::vector<SolvedMethod> solve_problem(const Problem& problem, const SolverOptions& options,
                                        bool show_progress);

}  // namespace isr
