// The solvers as the commands use them: their options, and one call that solves a problem by every method
// asked for.
#pragma once

#include <cstdint>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "baselines/baselines.h"
#include "cli/command_line.h"
#include "report/recovery_report.h"
#include "sensing/problem.h"
#include "solver/recover.h"

namespace isr {

struct SolverOptions {
  List<int> depths{{2, 3, 5}};
  RecoverOptions recover;  // but for the depth, and what is bound below as text
  bool signed_model = false, nonnegative_model = false;
  std::string solver = to_string(SolverKind::gradient_flow);
  std::string stop = to_string(Stop());
  std::string step;                // C, or "auto"; empty: see RecoverOptions
  std::string baselines = "none";  // see parse_baselines

  void add_to(CommandLine& command_line);

  // One for each depth. Throws UsageError for values out of range.
  std::vector<RecoverOptions> all() const;
  void describe(nlohmann::ordered_json& json) const;  // adds what was asked for
};

// The status of what leaves most of the measurements unexplained, where the rule did not ask for that.
inline constexpr const char* misfit_status = "does not fit";

// A picture solved by one method.
struct SolvedPicture {
  Eigen::MatrixXf w;  // p × channels
  ResultRow row;      // what is known of it without the truth
};

// All pictures by one method.
struct SolvedMethod {
  ReportedMethod reported;
  std::vector<SolvedPicture> pictures;
};

// Solves every picture of the problem at every depth, then by every baseline. `truth`, the pixels of each
// channel of each picture, is for the oracle alone; empty where it is not known. Throws Interrupted after
// Ctrl-C.
std::vector<SolvedMethod> solve_problem(const Problem& problem, const SolverOptions& options,
                                        const Eigen::MatrixXf& truth, bool show_progress);

// Seconds that solve_problem takes but for the baselines, from its first steps, which take a second or little
// more; nothing where even one step takes too long to wait for.
std::optional<double> expected_seconds(const Problem& problem, const SolverOptions& options);

// Says what will run, how long it may take and what memory it takes, in a line on standard error.
void announce(const nlohmann::ordered_json& plan);

// Bytes that this takes with the operators, and twice the pictures; about.
std::size_t estimated_bytes(const MeasurementModel& model, double noise, Index pictures,
                            const SolverOptions& options);

// What would run, and what it takes, for --dry-run.
nlohmann::ordered_json plan_of(const MeasurementModel& model, double noise, Index pictures,
                               const SolverOptions& options);
// As a table each, or as JSON: an object, or an array of several.
void print_plans(const std::vector<nlohmann::ordered_json>& plans, const CommonOptions& common);

// "auto" (most of what is free), or a size such as 4G. Throws UsageError for anything else.
std::size_t parse_memory(const std::string& text);

// Throws Error when so many bytes are more than the limit.
void check_memory(const MeasurementModel& model, std::size_t needed, std::size_t limit);

}  // namespace isr
