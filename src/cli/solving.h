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
#include "solver/recover.h"

namespace isr {

// The model that the flags ask for; without either, the one of the basis.
Model model_of(const std::string& basis, bool signed_model, bool nonnegative_model);

struct SolverOptions {
  List<int> depths{{2, 3, 5}};
  double init = 1e-3;       // w0
  bool init_given = false;  // false: pictures have their own, see default_picture_init
  int rounds = 3;           // see AdaptiveFlowOptions
  int shifts = 4;           // see AdaptiveFlowOptions
  bool signed_model = false, nonnegative_model = false;  // neither: as the basis says
  std::string solver = to_string(SolverKind::gradient_flow);
  std::string stop = "auto";   // see parse_stop
  std::string step = "0.005";  // C, η = C/N²; "auto": from the operator's norm
  std::int64_t iterations = 10000;
  bool step_given = false;  // false: pictures choose their own, see solve_pictures
  double tolerance = RecoverOptions().tolerance;
  std::string baselines = "none";  // see parse_baselines

  void add_to(CommandLine& command_line);

  // Throws UsageError for values out of range.
  void validate() const;
  Model model(const std::string& basis) const;
  RecoverOptions recover_options(int depth, const MeasurementModel& measured) const;
  void describe(nlohmann::ordered_json& json) const;  // adds its fields
};

// A column of the measurements, solved.
struct SolvedColumn {
  Eigen::VectorXf w;  // p coefficients
  std::optional<std::int64_t> iterations;
  std::optional<double> flow_time, step;
  std::string stop_reason;
  double relative_residual = 0;
  std::optional<double> residual_asked;
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

// Solves every column of the problem at every depth, then by every baseline, in parallel. `truth`, the pixels
// of each column, is for --stop oracle alone; empty where it is not known. Throws Interrupted after Ctrl-C.
std::vector<SolvedMethod> solve_problem(const Problem& problem, const SolverOptions& options,
                                        const Eigen::MatrixXf& truth, bool show_progress);

}  // namespace isr
