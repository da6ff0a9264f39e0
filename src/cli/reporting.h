// From a solved problem to its report.
#pragma once

#include <string>
#include <vector>

#include "cli/solving.h"
#include "report/recovery_report.h"
#include "sensing/problem.h"

namespace isr {

// Columns that a table may take: those of the terminal, or as many as it needs where there is none.
std::size_t table_width();

// Puts the solutions into the report: picture k of the problem (its channels are columns k·channels, …) is
// report.subjects[members[k]]. The first call for a report sets its methods, and makes room for all subjects.
void add_solutions(RecoveryReport& report, const std::vector<std::size_t>& members, const Problem& problem,
                   const std::vector<SolvedMethod>& methods);

// Prints the table (or with --json the document), then what was written where; nothing with --quiet.
void print_outcome(const RecoveryReport& report, const nlohmann::ordered_json& document,
                   const std::string& folder, const std::vector<std::string>& files,
                   const CommonOptions& common);

}  // namespace isr
